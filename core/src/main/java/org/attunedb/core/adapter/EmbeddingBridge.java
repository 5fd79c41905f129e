package org.attunedb.core.adapter;

import java.util.Arrays;
import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Maps vectors of a new embedding model into the space of the old one, so that queries of the new
 * model can search documents that were embedded with the old: {@code o = normalize(M·n + b)} for a
 * vector n of unit length. Immutable and thread-safe.
 *
 * <p>Applying it costs {@code from.dimension · to.dimension} multiply-adds.
 */
public final class EmbeddingBridge {
  /** Fewest pairs to fit from; less than some times the dimension is a poor bridge, too. */
  public static final int MIN_PAIRS = 100;

  private final EmbedderInfo from;
  private final EmbedderInfo to;
  private final Kind kind;
  private final int pairs;
  private final Agreement agreement;
  private final float[] matrix;
  private final float[] offset;
  private final float[][] columns;

  /** What is known of the map. */
  public enum Kind {
    /** Keeps angles: the solution of the orthogonal Procrustes problem, without an offset. */
    ORTHOGONAL,
    /** Least squares with a ridge penalty, and an offset. */
    AFFINE
  }

  /**
   * How well a bridge carries rankings over, measured on pairs that it was not fitted from: each
   * query ranks the other held-out texts, and "true" is the new model's own ranking, its first ten.
   *
   * @param queries number of held-out queries, at least 1
   * @param cosine mean cosine between mapped vectors and the old model's own, -1 to 1
   * @param recallAt10 mean share of the true ten among the first ten that the mapped query finds by
   *     the old model's document vectors, 0 to 1
   * @param oldRecallAt10 the same for the old model's own query vectors: what changing nothing has
   */
  public record Agreement(int queries, double cosine, double recallAt10, double oldRecallAt10) {
    /** Checks the ranges. */
    public Agreement {
      if (queries < 1
          || !(Math.abs(cosine) <= 1)
          || !(recallAt10 >= 0 && recallAt10 <= 1)
          || !(oldRecallAt10 >= 0 && oldRecallAt10 <= 1)) {
        throw invalid(
            "agreement of %s queries is %s, %s and %s, expected shares of at least one query"
                .formatted(queries, cosine, recallAt10, oldRecallAt10));
      }
    }
  }

  /**
   * Copies a bridge.
   *
   * @param from the new model, whose vectors are mapped
   * @param to the old model, whose space they are mapped into
   * @param kind how it was fitted
   * @param pairs how many texts it was fitted from
   * @param agreement measured on held-out pairs
   * @param matrix M, row-major, shape {@code [to.dimension, from.dimension]}
   * @param offset b, shape {@code [to.dimension]}
   * @throws InvalidInputException {@code bridge_invalid} if shapes disagree or a weight is not
   *     finite
   */
  public EmbeddingBridge(
      EmbedderInfo from,
      EmbedderInfo to,
      Kind kind,
      int pairs,
      Agreement agreement,
      float[] matrix,
      float[] offset) {
    if (matrix.length != Math.multiplyExact(to.dimension(), from.dimension())
        || offset.length != to.dimension()) {
      throw invalid(
          "%s weights and an offset of %s, expected %s times %s and %3$s"
              .formatted(matrix.length, offset.length, to.dimension(), from.dimension()));
    }
    requireFinite("matrix", matrix);
    requireFinite("offset", offset);
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.pairs = pairs;
    this.agreement = agreement;
    this.matrix = matrix.clone();
    this.offset = offset.clone();
    this.columns = Axpy.columns(matrix, to.dimension(), from.dimension());
  }

