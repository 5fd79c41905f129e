package org.attunedb.bench.ann;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * An attribute for filters: every row has a number from 0 to 9,999, evenly and without relation to
 * its vector, and a filter lets the lowest through. Stateless; the same for every engine and run.
 */
final class Attributes {
  /** Name of the metadata field. */
  static final String NAME = "attribute";

  /** One more than the largest value. */
  static final int RANGE = 10_000;

  private Attributes() {}

  /** The value of a row: the row's number through the finaliser of SplitMix64 (Steele, 2014). */
  static int of(int row) {
    long z = row * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return (int) Long.remainderUnsigned(z ^ (z >>> 31), RANGE);
  }

  /** The value below which a filter of this selectivity lets rows through. */
  static int limit(double selectivity) {
    return (int) Math.round(selectivity * RANGE);
  }

  /** Passes for 0.0001 to 1. */
  static double requireSelectivity(double selectivity) {
    if (!(selectivity >= 1.0 / RANGE && selectivity <= 1)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--filter-selectivity is " + selectivity + ", expected 0.0001 to 1");
    }
    return selectivity;
  }
}
