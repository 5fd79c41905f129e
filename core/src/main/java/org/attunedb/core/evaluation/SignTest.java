package org.attunedb.core.evaluation;

/**
 * Exact two-sided sign test: how likely is a split of wins and losses at least this uneven if both
 * were equally likely? Ties carry no information and are left out (Dixon and Mood, JASA 1946).
 *
 * @param wins number of differences above 0
 * @param losses number of differences below 0
 * @param pValue 1 if there is neither a win nor a loss
 */
public record SignTest(int wins, int losses, double pValue) {
  /** Differences of smaller size than this are rounding and count as ties. */
  private static final double TIE = 1e-12;

  /** Tests after-minus-before differences. */
  public static SignTest of(double[] differences) {
    int wins = 0;
    int losses = 0;
    for (double difference : differences) {
      if (difference > TIE) {
        wins++;
      } else if (difference < -TIE) {
        losses++;
      }
    }
    return of(wins, losses);
  }

  /** Tests counts, each at least 0. */
  public static SignTest of(int wins, int losses) {
    return new SignTest(wins, losses, twoSided(wins, losses));
  }

  private static double twoSided(int wins, int losses) {
    int n = wins + losses;
    int rarer = Math.min(wins, losses);
    // In logarithms, because 2^-n underflows a double beyond n = 1,074.
    double logHalf = n * Math.log(0.5);
    double logChoose = 0;
    double tail = 0;
    for (int i = 0; i <= rarer; i++) {
      if (i > 0) {
        logChoose += Math.log((double) (n - i + 1) / i);
      }
      tail += Math.exp(logChoose + logHalf);
    }
    return Math.min(1, 2 * tail);
  }
}
