package org.attunedb.index;

import java.util.Objects;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.lexical.LexicalEmbedder;

/**
 * What a collection is made for; fixed when it is created, apart from the format of its vectors.
 *
 * @param embedder identity of the model that its vectors come from; {@value #CALLER} where the
 *     caller gives every vector
 * @param dimension length of the vectors, 1 to 4,096
 * @param similarity how vectors are compared
 * @param m HNSW's M: connections of a node on the upper layers, 2 to 512; twice as many on the
 *     lowest
 * @param efConstruction HNSW's efConstruction: candidates while a node is connected, 1 to 3,200
 * @param vectorFormat how vectors are kept and found
 */
public record CollectionSpec(
    String embedder,
    int dimension,
    Similarity similarity,
    int m,
    int efConstruction,
    VectorFormat vectorFormat) {
  /** Stands for vectors that the caller makes. */
  public static final String CALLER = "caller";

  private static final int DEFAULT_M = 16;
  private static final int DEFAULT_EF_CONSTRUCTION = 100;

  /** Checks the ranges. */
  public CollectionSpec {
    Objects.requireNonNull(embedder, "embedder");
    Objects.requireNonNull(similarity, "similarity");
    Objects.requireNonNull(vectorFormat, "vectorFormat");
    if (embedder.isBlank()) {
      throw new InvalidInputException(ErrorCode.NAME_INVALID, "embedder name is blank");
    }
    require(ErrorCode.DIMENSION_OUT_OF_RANGE, "dimension", dimension, 1, Embedding.MAX_DIMENSION);
    require(ErrorCode.OPTION_OUT_OF_RANGE, "m", m, 2, 512);
    require(ErrorCode.OPTION_OUT_OF_RANGE, "efConstruction", efConstruction, 1, 3_200);
  }

  /** A collection whose vectors are {@link VectorFormat#FLOAT32}. */
  public CollectionSpec(
      String embedder, int dimension, Similarity similarity, int m, int efConstruction) {
    this(embedder, dimension, similarity, m, efConstruction, VectorFormat.FLOAT32);
  }

  /** This with another format of vectors. */
  public CollectionSpec withVectorFormat(VectorFormat format) {
    return new CollectionSpec(embedder, dimension, similarity, m, efConstruction, format);
  }

  /** Texts embedded by the built-in {@link LexicalEmbedder}. */
  public static CollectionSpec lexical() {
    return of(LexicalEmbedder.INFO);
  }

  /** Texts embedded by a model, compared by cosine. */
  public static CollectionSpec of(Embedder embedder) {
    return of(Objects.requireNonNull(embedder, "embedder").info());
  }

  /** Vectors given by the caller. */
  public static CollectionSpec vectors(int dimension, Similarity similarity) {
    return new CollectionSpec(CALLER, dimension, similarity, DEFAULT_M, DEFAULT_EF_CONSTRUCTION);
  }

  private static CollectionSpec of(EmbedderInfo info) {
    return new CollectionSpec(
        info.name(), info.dimension(), Similarity.COSINE, DEFAULT_M, DEFAULT_EF_CONSTRUCTION);
  }

  private static void require(ErrorCode code, String option, int value, int low, int high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          code, "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
  }
}
