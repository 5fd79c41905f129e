package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats;
import org.attunedb.core.search.SegmentPlan;

/** One setting of {@link CostsCommand}, and the lowest median of its batches so far. */
final class CostLane {
  private static final int BATCH = 32;

  private final SearchSetting setting;
  private final Lookup<?> lookup;
  private int next;
  private double p50 = Double.POSITIVE_INFINITY;

  CostLane(SearchSetting setting, Lookup<?> lookup) {
    this.setting = setting;
    this.lookup = lookup;
  }

  OptionalDouble selectivity() {
    return setting.selectivity();
  }

  boolean isExact() {
    return setting.plan() == SearchSetting.Plan.EXACT;
  }

  /** Times the next queries. */
  void time() throws IOException {
    long[] nanos = new long[BATCH];
    for (int i = 0; i < BATCH; i++) {
      long start = System.nanoTime();
      lookup.find(next);
      nanos[i] = System.nanoTime() - start;
      next = (next + 1) % BenchmarkEngine.QUERIES;
    }
    Arrays.sort(nanos);
    p50 = Math.min(p50, (double) nanos[BATCH / 2]);
  }

  /** The hits of every query. */
  Set<?>[] found() throws IOException {
    Set<?>[] found = new Set<?>[BenchmarkEngine.QUERIES];
    for (int q = 0; q < found.length; q++) {
      found[q] = ids(answer(q));
    }
    return found;
  }

  private static Set<String> ids(SearchResponse answer) {
    return new HashSet<>(answer.hits().stream().map(SearchHit::id).toList());
  }

  private SearchResponse answer(int query) throws IOException {
    if (lookup.find(query) instanceof SearchResponse response) {
      return response;
    }
    throw new IOException("an engine did not say how it searched");
  }

  private static long matching(Set<String> ids, Set<?> truth) {
    return ids.stream().filter(truth::contains).count();
  }

  /**
   * What it costs.
   *
   * @param truth the hits of the scan under the same filter
   */
  SearchCost cost(EngineName engine, int n, int d, Set<?>[] truth) throws IOException {
    double visited = 0;
    double rescored = 0;
    double predicted = 0;
    double recall = 0;
    SearchStats stats = answer(0).stats();
    for (int q = 0; q < BenchmarkEngine.QUERIES; q++) {
      SearchResponse answer = answer(q);
      stats = answer.stats();
      visited += stats.visited();
      rescored += stats.rescored();
      List<SegmentPlan> segments = stats.segments();
      predicted += segments.stream().mapToDouble(SearchCost::predictedMicros).sum();
      Set<String> ids = ids(answer);
      recall += truth[q].isEmpty() ? 1 : (double) matching(ids, truth[q]) / truth[q].size();
    }
    double queries = BenchmarkEngine.QUERIES;
    return new SearchCost(
        engine,
        n,
        d,
        setting,
        stats.plan(),
        stats.ef(),
        recall / queries,
        visited / queries,
        rescored / queries,
        p50 / 1e3,
        predicted / queries);
  }
}
