package org.attunedb.index;

import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;

/**
 * Brings very many documents into a collection; see {@link VectorCollection#bulkLoad}. Thread-safe:
 * batches of several threads are prepared at the same time.
 *
 * <p>Until {@link #finish} or {@link #close} returns, nothing is promised of the batches: searches
 * may or may not see them, and after a crash some of the first, each whole, are in the collection
 * and the others are not. Methods throw {@link IllegalStateException} once the load or the store is
 * closed, and {@link StoreException} as writes do.
 */
public interface BulkLoad extends AutoCloseable {
  /**
   * Adds documents; one whose id exists is replaced.
   *
   * @param documents as for {@link VectorCollection#upsert}
   * @throws InvalidInputException if any document can't be accepted; then none of the batch is
   *     added, and the load can go on
   */
  void add(List<Document> documents);

  /**
   * Merges the collection into one segment, with its graph, and makes everything visible and
   * durable.
   */
  void finish();

  /**
   * Ends the load. Without {@link #finish} before, what was added becomes visible and durable, and
   * is merged in the background as other writes are. Closing twice does nothing.
   */
  @Override
  void close();
}
