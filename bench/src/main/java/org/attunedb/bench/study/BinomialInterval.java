package org.attunedb.bench.study;

import java.util.function.DoubleUnaryOperator;

/**
 * The exact 95 % interval of a share (Clopper and Pearson, Biometrika 1934): the probabilities that
 * would give as few or as many successes in at least 2.5 % of all cases.
 *
 * @param low 0 if there was no success
 * @param high 1 if there was no failure
 */
record BinomialInterval(double low, double high) {
  private static final double TAIL = 0.025;
  private static final int HALVINGS = 60;

  /** The interval for so many successes of so many trials, at least one. */
  static BinomialInterval of(int successes, int trials) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(successes + " successes in " + trials + " trials");
    }
    double low = successes == 0 ? 0 : root(p -> 1 - atMost(successes - 1, trials, p) - TAIL);
    double high = successes == trials ? 1 : root(p -> TAIL - atMost(successes, trials, p));
    return new BinomialInterval(low, high);
  }

  /** P(X ≤ k) for X of n trials with probability p, above 0 and below 1. */
  static double atMost(int k, int n, double p) {
    double sum = 0;
    // In logarithms, because (1 - p)^n underflows.
    double log = n * Math.log1p(-p);
    for (int i = 0; i <= k; i++) {
      if (i > 0) {
        log += Math.log((double) (n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
      }
      sum += Math.exp(log);
    }
    return Math.min(1, sum);
  }

  /** Where a rising function crosses 0 between 0 and 1. */
  private static double root(DoubleUnaryOperator rising) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (rising.applyAsDouble(middle) < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
