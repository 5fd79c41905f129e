package org.attunedb.training.internal;

import java.util.BitSet;

/**
 * The probability that a query is about a document which training knew, from its closeness to the
 * training queries: {@code s = 1 / (1 + exp(-slope·(closeness - midpoint)))}.
 *
 * @param slope 0 where closeness tells nothing, so that s is one half everywhere
 */
record Calibration(double slope, double midpoint) {
  private static final int MIN_OF_EACH = 10;
  private static final int NEWTON_STEPS = 50;

  /**
   * Logistic regression by Newton's method on standardised closeness, both classes weighted alike
   * (their mixture in the folds is not that of future queries), with an L2 penalty of 1 on the
   * slope.
   */
  static Calibration fit(double[] closeness, BitSet seen) {
    int seenCount = seen.cardinality();
    int unseenCount = closeness.length - seenCount;
    if (seenCount < MIN_OF_EACH || unseenCount < MIN_OF_EACH) {
      return new Calibration(0, 0);
    }
    double mean = 0;
    double squares = 0;
    for (double c : closeness) {
      mean += c / closeness.length;
      squares += c * c / closeness.length;
    }
    double deviation = Math.sqrt(Math.max(1e-12, squares - mean * mean));
    double n = closeness.length;
    double slope = 0;
    double intercept = 0;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double gradientSlope = slope;
      double gradientIntercept = 0;
      double curveSlope = 1;
      double curveMixed = 0;
      double curveIntercept = 1e-9;
      for (int i = 0; i < closeness.length; i++) {
        double x = (closeness[i] - mean) / deviation;
        double weight = n / 2 / (seen.get(i) ? seenCount : unseenCount);
        double p = 1 / (1 + Math.exp(-(slope * x + intercept)));
        double error = weight * (p - (seen.get(i) ? 1 : 0));
        double curve = weight * p * (1 - p);
        gradientSlope += error * x;
        gradientIntercept += error;
        curveSlope += curve * x * x;
        curveMixed += curve * x;
        curveIntercept += curve;
      }
      double determinant = curveSlope * curveIntercept - curveMixed * curveMixed;
      slope -= (curveIntercept * gradientSlope - curveMixed * gradientIntercept) / determinant;
      intercept -= (curveSlope * gradientIntercept - curveMixed * gradientSlope) / determinant;
    }
    // A slope below 0 would say that closer queries are less likely to be seen: noise.
    return slope > 0
        ? new Calibration(slope / deviation, mean - intercept * deviation / slope)
        : new Calibration(0, 0);
  }
}
