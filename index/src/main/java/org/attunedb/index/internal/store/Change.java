package org.attunedb.index.internal.store;

import java.util.Collection;
import java.util.List;
import org.apache.lucene.document.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.log.Operation;
import org.attunedb.index.internal.log.OperationCodec;
import org.jspecify.annotations.Nullable;

/**
 * An operation with all that is worked out before its turn: its bytes for the log and Lucene's
 * documents. Immutable.
 */
final class Change {
  private final Operation operation;
  private final byte[] encoded;
  private final List<Document> mapped;

  private Change(Operation operation, List<Document> mapped) {
    this.operation = operation;
    this.mapped = mapped;
    this.encoded = OperationCodec.encode(operation);
    if (encoded.length > VectorCollection.MAX_BATCH_BYTES) {
      throw new InvalidInputException(
          ErrorCode.BATCH_TOO_LARGE,
          "batch has %s bytes, expected at most %s"
              .formatted(encoded.length, VectorCollection.MAX_BATCH_BYTES));
    }
  }

  /** An operation that needs no documents. */
  static Change of(Operation operation) {
    return new Change(operation, List.of());
  }

  /** An upsert of documents that were checked, embedded and scaled. */
  static Change of(Operation.Upsert upsert, List<Document> mapped) {
    return new Change(upsert, mapped);
  }

  Operation operation() {
    return operation;
  }

  List<Document> mapped() {
    return mapped;
  }

  byte[] encoded() {
    return encoded;
  }

  /** The ids that it may change; null for any. */
  @Nullable Collection<String> ids() {
    return switch (operation) {
      case Operation.Upsert upsert ->
          upsert.documents().stream().map(org.attunedb.core.Document::id).toList();
      case Operation.DeleteIds delete -> delete.ids();
      case Operation.DeleteMatching matching -> null;
      case Operation.DeleteAll all -> null;
    };
  }
}
