package org.attunedb.index.internal.lucene.hnsw;

import java.util.concurrent.atomic.AtomicLong;

/** What walks may keep of graphs on the heap, all of a store together. Thread-safe. */
public final class GraphMemory {
  private final AtomicLong left;

  /** So many bytes; 0 for nothing. */
  public GraphMemory(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** No memory. */
  public static GraphMemory none() {
    return new GraphMemory(0);
  }

  /** Takes bytes; false, and none are taken, if there are not as many left. */
  boolean take(long bytes) {
    long now = left.get();
    while (now >= bytes) {
      long seen = left.compareAndExchange(now, now - bytes);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  /** Gives back what was taken. */
  void give(long bytes) {
    left.addAndGet(bytes);
  }

  /** Bytes that can still be taken. */
  public long left() {
    return left.get();
  }
}
