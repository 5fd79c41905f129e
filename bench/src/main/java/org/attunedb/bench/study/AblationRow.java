package org.attunedb.bench.study;

import java.util.LinkedHashMap;
import java.util.Map;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;

/**
 * One way to search, measured on one subset of the test queries.
 *
 * @param queries size of the subset, at least 1
 * @param figures by metric
 */
record AblationRow(
    String variant, SearchMode mode, Subset subset, int queries, Map<Metric, Figure> figures) {
  /**
   * One metric.
   *
   * @param mean over the queries
   * @param toBase difference to search without an adapter
   * @param toFull difference to the adapter as it was published
   */
  record Figure(double mean, Gain toBase, Gain toFull) {}

  /** The same queries, searched in this way, without an adapter and with the published one. */
  record Compared(PerQuery values, PerQuery base, PerQuery full) {}

  static AblationRow of(
      String variant, SearchMode mode, Subset subset, Compared compared, long seed) {
    Map<Metric, Figure> figures = new LinkedHashMap<>();
    PerQuery values = compared.values();
    for (Metric metric : PerQuery.METRICS) {
      figures.put(
          metric,
          new Figure(
              values.mean(metric),
              Gain.of(values.gains(compared.base(), metric), seed),
              Gain.of(values.gains(compared.full(), metric), seed)));
    }
    return new AblationRow(variant, mode, subset, values.size(), figures);
  }
}
