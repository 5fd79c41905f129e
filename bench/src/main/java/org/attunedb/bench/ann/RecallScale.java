package org.attunedb.bench.ann;

import java.util.List;

/**
 * Recall on an axis that opens up towards 1: by the logarithm of what is missed, because halving
 * the misses costs about the same everywhere. All that misses less than 1 in 1,000 stands at the
 * end.
 *
 * @param lowest recall at the beginning, below 0.999
 * @param from where the axis begins
 * @param to where it ends
 */
record RecallScale(double lowest, double from, double to) {
  private static final double HIGHEST = 0.9995;

  double at(double recall) {
    double share =
        (missed(Math.clamp(recall, lowest, HIGHEST)) - missed(lowest))
            / (missed(HIGHEST) - missed(lowest));
    return from + (to - from) * share;
  }

  private static double missed(double recall) {
    return -Math.log(1 - recall);
  }

  List<Double> ticks() {
    return List.of(0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998).stream()
        .filter(recall -> recall > lowest)
        .toList();
  }
}
