package org.attunedb.server.openai;

import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * An embedding model, and what a collection remembers of it: {@code openai:MODEL} where the model's
 * own vectors are stored, {@code openai:MODEL@N} where the service is asked for N dimensions. Where
 * the service is, and its key, belong to the environment.
 *
 * @param name as the service knows it
 * @param dimension of the vectors, 1 to 4,096
 * @param shortened whether the service is asked for this dimension
 */
public record EmbeddingModel(String name, int dimension, boolean shortened) {
  /** What the embedder's name of every such collection begins with. */
  public static final String PREFIX = "openai:";

  /** Checks name and dimension. */
  public EmbeddingModel {
    if (name.isBlank() || name.length() > 200 || name.chars().anyMatch(c -> c <= ' ' || c == 127)) {
      throw new InvalidInputException(
          ErrorCode.NAME_INVALID,
          "model name '%s' is not usable, expected 1 to 200 characters without spaces"
              .formatted(name));
    }
    if (dimension < 1 || dimension > Embedding.MAX_DIMENSION) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_OUT_OF_RANGE,
          "model '%s' has %s dimensions, expected 1 to %s"
              .formatted(name, dimension, Embedding.MAX_DIMENSION));
    }
  }

  /** The model that a collection was made with; empty if that is none of a service. */
  public static Optional<EmbeddingModel> of(String embedder, int dimension) {
    if (!embedder.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String name = embedder.substring(PREFIX.length());
    String suffix = "@" + dimension;
    return Optional.of(
        name.endsWith(suffix) && name.length() > suffix.length()
            ? new EmbeddingModel(
                name.substring(0, name.length() - suffix.length()), dimension, true)
            : new EmbeddingModel(name, dimension, false));
  }

  /** The identity to which a collection is bound. */
  public EmbedderInfo info() {
    return new EmbedderInfo(PREFIX + name + (shortened ? "@" + dimension : ""), dimension);
  }
}
