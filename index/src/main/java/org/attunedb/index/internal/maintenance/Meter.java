package org.attunedb.index.internal.maintenance;

import org.attunedb.index.ByteProgress;

/** Adds up bytes for a {@link ByteProgress}. Not thread-safe. */
final class Meter {
  private final ByteProgress listener;
  private final long total;
  private long done;

  Meter(ByteProgress listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  /** Some bytes of a file are done. Work that is done again does not exceed the total. */
  void add(long bytes, String file) {
    done = Math.min(total, done + bytes);
    listener.update(done, total, file);
  }
}