  private static void requireFinite(String tensor, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw invalid("weight %s[%s] is %s".formatted(tensor, i, weights[i]));
      }
    }
  }

  /**
   * Fits a bridge from the vectors of the same texts by both models: queries, or a sample of the
   * documents. Where the dimensions agree, the orthogonal map (Schönemann, A generalized solution
   * of the orthogonal Procrustes problem, Psychometrika 31, 1966) is tried beside affine ones with
   * ridge penalties of different strength; the largest mean cosine on held-out pairs decides. A
   * fifth of the pairs, 40 to 1,000, is held out: one half to decide, the other to measure. Then
   * the chosen kind is fitted from all pairs.
   *
   * <p>Takes time as the cube of the dimension; see docs/upgrading.md.
   *
   * @param from the new model
   * @param to the old model
   * @param newVectors of the texts by the new model, at least {@value #MIN_PAIRS}
   * @param oldVectors of the same texts by the old model, in the same order
   * @param seed chooses which pairs are held out
   * @throws InvalidInputException {@code bridge_invalid} if the counts differ or there are too few,
   *     {@code dimension_mismatch} or {@code zero_vector} naming the vector
   */
  public static EmbeddingBridge fit(
      EmbedderInfo from,
      EmbedderInfo to,
      List<Embedding> newVectors,
      List<Embedding> oldVectors,
      long seed) {
    if (newVectors.size() != oldVectors.size() || newVectors.size() < MIN_PAIRS) {
      throw invalid(
          "%s vectors of '%s' and %s of '%s', expected as many of both, at least %s"
              .formatted(newVectors.size(), from.name(), oldVectors.size(), to.name(), MIN_PAIRS));
    }
    return new BridgeFit(from, to, units(from, newVectors), units(to, oldVectors), seed).run();
  }

  private static Embedding[] units(EmbedderInfo embedder, List<Embedding> vectors) {
    Embedding[] units = new Embedding[vectors.size()];
    for (int i = 0; i < units.length; i++) {
      Embedding vector = vectors.get(i);
      requireDimension(embedder, vector, " " + (i + 1));
      if (vector.isZero()) {
        throw new InvalidInputException(
            ErrorCode.ZERO_VECTOR,
            "vector %s of '%s' is zero, expected a direction".formatted(i + 1, embedder.name()));
      }
      units[i] = vector.normalized();
    }
    return units;
  }

  private static void requireDimension(EmbedderInfo embedder, Embedding vector, String which) {
    if (vector.dimension() != embedder.dimension()) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "vector%s has %s dimensions, expected %s of '%s'"
              .formatted(which, vector.dimension(), embedder.dimension(), embedder.name()));
    }
  }

  /** The new model, whose vectors are mapped. */
  public EmbedderInfo from() {
    return from;
  }

  /** The old model, whose space they are mapped into. */
  public EmbedderInfo to() {
    return to;
  }

  /** How it was fitted. */
  public Kind kind() {
    return kind;
  }

  /** How many texts it was fitted from. */
  public int pairs() {
    return pairs;
  }

  /** How well it did on held-out pairs before it was fitted from all. */
  public Agreement agreement() {
    return agreement;
  }

  /** A copy of M, row-major, shape {@code [to.dimension, from.dimension]}. */
  public float[] matrix() {
    return matrix.clone();
  }

  /** A copy of b, shape {@code [to.dimension]}. */
  public float[] offset() {
    return offset.clone();
  }

  /**
   * Maps a vector of the new model.
   *
   * @param vector of any length
   * @return of unit length; zero for the zero vector, or if nothing is known of its direction
   * @throws InvalidInputException {@code dimension_mismatch} if it is not of the new model
   */
  public Embedding map(Embedding vector) {
    requireDimension(from, vector, "");
    if (vector.isZero()) {
      return Embedding.of(new float[to.dimension()]);
    }
    float[] mapped = offset.clone();
    Axpy.addRows(columns, vector.normalized().toArray(), mapped);
    return Embedding.unit(mapped);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EmbeddingBridge that
        && from.equals(that.from)
        && to.equals(that.to)
        && kind == that.kind
        && pairs == that.pairs
        && agreement.equals(that.agreement)
        && Arrays.equals(matrix, that.matrix)
        && Arrays.equals(offset, that.offset);
  }

  @Override
  public int hashCode() {
    return 31 * from.hashCode() + Arrays.hashCode(matrix);
  }

  @Override
  public String toString() {
    return "EmbeddingBridge[%s to %s, %s, %s pairs, %s]"
        .formatted(from, to, kind, pairs, agreement);
  }

  static InvalidInputException invalid(String problem) {
    return new InvalidInputException(ErrorCode.BRIDGE_INVALID, "bridge: " + problem);
  }
}
