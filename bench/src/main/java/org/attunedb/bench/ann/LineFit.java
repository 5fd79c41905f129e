package org.attunedb.bench.ann;

/**
 * The straight line that lies closest to points, by the sum of squares.
 *
 * @param intercept its height at 0
 * @param slope its rise
 */
record LineFit(double intercept, double slope) {
  /** Fits; all points at one place give a line through their mean without a rise. */
  static LineFit of(double[] x, double[] y) {
    double meanX = mean(x);
    double meanY = mean(y);
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += (x[i] - meanX) * (y[i] - meanY);
      variance += (x[i] - meanX) * (x[i] - meanX);
    }
    double slope = variance == 0 ? 0 : covariance / variance;
    return new LineFit(meanY - slope * meanX, slope);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
