package org.attunedb.index;

import java.util.Collection;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;

/**
 * Documents of one kind, searched together.
 *
 * <p>Thread-safe. A write is on disk and visible to every later read when its method returns; a
 * batch becomes visible and durable as a whole or not at all. Reads run on an immutable view and
 * never wait for writes. Methods throw {@link IllegalStateException} after the store was closed and
 * {@link StoreException} when files can't be read or written; after a failed write the collection
 * refuses further writes until the store is opened again.
 */
public interface VectorCollection extends CollectionReads {
  /** Most documents in one batch. */
  int MAX_BATCH = 10_000;

  /** The name, unique in its store. */
  String name();

  /** What the collection was made for. */
  CollectionSpec spec();

  /**
   * Adds documents; one whose id exists is replaced. Documents without an embedding are embedded
   * from their text. A text without anything to embed is kept for keyword search only.
   *
   * @param documents at most {@value #MAX_BATCH}, each id once
   * @throws InvalidInputException if any document can't be accepted; then none is written
   */
  void upsert(List<Document> documents);

  /**
   * Deletes documents; unknown ids are ignored.
   *
   * @return how many existed
   */
  long delete(Collection<String> ids);

  /**
   * Deletes every document that matches.
   *
   * @return how many did
   */
  long delete(Filter filter);

  /** The collection as it is now, held until it is closed. */
  CollectionSnapshot snapshot();

  /** Training, evaluation and versions of this collection's query adapter. */
  DeepMemory deepMemory();

  /** The size of the collection. */
  CollectionStats stats();
}
