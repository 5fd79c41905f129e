package org.attunedb.core.evaluation;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * Search quality without and with an adapter on the same queries of the same snapshot.
 *
 * @param queries queries that were counted: those with at least one relevant document
 * @param skippedQueries the other queries, left out of every mean: those without a relevant
 *     document
 * @param absentQueries how many of the skipped ones have relevant documents, none of which the
 *     collection holds
 * @param depth how many hits were looked at
 * @param adapterVersion the adapter that was applied; null if none was, so that searches with and
 *     without are the same. Where modes apply different ones, because a scope has one of its own
 *     for some modes only, each with its modes: {@code v2 (vector) and v1 (hybrid)}
 * @param untouchedModes modes whose searches leave that adapter out, because it was not found
 *     better there; but hybrid searches without a known word do what vector searches do
 * @param embeddingTime wall time of embedding the queries
 * @param rows the means
 * @param deltas the differences and how sure they are
 * @param curves recall at every cut-off; none for empty subsets
 * @param rankChanges the counted queries, mode by mode, where a mode was searched both ways
 * @param movers the queries that moved most, explained: for each mode first those that rose, most
 *     first, then those that fell
 * @param costs what the smaller k saves, for each mode and subset that is not empty
 */
public record RecallReport(
    int queries,
    int skippedQueries,
    int absentQueries,
    int depth,
    @Nullable String adapterVersion,
    Set<SearchMode> untouchedModes,
    Duration embeddingTime,
    List<Row> rows,
    List<Delta> deltas,
    List<RecallCurve> curves,
    List<RankChange> rankChanges,
    List<Mover> movers,
    List<CostComparison> costs) {
  /** Copies the lists. */
  public RecallReport {
    untouchedModes = Collections.unmodifiableSet(new LinkedHashSet<>(untouchedModes));
    rows = List.copyOf(rows);
    deltas = List.copyOf(deltas);
    curves = List.copyOf(curves);
    rankChanges = List.copyOf(rankChanges);
    movers = List.copyOf(movers);
    costs = List.copyOf(costs);
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
   * @param improved number of queries whose value rose
   * @param worsened number of queries whose value fell
   * @param pValue exact two-sided sign test over the queries that changed; to be read in place of
   *     the interval where only fewer than 20 did
   */
  public record Delta(
      SearchMode mode,
      Subset subset,
      Metric metric,
      double delta,
      double ciLow,
      double ciHigh,
      int improved,
      int worsened,
      double pValue) {
    private static final int FEW = 19;

    /**
     * Whether fewer than 20 queries changed, so that resampling them says little and the sign test
     * is the one to read.
     */
    public boolean changedFew() {
      return improved + worsened <= FEW;
    }
  }

  /** The row of one way to search, if it was evaluated. */
  public Optional<Row> row(SearchMode mode, boolean adapter, Subset subset) {
    return rows.stream()
        .filter(r -> r.mode() == mode && r.adapter() == adapter && r.subset() == subset)
        .findFirst();
  }

  /** One comparison, if that metric was measured both ways. */
  public Optional<Delta> delta(SearchMode mode, Subset subset, Metric metric) {
    return deltas.stream()
        .filter(d -> d.mode() == mode && d.subset() == subset && d.metric().equals(metric))
        .findFirst();
  }

  /** One curve, if that way to search was evaluated and the subset is not empty. */
  public Optional<RecallCurve> curve(SearchMode mode, boolean adapter, Subset subset) {
    return curves.stream()
        .filter(c -> c.mode() == mode && c.adapter() == adapter && c.subset() == subset)
        .findFirst();
  }

  /** The rank changes of one mode, in the order of the queries. */
  public List<RankChange> rankChanges(SearchMode mode) {
    return rankChanges.stream().filter(change -> change.mode() == mode).toList();
  }

  /** The explained queries of one mode that rose, most first. */
  public List<Mover> risen(SearchMode mode) {
    return movers.stream()
        .filter(m -> m.change().mode() == mode && m.change().movement() > 0)
        .toList();
  }

  /** The explained queries of one mode that fell, most first. */
  public List<Mover> fallen(SearchMode mode) {
    return movers.stream()
        .filter(m -> m.change().mode() == mode && m.change().movement() < 0)
        .toList();
  }

  /** One cost comparison, if there is one. */
  public Optional<CostComparison> cost(SearchMode mode, Subset subset) {
    return costs.stream().filter(c -> c.mode() == mode && c.subset() == subset).findFirst();
  }

  /** One mean, if that row has it. */
  public Optional<Double> value(SearchMode mode, boolean adapter, Subset subset, Metric metric) {
    return row(mode, adapter, subset).map(r -> r.values().get(metric));
  }
}
