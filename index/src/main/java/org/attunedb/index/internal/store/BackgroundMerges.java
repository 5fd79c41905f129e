package org.attunedb.index.internal.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.MergePolicy;
import org.attunedb.index.internal.lucene.GraphHeap;

/**
 * Merges in the background as far as the store has {@link MergePlaces}, reports a failure where
 * Lucene would print a stack trace, and holds a group of writes up for a bounded time where Lucene
 * would until a merge has ended, which takes minutes where that builds a graph.
 */
final class BackgroundMerges extends ConcurrentMergeScheduler {
  /**
   * How long a group of writes waits where merges fall behind: slows writers down, so that merges
   * get processors and disk, and stops none.
   */
  static final Duration LONGEST_STALL = Duration.ofMillis(100);

  /**
   * Merges of one collection that are under way or wait for a place; behind more writers wait. None
   * is paused, as Lucene would do with large ones: it would keep its place meanwhile.
   */
  static final int MOST_MERGES = 6;

  private final MergePlaces places;
  private final GraphHeap graphs;
  private final Consumer<Throwable> failed;
  private final Duration longestStall;
  private volatile Runnable merged = () -> {};

  /** What is left of the time that the present group of writes may wait. Guarded by this. */
  private long stallNanos;

  /**
   * For one collection.
   *
   * @param places of the store
   * @param graphs what building them takes
   * @param failed is told of a merge that failed
   */
  BackgroundMerges(MergePlaces places, GraphHeap graphs, Consumer<Throwable> failed) {
    this(places, graphs, failed, LONGEST_STALL);
  }

  BackgroundMerges(
      MergePlaces places, GraphHeap graphs, Consumer<Throwable> failed, Duration longestStall) {
    this.places = places;
    this.graphs = graphs;
    this.failed = failed;
    this.longestStall = longestStall;
    this.stallNanos = longestStall.toNanos();
    setMaxMergesAndThreads(MOST_MERGES, MOST_MERGES);
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
    long graphBytes = graphs.bytes(merge);
    // One that was ended while it waited is done, too: Lucene takes it off its list.
    MergePlaces.Place place = places.enter(merge.estimatedMergeBytes, graphBytes, merge::isAborted);
    try {
      super.doMerge(source, merge);
    } finally {
      place.close();
    }
    merged.run();
  }

  /** The thread that merges and the store's workers, which build graphs; no further ones. */
  @Override
  public Executor getIntraMergeExecutor(MergePolicy.OneMerge merge) {
    return Runnable::run;
  }

  @Override
  protected void handleMergeException(Throwable exc) {
    failed.accept(exc);
  }
}
