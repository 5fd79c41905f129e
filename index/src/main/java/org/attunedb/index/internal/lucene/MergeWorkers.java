package org.attunedb.index.internal.lucene;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that help merges to build graphs, shared by all merges of a store, and that measure
 * what searches ask for. The thread that merges builds, too, so several collections that merge at
 * once take more processors than one, but not so many times more. They start when there is
 * something to build and end when they are idle. Thread-safe.
 *
 * <p>To be closed after the last merge: one that finds its workers gone fails.
 */
public final class MergeWorkers implements AutoCloseable {
  private final int threads;
  private final AtomicInteger started = new AtomicInteger();
  private final ForkJoinPool pool;

  /**
   * Makes a pool.
   *
   * @param threads that one graph is built by, at least 1
   */
  public MergeWorkers(int threads) {
    this.threads = threads;
    this.pool = new ForkJoinPool(threads, this::worker, null, true);
  }

  private ForkJoinWorkerThread worker(ForkJoinPool pool) {
    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
    thread.setName("attune-graph-" + started.incrementAndGet());
    return thread;
  }

  /** How many threads build one graph. */
  int threads() {
    return threads;
  }

  /** The pool for Lucene's graphs; null where the thread that merges builds them alone. */
  @Nullable ExecutorService helpers() {
    return threads == 1 ? null : pool;
  }

  /** The pool for jvector's graphs, whose builder works in nothing else. */
  public ForkJoinPool pool() {
    return pool;
  }

  /** Waits for what has begun. */
  @Override
  public void close() {
    pool.close();
  }
}
