package org.attunedb.bench.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.search.SearchMode;

/**
 * All draws of one method, mode and number of labels.
 *
 * @param applied in how many draws searches used what was learned
 * @param below for each metric, in how many of these the mean over the test queries was lower than
 *     without
 * @param gains for each metric, the mean gain over all draws, those that published nothing included
 * @param seconds mean wall time of training
 */
record CurvePoint(
    String method,
    SearchMode mode,
    int labels,
    int draws,
    int applied,
    Map<Metric, Integer> below,
    Map<Metric, Gain> gains,
    double seconds) {
  /** A loss of less is rounding. */
  private static final double TIE = 1e-12;

  /** Puts draws together, at least one, which must agree in method, mode and number of labels. */
  static CurvePoint of(List<CurveMeasurement> draws, long seed) {
    CurveMeasurement any = draws.getFirst();
    Map<Metric, Integer> below = new LinkedHashMap<>();
    Map<Metric, Gain> gains = new LinkedHashMap<>();
    for (Metric metric : PerQuery.METRICS) {
      below.put(
          metric, (int) draws.stream().filter(d -> d.applied() && d.gain(metric) < -TIE).count());
      gains.put(metric, Gain.ofDraws(draws.stream().map(d -> d.gains(metric)).toList(), seed));
    }
    return new CurvePoint(
        any.method(),
        any.mode(),
        any.labels(),
        draws.size(),
        (int) draws.stream().filter(CurveMeasurement::applied).count(),
        below,
        gains,
        draws.stream().mapToDouble(CurveMeasurement::seconds).average().orElse(0));
  }
}
