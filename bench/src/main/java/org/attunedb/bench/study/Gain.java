package org.attunedb.bench.study;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.evaluation.PairedBootstrap;

/**
 * A mean gain with its 95 % interval.
 *
 * @param mean over draws of labels and queries
 * @param low lower end
 * @param high upper end
 */
record Gain(double mean, double low, double high) {
  private static final double TAIL = 0.025;

  /**
   * From one set of labels: the interval says how much depends on the choice of the test queries.
   *
   * @param gains one a query, at least one
   */
  static Gain of(double[] gains, long seed) {
    return ofDraws(List.of(gains), seed);
  }

  /**
   * From several draws of labels measured on the same queries. Draws and queries are resampled
   * independently (the pigeonhole bootstrap: Owen, Annals of Applied Statistics 2007, which is
   * rather too wide than too narrow), because both were chosen by chance.
   *
   * @param gains one array a draw, each with a gain a query; at least one of each
   */
  static Gain ofDraws(List<double[]> gains, long seed) {
    int draws = gains.size();
    int queries = gains.getFirst().length;
    if (queries == 0) {
      throw new IllegalArgumentException("no queries to resample, expected at least 1");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[PairedBootstrap.DEFAULT_DRAWS];
    for (int i = 0; i < means.length; i++) {
      double[] byQuery = new double[queries];
      for (int d = 0; d < draws; d++) {
        double[] drawn = gains.get(random.nextInt(draws));
        for (int q = 0; q < queries; q++) {
          byQuery[q] += drawn[q];
        }
      }
      for (int q = 0; q < queries; q++) {
        means[i] += byQuery[random.nextInt(queries)];
      }
      means[i] /= (double) draws * queries;
    }
    Arrays.sort(means);
    double mean = gains.stream().flatMapToDouble(Arrays::stream).average().orElseThrow();
    int cut = (int) (TAIL * means.length);
    return new Gain(mean, means[cut], means[means.length - 1 - cut]);
  }
}
