package org.attunedb.index.internal.store;

import java.util.Map;
import java.util.UUID;
import org.apache.lucene.index.CorruptIndexException;
import org.jspecify.annotations.Nullable;

/**
 * What a commit of an index says of itself.
 *
 * @param collection whose index it is
 * @param sequence of the last operation in it; at least 0
 */
public record CommitData(UUID collection, long sequence) {
  private static final String SEQUENCE = "attune.sequence";
  private static final String COLLECTION = "attune.collection";

  Map<String, String> toMap() {
    return Map.of(COLLECTION, collection.toString(), SEQUENCE, Long.toString(sequence));
  }

  /**
   * Reads what {@link #toMap} wrote.
   *
   * @throws CorruptIndexException if it is something else
   */
  public static CommitData of(Map<String, String> data) throws CorruptIndexException {
    @Nullable String collection = data.get(COLLECTION);
    @Nullable String sequence = data.get(SEQUENCE);
    if (collection == null || sequence == null) {
      throw new CorruptIndexException("the commit names no collection or sequence", "commit data");
    }
    try {
      CommitData read = new CommitData(UUID.fromString(collection), Long.parseLong(sequence));
      if (read.sequence >= 0) {
        return read;
      }
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException(e.getMessage(), "commit data", e);
    }
    throw new CorruptIndexException("the sequence is " + sequence, "commit data");
  }
}
