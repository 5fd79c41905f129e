package org.attunedb.index;

/**
 * A collection as it was at one moment: later writes and deletes don't show, and {@code
 * AdapterChoice.active()} stays the adapter that was active then. Holding one keeps the files of
 * replaced and deleted documents on disk, so close it soon.
 *
 * <p>Thread-safe. Reads throw {@link IllegalStateException} once the snapshot, or the store or
 * collection that it is of, was closed; reads that have begun are finished.
 */
public interface CollectionSnapshot extends CollectionReads, AutoCloseable {
  /** Releases the view. Closing again does nothing. */
  @Override
  void close();
}
