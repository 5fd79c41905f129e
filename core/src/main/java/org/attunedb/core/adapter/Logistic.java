package org.attunedb.core.adapter;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * A probability that rises with a cosine: {@code 1 / (1 + exp(-(slope·x + intercept)))}.
 *
 * @param slope at least 0; 0 where the cosine tells nothing
 */
public record Logistic(float slope, float intercept) {
  /** One half everywhere: nothing is known. */
  public static final Logistic UNKNOWN = new Logistic(0, 0);

  /** Refuses falling curves and numbers that are not finite. */
  public Logistic {
    if (!(slope >= 0 && Float.isFinite(slope) && Float.isFinite(intercept))) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "adapter logistic has slope %s and intercept %s, expected a finite slope of at least 0"
              .formatted(slope, intercept));
    }
  }

  /** The probability at x, 0 to 1. */
  public double at(double x) {
    return 1 / (1 + Math.exp(-(slope * x + intercept)));
  }
}
