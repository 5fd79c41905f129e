package org.attunedb.server.transfer;

import java.nio.charset.StandardCharsets;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.openai.EmbeddingModel;
import org.attunedb.server.transfer.Row.Bad;

/**
 * What a collection refuses, told before anything is written: a first pass over a file has to find
 * every fault. A test holds these rules against what {@code upsert} does. Thread-safe.
 */
final class IntakeRules {
  static final int MAX_METADATA_BYTES = 64 * 1024;
  static final int MAX_VALUE_BYTES = 32_000;

  /** Most bytes of JSON that a character can become. */
  private static final int ESCAPED = 6;

  /** A time or a UUID with its tag, and what stands around a value. */
  private static final int LONGEST_SCALAR = 64;

  private final CollectionSpec spec;
  private final boolean embedsTexts;

  IntakeRules(CollectionSpec spec) {
    this.spec = spec;
    // What EmbedderOptions can attach.
    this.embedsTexts =
        spec.embedder().equals(CollectionSpec.CALLER)
            || spec.embedder().equals(CollectionSpec.lexical().embedder())
            || EmbeddingModel.of(spec.embedder(), spec.dimension()).isPresent();
  }

  /**
   * Passes if the collection will take the document.
   *
   * @throws InvalidInputException as {@code upsert} would
   */
  void check(Document document) {
    Embedding embedding = document.embedding();
    if (embedding != null) {
      check(document.id(), embedding);
    } else if (document.text() == null) {
      throw refuse(ErrorCode.DOCUMENT_EMPTY, "it has neither text nor an embedding", document.id());
    } else if (!embedsTexts) {
      throw refuse(
          ErrorCode.EMBEDDER_MISSING,
          "it has no embedding, and the collection's embedder '%s' is not attached"
              .formatted(spec.embedder()),
          document.id());
    }
    check(document.id(), document.metadata());
  }

  /**
   * Adds what only the collection knows to a fault that was found while a row was read: a vector of
   * no or too many dimensions.
   */
  Bad explained(Bad row) {
    InvalidInputException fault = row.fault();
    if (fault.code() != ErrorCode.DIMENSION_MISMATCH) {
      return row;
    }
    String message = "%s (the collection has %s)".formatted(fault.getMessage(), spec.dimension());
    return new Bad(
        row.place(), new InvalidInputException(fault.code(), message, fault), row.source());
  }

  private void check(String id, Embedding embedding) {
    if (embedding.dimension() != spec.dimension()) {
      throw refuse(
          ErrorCode.DIMENSION_MISMATCH,
          "embedding has %s dimensions, expected %s"
              .formatted(embedding.dimension(), spec.dimension()),
          id);
    }
    if (spec.similarity() == Similarity.COSINE && embedding.isZero()) {
      throw refuse(
          ErrorCode.ZERO_VECTOR, "embedding is zero, which has no direction for cosine", id);
    }
  }

  private static void check(String id, Metadata metadata) {
    long atMost = 2;
    for (var entry : metadata.asMap().entrySet()) {
      int valueBytes = checkedBytes(id, entry.getKey(), entry.getValue());
      atMost += ESCAPED * ((long) entry.getKey().length() + valueBytes) + LONGEST_SCALAR;
    }
    // Written out only where it could be too much.
    if (atMost > MAX_METADATA_BYTES) {
      int bytes = utf8(MetadataJson.write(metadata).toString());
      if (bytes > MAX_METADATA_BYTES) {
        throw tooLarge("metadata has " + bytes + " bytes of JSON", MAX_METADATA_BYTES, id);
      }
    }
  }

  /** Bytes of a value's text, if it can be indexed. */
  private static int checkedBytes(String id, String key, MetadataValue value) {
    int bytes = 0;
    if (value instanceof MetadataValue.Text text) {
      bytes = utf8(text.value());
    } else if (value instanceof MetadataValue.TextList list) {
      for (String element : list.values()) {
        // A list is also one term, in which each element stands behind its length and a colon.
        bytes += Integer.toString(element.length()).length() + 1 + utf8(element);
      }
    }
    if (bytes > MAX_VALUE_BYTES) {
      throw tooLarge("metadata '" + key + "' has " + bytes + " bytes", MAX_VALUE_BYTES, id);
    }
    return bytes;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static InvalidInputException tooLarge(String what, int limit, String id) {
    return refuse(ErrorCode.METADATA_TOO_LARGE, what + ", expected at most " + limit, id);
  }

  private static InvalidInputException refuse(ErrorCode code, String problem, String id) {
    return new InvalidInputException(code, problem + " (document '" + id + "')");
  }
}
