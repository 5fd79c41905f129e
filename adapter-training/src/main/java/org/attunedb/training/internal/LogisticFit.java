package org.attunedb.training.internal;

import org.attunedb.core.adapter.Logistic;

/**
 * Logistic regression of a fact on a cosine by Newton's method, on the standardised cosine, with an
 * L2 penalty of 1 on the slope.
 */
final class LogisticFit {
  private static final int MIN_OF_EACH = 10;
  private static final int NEWTON_STEPS = 50;

  private final double[] x;
  private final boolean[] y;
  private final double ofTrue;
  private final double ofFalse;

  private LogisticFit(double[] x, boolean[] y, double ofTrue, double ofFalse) {
    this.x = x;
    this.y = y;
    this.ofTrue = ofTrue;
    this.ofFalse = ofFalse;
  }

  /** The probability as it is among the given cosines. */
  static Logistic of(double[] x, boolean[] y) {
    return new LogisticFit(x, y, 1, 1).fit();
  }

  /** The probability if both cases were equally frequent. */
  static Logistic balanced(double[] x, boolean[] y) {
    int count = count(y);
    double half = y.length / 2.0;
    return new LogisticFit(x, y, half / Math.max(1, count), half / Math.max(1, y.length - count))
        .fit();
  }

  private static int count(boolean[] y) {
    int count = 0;
    for (boolean value : y) {
      count += value ? 1 : 0;
    }
    return count;
  }

  /** {@link Logistic#UNKNOWN} with too few of either case, or where the fact is no likelier. */
  private Logistic fit() {
    int count = count(y);
    if (count < MIN_OF_EACH || y.length - count < MIN_OF_EACH) {
      return Logistic.UNKNOWN;
    }
    double mean = 0;
    double squares = 0;
    for (double value : x) {
      mean += value / x.length;
      squares += value * value / x.length;
    }
    double deviation = Math.sqrt(Math.max(1e-12, squares - mean * mean));
    double slope = 0;
    double intercept = 0;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double gradientSlope = slope;
      double gradientIntercept = 0;
      double curveSlope = 1;
      double curveMixed = 0;
      double curveIntercept = 1e-9;
      for (int i = 0; i < x.length; i++) {
        double z = (x[i] - mean) / deviation;
        double weight = y[i] ? ofTrue : ofFalse;
        double p = 1 / (1 + Math.exp(-(slope * z + intercept)));
        double error = weight * (p - (y[i] ? 1 : 0));
        double curve = weight * p * (1 - p);
        gradientSlope += error * z;
        gradientIntercept += error;
        curveSlope += curve * z * z;
        curveMixed += curve * z;
        curveIntercept += curve;
      }
      double determinant = curveSlope * curveIntercept - curveMixed * curveMixed;
      slope -= (curveIntercept * gradientSlope - curveMixed * gradientIntercept) / determinant;
      intercept -= (curveSlope * gradientIntercept - curveMixed * gradientSlope) / determinant;
    }
    double steepness = slope / deviation;
    double start = intercept - steepness * mean;
    // A slope below 0 would say that the fact is less likely the closer two queries are: noise.
    return slope > 0 && Double.isFinite(steepness) && Double.isFinite(start)
        ? new Logistic((float) steepness, (float) start)
        : Logistic.UNKNOWN;
  }
}
