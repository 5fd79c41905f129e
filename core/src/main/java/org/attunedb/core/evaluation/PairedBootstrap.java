package org.attunedb.core.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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
    return ofGroups(
        differences, IntStream.range(0, differences.length).toArray(), confidence, draws, seed);
  }

  /**
   * Resamples whole groups of differences, which depend on each other within a group (Davison and
   * Hinkley, Bootstrap Methods and their Application, 1997, section 3.8).
   *
   * @param differences after minus before, one a query; at least one
   * @param groups the group of each difference, any numbers
   * @param confidence two-sided coverage, for example 0.95; above 0 and below 1
   * @param draws number of resamples, at least 1
   * @param seed the same seed gives the same interval
   */
  public static PairedBootstrap ofGroups(
      double[] differences, int[] groups, double confidence, int draws, long seed) {
    if (differences.length == 0) {
      throw new IllegalArgumentException("no differences to resample, expected at least 1");
    }
    if (groups.length != differences.length) {
      throw new IllegalArgumentException(
          groups.length + " groups of " + differences.length + " differences");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence is " + confidence + ", expected above 0 and below 1");
    }
    if (draws < 1) {
      throw new IllegalArgumentException("draws is " + draws + ", expected at least 1");
    }
    double[] means = means(sums(differences, groups), draws, seed);
    Arrays.sort(means);
    double tail = (1 - confidence) / 2;
    return new PairedBootstrap(
        Arrays.stream(differences).average().orElseThrow(),
        quantile(means, tail),
        quantile(means, 1 - tail));
  }

  /** Sum and number of the differences of each group, in the order of first appearance. */
  private static double[][] sums(double[] differences, int[] groups) {
    Map<Integer, double[]> byGroup = new LinkedHashMap<>();
    for (int i = 0; i < differences.length; i++) {
      double[] sum = byGroup.computeIfAbsent(groups[i], group -> new double[2]);
      sum[0] += differences[i];
      sum[1]++;
    }
    return byGroup.values().toArray(double[][]::new);
  }

  private static double[] means(double[][] sums, int draws, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      double sum = 0;
      double count = 0;
      for (int i = 0; i < sums.length; i++) {
        double[] group = sums[random.nextInt(sums.length)];
        sum += group[0];
        count += group[1];
      }
      means[draw] = sum / count;
    }
    return means;
  }

  /** Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). */
  private static double quantile(double[] sorted, double p) {
    double position = p * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
