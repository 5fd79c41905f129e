package org.attunedb.core.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile interval of the mean difference of paired samples, by resampling pairs with
 * replacement (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 *
 * @param mean mean of the differences
 * @param low lower bound of the interval
 * @param high upper bound of the interval
 */
public record PairedBootstrap(double mean, double low, double high) {
  /** Enough draws for a stable 95 % interval to about 1 % of its width. */
  public static final int DEFAULT_DRAWS = 2_000;

  /**
   * Resamples the differences.
   *
   * @param differences after minus before, one a query; at least one
   * @param confidence two-sided coverage, for example 0.95; above 0 and below 1
   * @param draws number of resamples, at least 1
   * @param seed the same seed gives the same interval
   */
  public static PairedBootstrap of(double[] differences, double confidence, int draws, long seed) {
    if (differences.length == 0) {
      throw new IllegalArgumentException("no differences to resample, expected at least 1");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence is " + confidence + ", expected above 0 and below 1");
    }
    if (draws < 1) {
      throw new IllegalArgumentException("draws is " + draws + ", expected at least 1");
    }
    if (Arrays.stream(differences).allMatch(d -> d == 0)) {
      return new PairedBootstrap(0, 0, 0);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += differences[random.nextInt(differences.length)];
      }
      means[draw] = sum / differences.length;
    }
    Arrays.sort(means);
    double tail = (1 - confidence) / 2;
    return new PairedBootstrap(
        Arrays.stream(differences).average().orElseThrow(),
        quantile(means, tail),
        quantile(means, 1 - tail));
  }

  /** Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). */
  private static double quantile(double[] sorted, double p) {
    double position = p * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
