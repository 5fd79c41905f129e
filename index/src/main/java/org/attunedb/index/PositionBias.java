package org.attunedb.index;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * How the place at which a document was shown enters into what a choice of it is worth. People look
 * at the document of rank r with a probability of about {@code (1/r)^η}, whether it is relevant or
 * not; a choice weighs the inverse, {@code min(maxWeight, r^η)}, so that on average it says the
 * same wherever the document stood (Joachims, Swaminathan and Schnabel, Unbiased Learning-to-Rank
 * with Biased Feedback, WSDM 2017, equation 4 and the propensities of section 6). The clipping
 * trades some bias for a bounded variance.
 *
 * @param eta 0, no correction, to 5; how fast attention falls with the rank
 * @param maxWeight 1 to 1,000
 */
public record PositionBias(double eta, double maxWeight) {
  /** Checks the ranges. */
  public PositionBias {
    require("eta", eta, 0, 5);
    require("maxWeight", maxWeight, 1, 1_000);
  }

  /** η = 1 and at most 10: documents from rank 10 on weigh the same. */
  public static PositionBias defaults() {
    return new PositionBias(1, 10);
  }

  /**
   * What a choice weighs, 1 to {@link #maxWeight}.
   *
   * @param rank of the chosen document, at least 1
   */
  public double weight(int rank) {
    return Math.min(maxWeight, Math.pow(rank, eta));
  }

  private static void require(String option, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "position bias %s is %s, expected %s to %s".formatted(option, value, low, high));
    }
  }
}
