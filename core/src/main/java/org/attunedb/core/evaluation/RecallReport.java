package org.attunedb.core.evaluation;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.attunedb.core.search.SearchMode;

/**
 * Search quality without and with an adapter on the same queries of the same snapshot.
 *
 * @param queries queries that were counted: those with at least one relevant document
 * @param skippedQueries queries without a relevant document, left out of every mean
 * @param embeddingTime wall time of embedding the queries
 * @param rows the means
 * @param deltas the differences and how sure they are
 */
public record RecallReport(
    int queries, int skippedQueries, Duration embeddingTime, List<Row> rows, List<Delta> deltas) {
  /** Copies the lists. */
  public RecallReport {
    rows = List.copyOf(rows);
    deltas = List.copyOf(deltas);
  }

  /** Which queries a row speaks of. */
  public enum Subset {
    /** All counted queries. */
    ALL,
    /** Queries with a relevant document that a training query pointed to. */
    SEEN,
    /** The other queries: only for these does an adapter have to generalise to documents. */
    UNSEEN
  }

  /**
   * Means of one way to search over one subset.
   *
   * @param adapter whether the query adapter was applied
   * @param queries size of the subset; where it is 0 there are no values
   * @param values metric → mean, in the order in which the metrics were asked for
   */
  public record Row(
      SearchMode mode, boolean adapter, Subset subset, int queries, Map<Metric, Double> values) {
    /** Copies the map. */
    public Row {
      // Not Map.copyOf, whose order changes from run to run.
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * A paired comparison.
   *
   * @param delta mean with the adapter minus mean without
   * @param ciLow lower bound of the 95 % paired bootstrap interval
   * @param ciHigh upper bound
   * @param pValue exact two-sided sign test over the queries that changed
   */
  public record Delta(
      SearchMode mode,
      Subset subset,
      Metric metric,
      double delta,
      double ciLow,
      double ciHigh,
      double pValue) {}

  /** The row of one way to search, if it was evaluated. */
  public Optional<Row> row(SearchMode mode, boolean adapter, Subset subset) {
    return rows.stream()
        .filter(r -> r.mode() == mode && r.adapter() == adapter && r.subset() == subset)
        .findFirst();
  }

  /** One mean, if that row has it. */
  public Optional<Double> value(SearchMode mode, boolean adapter, Subset subset, Metric metric) {
    return row(mode, adapter, subset).map(r -> r.values().get(metric));
  }
}
