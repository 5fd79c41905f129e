package org.attunedb.server.ingest;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.openai.EmbeddingModel;
import org.jspecify.annotations.Nullable;

/**
 * The embedder that a command line asks for. Immutable.
 *
 * @param name {@code lexical} or {@code openai:MODEL}; null if it was not given
 * @param dimensions to ask a service for; null if they were not given
 */
record AskedEmbedder(@Nullable String name, @Nullable Integer dimensions) {
  private static final String LEXICAL = "lexical";

  /**
   * Checks what can be checked without a collection.
   *
   * @throws InvalidInputException {@code option_out_of_range}
   */
  void requireKnown() {
    if (name != null && !name.equals(LEXICAL) && !name.startsWith(EmbeddingModel.PREFIX)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--embedder is '%s', expected lexical or openai:MODEL".formatted(name));
    }
    if (dimensions != null && (name == null || name.equals(LEXICAL))) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "--dimensions goes with --embedder openai:MODEL only");
    }
  }

  /** What a collection is made for; the built-in embedder where none was asked for. */
  CollectionSpec spec(EmbedderOptions embedders) {
    return name == null || name.equals(LEXICAL)
        ? CollectionSpec.lexical()
        : embedders.spec(name.substring(EmbeddingModel.PREFIX.length()), dimensions);
  }

  /**
   * Checks that a collection which is there has the embedder that was asked for, if one was. No
   * service is asked.
   *
   * @param collection its name, for the message
   * @throws InvalidInputException {@code embedder_mismatch}
   */
  void requireOf(String collection, CollectionSpec made) {
    if (name != null && !isOf(made)) {
      throw new InvalidInputException(
          ErrorCode.EMBEDDER_MISMATCH,
          "collection '%s': --embedder is '%s'%s, expected what the collection was made with, '%s' of %s dimensions: leave the option out, or take another collection"
              .formatted(
                  collection,
                  name,
                  dimensions == null ? "" : " with --dimensions " + dimensions,
                  made.embedder(),
                  made.dimension()));
    }
  }

  private boolean isOf(CollectionSpec made) {
    if (LEXICAL.equals(name)) {
      return made.embedder().equals(CollectionSpec.lexical().embedder());
    }
    if (dimensions != null && dimensions != made.dimension()) {
      return false;
    }
    // The model's own number of dimensions is not known here, but what was shortened has fewer.
    return made.embedder().equals(name)
        || EmbeddingModel.of(made.embedder(), made.dimension())
            .map(model -> EmbeddingModel.PREFIX + model.name())
            .filter(model -> dimensions != null && model.equals(name))
            .isPresent();
  }
}
