package org.attunedb.index.internal.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.MergePolicy;

/**
 * Merges in the background, reports a failure where Lucene would print a stack trace, and holds a
 * group of writes up for a bounded time where Lucene would until a merge has ended, which takes
 * minutes where that builds a graph. Merges that find no free place wait until one ends.
 */
final class BackgroundMerges extends ConcurrentMergeScheduler {
  /**
   * How long a group of writes waits where merges fall behind: slows writers down, so that merges
   * get processors and disk, and stops none.
   */
  static final Duration LONGEST_STALL = Duration.ofMillis(100);

  private final Consumer<Throwable> failed;
  private final Duration longestStall;
  private volatile Runnable merged = () -> {};

  /** What is left of the time that the present group of writes may wait. Guarded by this. */
  private long stallNanos;

  BackgroundMerges(Consumer<Throwable> failed) {
    this(failed, LONGEST_STALL);
  }

  BackgroundMerges(Consumer<Throwable> failed, Duration longestStall) {
    this.failed = failed;
    this.longestStall = longestStall;
    this.stallNanos = longestStall.toNanos();
  }

  /** To be called when a group of writes has ended: the next one may wait as long again. */
  synchronized void endGroup() {
    stallNanos = longestStall.toNanos();
  }

  /** Whether a further merge may begin now. */
  @Override
  protected synchronized boolean maybeStall(MergeSource source) {
    boolean mayWait = !mergeThreads.contains(Thread.currentThread());
    while (mayWait && stallNanos > 0 && isBehind(source)) {
      long start = System.nanoTime();
      try {
        TimeUnit.NANOSECONDS.timedWait(this, stallNanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        mayWait = false;
      }
      stallNanos -= System.nanoTime() - start;
    }
    return !isBehind(source);
  }

  private boolean isBehind(MergeSource source) {
    return source.hasPendingMerges() && mergeThreadCount() >= getMaxMergeCount();
  }

  /**
   * Has somebody told, in the merge's thread, that a merge is done: what it made is in the index,
   * but no view shows it yet.
   */
  void onMerged(Runnable listener) {
    merged = listener;
  }

  @Override
  protected void doMerge(MergeSource source, MergePolicy.OneMerge merge) throws IOException {
    super.doMerge(source, merge);
    merged.run();
  }

  @Override
  protected void handleMergeException(Throwable exc) {
    failed.accept(exc);
  }
}
