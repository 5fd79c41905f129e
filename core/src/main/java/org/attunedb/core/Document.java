package org.attunedb.core;

import java.util.Objects;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * What a collection holds: an id, and text, an embedding or both. A document that is read back
 * without its embedding may have neither.
 *
 * @param id unique in its collection; see {@link DocumentId}
 * @param text what keyword search reads and what an embedder embeds; at most {@value
 *     #MAX_TEXT_LENGTH} characters
 * @param metadata typed values for filters
 * @param embedding the vector; where it is null and the collection has an embedder, the text is
 *     embedded on write
 */
public record Document(
    String id, @Nullable String text, Metadata metadata, @Nullable Embedding embedding) {
  /** Longest text, in characters. */
  public static final int MAX_TEXT_LENGTH = 1 << 20;

  /**
   * Checks the id and the text.
   *
   * @throws InvalidInputException as {@link DocumentId#require}; {@code text_too_large}; {@code
   *     text_invalid} for an unpaired surrogate, which UTF-8 can't keep
   */
  public Document {
    DocumentId.require(id);
    Objects.requireNonNull(metadata, "metadata");
    if (text != null && text.length() > MAX_TEXT_LENGTH) {
      throw new InvalidInputException(
          ErrorCode.TEXT_TOO_LARGE,
          "document '"
              + id
              + "' has a text of "
              + text.length()
              + " characters, expected at most "
              + MAX_TEXT_LENGTH);
    }
    if (text != null && !Unicode.isValid(text)) {
      throw new InvalidInputException(
          ErrorCode.TEXT_INVALID,
          "document '" + id + "' has a text with an unpaired surrogate, expected valid Unicode");
    }
  }

  /** A document of text alone. */
  public static Document of(String id, String text) {
    return new Document(id, text, Metadata.empty(), null);
  }

  /** A document of text and metadata. */
  public static Document of(String id, String text, Metadata metadata) {
    return new Document(id, text, metadata, null);
  }

  /** A document of a vector alone. */
  public static Document of(String id, Embedding embedding) {
    return new Document(id, null, Metadata.empty(), embedding);
  }

  /** This document with other metadata. */
  public Document withMetadata(Metadata newMetadata) {
    return new Document(id, text, newMetadata, embedding);
  }

  /** This document with another embedding. */
  public Document withEmbedding(@Nullable Embedding newEmbedding) {
    return new Document(id, text, metadata, newEmbedding);
  }
}
