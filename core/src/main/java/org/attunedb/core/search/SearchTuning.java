package org.attunedb.core.search;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * The expert's knobs.
 *
 * @param ef size of the candidate list of the graph search (HNSW's {@code ef}); higher finds more
 *     of the true neighbours and takes longer. 0 lets the collection choose, also whether to walk
 *     the graph at all; at most 10,000
 * @param exact whether to compare with every matching vector instead of walking the graph
 * @param recall the part of the true neighbours that is to be found on average, between 0 and 1,
 *     from which the collection picks an ef for each of its segments; 0 for none. It is calibrated
 *     with the collection's own vectors and, once 512 different queries came, with those: queries
 *     of another kind may find less. Not together with ef or exact
 */
public record SearchTuning(int ef, boolean exact, double recall) {
  /** Largest {@code ef}. */
  public static final int MAX_EF = 10_000;

  /** Checks the ranges. */
  public SearchTuning {
    if (ef < 0 || ef > MAX_EF) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "ef is " + ef + ", expected 0 to " + MAX_EF);
    }
    if (!(recall >= 0 && recall < 1)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "recall is " + recall + ", expected at least 0 and below 1: an exact scan finds all");
    }
    if (recall > 0 && (ef > 0 || exact)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "recall is " + recall + " beside ef or exact, expected one of them");
    }
  }

  /** No target for the recall. */
  public SearchTuning(int ef, boolean exact) {
    this(ef, exact, 0);
  }

  /** The collection chooses. */
  public static SearchTuning automatic() {
    return new SearchTuning(0, false);
  }

  /** Exact scan. */
  public static SearchTuning exactScan() {
    return new SearchTuning(0, true);
  }

  /** A walk of the graph with a candidate list of this size, 1 to {@value #MAX_EF}. */
  public static SearchTuning ef(int size) {
    return new SearchTuning(size, false);
  }

  /**
   * As fast as finds this part of the true neighbours, above 0 and below 1: on average over queries
   * like the documents or, once 512 different ones came, like those.
   */
  public static SearchTuning recall(double target) {
    return new SearchTuning(0, false, target);
  }
}
