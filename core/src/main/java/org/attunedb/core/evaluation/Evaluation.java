package org.attunedb.core.evaluation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/**
 * Collects rankings of the same queries, searched in several ways, and turns them into a {@link
 * RecallReport}. Not thread-safe.
 */
public final class Evaluation {
  private static final double CONFIDENCE = 0.95;

  private final List<Relevance> relevance;
  private final BitSet seen;
  private final List<Metric> metrics;
  private final long seed;
  private final Map<SearchMode, double[][]> base = new EnumMap<>(SearchMode.class);
  private final Map<SearchMode, double[][]> adapted = new EnumMap<>(SearchMode.class);

  /**
   * Starts an evaluation.
   *
   * @param relevance the judgments, one element a query
   * @param seen indexes of the queries with a relevant document that a training query pointed to
   * @param metrics what to compute
   * @param seed of the bootstrap
   */
  public Evaluation(List<Relevance> relevance, BitSet seen, List<Metric> metrics, long seed) {
    this.relevance = List.copyOf(relevance);
    this.seen = (BitSet) seen.clone();
    this.metrics = List.copyOf(metrics);
    this.seed = seed;
  }

  /**
   * Adds the rankings of one way to search.
   *
   * @param mode the search mode
   * @param withAdapter whether the adapter was applied
   * @param rankings ids best first, one element a query, in the order of the judgments
   */
  public void add(SearchMode mode, boolean withAdapter, List<List<String>> rankings) {
    if (rankings.size() != relevance.size()) {
      throw new IllegalArgumentException(
          "got " + rankings.size() + " rankings for " + relevance.size() + " queries");
    }
    double[][] values = new double[relevance.size()][0];
    for (int q : members(Subset.ALL)) {
      List<String> ranking = rankings.get(q);
      Relevance judged = relevance.get(q);
      values[q] = metrics.stream().mapToDouble(m -> m.of(ranking, judged)).toArray();
    }
    (withAdapter ? adapted : base).put(mode, values);
  }

  /** The report over everything that was added. */
  public RecallReport report(Duration embeddingTime) {
    List<Row> rows = new ArrayList<>();
    List<Delta> deltas = new ArrayList<>();
    for (SearchMode mode : SearchMode.values()) {
      for (Subset subset : Subset.values()) {
        double[][] before = base.get(mode);
        double[][] after = adapted.get(mode);
        if (before != null) {
          rows.add(row(mode, false, subset, before));
        }
        if (after != null) {
          rows.add(row(mode, true, subset, after));
        }
        if (before != null && after != null) {
          deltas.addAll(deltas(mode, subset, before, after));
        }
      }
    }
    int counted = members(Subset.ALL).size();
    return new RecallReport(counted, relevance.size() - counted, embeddingTime, rows, deltas);
  }

  private Row row(SearchMode mode, boolean withAdapter, Subset subset, double[][] values) {
    List<Integer> members = members(subset);
    Map<Metric, Double> means = new LinkedHashMap<>();
    for (int m = 0; m < metrics.size() && !members.isEmpty(); m++) {
      double sum = 0;
      for (int q : members) {
        sum += values[q][m];
      }
      means.put(metrics.get(m), sum / members.size());
    }
    return new Row(mode, withAdapter, subset, members.size(), means);
  }

  private List<Delta> deltas(SearchMode mode, Subset subset, double[][] before, double[][] after) {
    List<Integer> members = members(subset);
    List<Delta> deltas = new ArrayList<>();
    for (int m = 0; m < metrics.size() && !members.isEmpty(); m++) {
      int metric = m;
      double[] differences =
          members.stream().mapToDouble(q -> after[q][metric] - before[q][metric]).toArray();
      PairedBootstrap interval =
          PairedBootstrap.of(differences, CONFIDENCE, PairedBootstrap.DEFAULT_DRAWS, seed);
      deltas.add(
          new Delta(
              mode,
              subset,
              metrics.get(m),
              interval.mean(),
              interval.low(),
              interval.high(),
              SignTest.of(differences).pValue()));
    }
    return deltas;
  }

  private List<Integer> members(Subset subset) {
    List<Integer> members = new ArrayList<>();
    for (int q = 0; q < relevance.size(); q++) {
      boolean counted = relevance.get(q).relevantCount() > 0;
      boolean belongs =
          switch (subset) {
            case ALL -> true;
            case SEEN -> seen.get(q);
            case UNSEEN -> !seen.get(q);
          };
      if (counted && belongs) {
        members.add(q);
      }
    }
    return members;
  }
}
