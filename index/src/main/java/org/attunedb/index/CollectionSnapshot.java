package org.attunedb.index;

/**
 * A collection as it was at one moment: later writes and deletes don't show, and {@code
 * AdapterChoice.active()} stays the adapter that was active then, of the collection or of the scope
 * that a search is in. A version of a scope that was deleted since can't be applied any more: that
 * is {@code adapter_not_found}. Holding one keeps the files of replaced and deleted documents on
 * disk, so close it soon.
 *
 * <p>Thread-safe. Reads throw {@link IllegalStateException} once the snapshot, or the store or
 * collection that it is of, was closed; reads that have begun are finished.
 */
public interface CollectionSnapshot extends CollectionReads, AutoCloseable {
  /** Releases the view. Closing again does nothing. */
  @Override
  void close();
}
