package org.attunedb.bench.study;

import java.util.Arrays;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.search.SearchMode;

/**
 * One method, trained on one draw of labels and measured on the test queries.
 *
 * @param labels number of training queries
 * @param draw number of the draw, from 0
 * @param applied whether searches of this mode use what was learned; a recipe without a gate always
 *     does
 * @param reason what the gate said about it; empty for a recipe without a gate
 * @param seconds wall time of training
 * @param values with what was learned, if it is applied
 * @param base without
 */
record CurveMeasurement(
    String method,
    SearchMode mode,
    int labels,
    int draw,
    boolean applied,
    String reason,
    double seconds,
    PerQuery values,
    PerQuery base) {
  /** What each test query gained; a new array. */
  double[] gains(Metric metric) {
    return values.gains(base, metric);
  }

  /** The mean gain. */
  double gain(Metric metric) {
    return Arrays.stream(gains(metric)).average().orElse(0);
  }
}
