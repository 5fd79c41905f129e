package org.attunedb.index.internal.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;

/**
 * Merges in the background, reports a failure where Lucene would print a stack trace, and holds a
 * writer up for a bounded time where Lucene would until a merge has ended, which takes minutes
 * where that builds a graph. Merges that find no free place wait until one ends.
 */
final class BackgroundMerges extends ConcurrentMergeScheduler {
  /**
   * How long a group of writes waits where merges fall behind: slows writers down, so that merges
   * get processors and disk, and stops none.
   */
  static final Duration LONGEST_STALL = Duration.ofMillis(100);

  private final Consumer<Throwable> failed;
  private volatile Runnable merged = () -> {};

  /** When the writer goes on, by {@link System#nanoTime}. Guarded by this. */
  private long stalledUntil = System.nanoTime();

  BackgroundMerges(Consumer<Throwable> failed) {
    this.failed = failed;
  }

  @Override
  public synchronized void merge(MergeSource source, MergeTrigger trigger) throws IOException {
    if (trigger == MergeTrigger.FULL_FLUSH || trigger == MergeTrigger.SEGMENT_FLUSH) {
      stalledUntil = System.nanoTime() + LONGEST_STALL.toNanos();
    }
    super.merge(source, trigger);
  }

  /** Whether a further merge may begin now. */
  @Override
  protected synchronized boolean maybeStall(MergeSource source) {
    boolean mayWait = !mergeThreads.contains(Thread.currentThread());
    long left = stalledUntil - System.nanoTime();
    while (mayWait && left > 0 && isBehind(source)) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        mayWait = false;
      }
      left = stalledUntil - System.nanoTime();
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
