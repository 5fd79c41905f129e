package org.attunedb.core.search;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): picks hits that are relevant
 * and unlike each other. Each next hit is the candidate with the greatest {@code lambda · relevance
 * - (1 - lambda) · likeness}, likeness being that to the most similar hit picked before. Scales of
 * both: docs/ranking.md. A document without a vector is like no other.
 *
 * @param lambda 1 (the plain ranking) to 0 (as diverse as possible behind the first hit)
 * @param candidates how many of the ranking to pick from, 1 to {@value #MAX_CANDIDATES}
 */
public record Mmr(double lambda, int candidates) {
  /** Most candidates. */
  public static final int MAX_CANDIDATES = 1_000;

  /** Checks the ranges. */
  public Mmr {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "mmr lambda is " + lambda + ", expected 0 to 1");
    }
    if (candidates < 1 || candidates > MAX_CANDIDATES) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "mmr candidates is " + candidates + ", expected 1 to " + MAX_CANDIDATES);
    }
  }
}
