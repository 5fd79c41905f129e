package org.attunedb.core.adapter;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * A setting that depends on whether a query is about a document that training knew: {@code unseen +
 * (seen - unseen)·s} for the probability s that it is.
 *
 * @param unseen for a query unlike all training queries, 0 to 1
 * @param seen for a query like one of them, 0 to 1
 */
public record Blend(float unseen, float seen) {
  /** Checks the ranges. */
  public Blend {
    require(unseen);
    require(seen);
  }

  /** The same for all queries. */
  public static Blend constant(float value) {
    return new Blend(value, value);
  }

  /** The setting for a query that is about a known document with probability s. */
  public double at(double s) {
    return unseen + (seen - unseen) * s;
  }

  /** Whether all queries get the same. */
  public boolean isConstant() {
    return unseen == seen;
  }

  private static void require(float value) {
    if (!(value >= 0 && value <= 1)) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID, "adapter share is " + value + ", expected 0 to 1");
    }
  }
}
