package org.attunedb.index.internal.adapter;

import org.attunedb.core.error.StoreException;

/** What a store thinks of writes. Thread-safe. */
public interface WriteGuard {
  /**
   * Passes if the store may be changed.
   *
   * @throws StoreException {@code read_only}
   */
  void requireWritable();

  /** Takes note of a failed write after which nobody knows what is on the disk. */
  void failed(StoreException failure);
}
