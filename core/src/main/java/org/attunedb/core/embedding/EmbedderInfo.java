package org.attunedb.core.embedding;

import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Identity of an embedder. A collection is bound to it: vectors of different models can't be
 * compared, so another identity is refused.
 *
 * @param name model name including its version, for example {@code attune-lexical-1}
 * @param dimension length of every vector it makes, 1 to 4,096
 */
public record EmbedderInfo(String name, int dimension) {
  /** Checks the name and the dimension. */
  public EmbedderInfo {
    if (name.isBlank()) {
      throw new InvalidInputException(ErrorCode.NAME_INVALID, "embedder name is blank");
    }
    if (dimension < 1 || dimension > Embedding.MAX_DIMENSION) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_OUT_OF_RANGE,
          "embedder '%s' has %s dimensions, expected 1 to %s"
              .formatted(name, dimension, Embedding.MAX_DIMENSION));
    }
  }
}
