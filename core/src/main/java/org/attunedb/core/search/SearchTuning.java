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
 */
public record SearchTuning(int ef, boolean exact) {
  /** Largest {@code ef}. */
  public static final int MAX_EF = 10_000;

  /** Checks the range. */
  public SearchTuning {
    if (ef < 0 || ef > MAX_EF) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "ef is " + ef + ", expected 0 to " + MAX_EF);
    }
  }

  /** The collection chooses. */
  public static SearchTuning automatic() {
    return new SearchTuning(0, false);
  }

  /** Exact scan. */
  public static SearchTuning exactScan() {
    return new SearchTuning(0, true);
  }
}
