package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long searches took.
 *
 * @param qps searches a second of all threads together
 * @param p50Micros median of single searches
 * @param p99Micros the time that 99 of 100 don't exceed
 */
record SearchTiming(double qps, double p50Micros, double p99Micros) {
  /** Searches all queries again and again for so many seconds. */
  static void warmUp(Lookup<?> lookup, int queries, double seconds) throws IOException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (int q = 0; System.nanoTime() < end; q = (q + 1) % queries) {
      lookup.find(q);
    }
  }

  /**
   * Searches all queries in every round, each thread all of them, and keeps the round with the
   * lowest median: on a shared machine the others tell about the neighbours.
   */
  static SearchTiming of(Lookup<?> lookup, int queries, EngineTask.Timing how)
      throws IOException, InterruptedException {
    if (how.threads() == 1) {
      SearchTiming best = round(lookup, queries);
      for (int r = 1; r < how.rounds(); r++) {
        best = best.better(round(lookup, queries));
      }
      return best;
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(how.threads())) {
      SearchTiming best = round(lookup, queries, pool, how.threads());
      for (int r = 1; r < how.rounds(); r++) {
        best = best.better(round(lookup, queries, pool, how.threads()));
      }
      return best;
    }
  }

  private SearchTiming better(SearchTiming other) {
    return other.p50Micros < p50Micros ? other : this;
  }

  private static SearchTiming round(Lookup<?> lookup, int queries) throws IOException {
    long[] nanos = new long[queries];
    long start = System.nanoTime();
    pass(lookup, nanos, 0);
    return summary(nanos, System.nanoTime() - start);
  }

  private static SearchTiming round(
      Lookup<?> lookup, int queries, ExecutorService pool, int threads)
      throws IOException, InterruptedException {
    long[][] nanos = new long[threads][queries];
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Callable<long[]>> passes = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      passes.add(
          () -> {
            start.await();
            long from = System.nanoTime();
            pass(lookup, nanos[thread], thread * (queries / threads));
            return new long[] {from, System.nanoTime()};
          });
    }
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    try {
      for (Future<long[]> pass : pool.invokeAll(passes)) {
        first = Math.min(first, pass.get()[0]);
        last = Math.max(last, pass.get()[1]);
      }
    } catch (ExecutionException e) {
      throw new IOException("a search failed: " + e.getCause(), e);
    }
    return summary(Arrays.stream(nanos).flatMapToLong(Arrays::stream).toArray(), last - first);
  }

  /** All queries, starting with another one than the other threads. */
  private static void pass(Lookup<?> lookup, long[] nanos, int offset) throws IOException {
    for (int i = 0; i < nanos.length; i++) {
      int query = (i + offset) % nanos.length;
      long start = System.nanoTime();
      lookup.find(query);
      nanos[i] = System.nanoTime() - start;
    }
  }

  private static SearchTiming summary(long[] nanos, long wall) {
    Arrays.sort(nanos);
    return new SearchTiming(
        nanos.length / (wall / 1e9), percentile(nanos, 0.5) / 1e3, percentile(nanos, 0.99) / 1e3);
  }

  private static double percentile(long[] sorted, double share) {
    return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }
}
