package org.attunedb.core.search;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** How hybrid search makes one ranking of the vector and the keyword ranking. */
public sealed interface Fusion {
  /**
   * The default: {@link WeightedScores} whose weight suits the strength of the vector ranking,
   * which an adapter changes: {@value #BASE_KEYWORD_WEIGHT} without one; with one, what was learned
   * on held-out queries. See docs/ranking.md.
   */
  record Automatic() implements Fusion {
    /** Keyword weight where no adapter is applied. */
    public static final double BASE_KEYWORD_WEIGHT = 0.5;
  }

  /** {@link Automatic}. */
  static Fusion automatic() {
    return new Automatic();
  }

  /**
   * Weighted sum of both scores of every candidate of either ranking: {@code (1 - w)·v + w·t}, with
   * {@code v = (vector - v100) / (v1 - v100)}, not below 0, where v1 and v100 are the first and the
   * 100th score of the vector ranking, and {@code t = bm25 / best bm25}. Adding a constant to the
   * vector scores, or scaling them, changes nothing: embedding models differ in both.
   *
   * @param keywordWeight w, 0 (vector alone) to 1 (keywords alone)
   */
  record WeightedScores(double keywordWeight) implements Fusion {
    /** Checks the range. */
    public WeightedScores {
      if (!(keywordWeight >= 0 && keywordWeight <= 1)) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "keywordWeight is " + keywordWeight + ", expected 0 to 1");
      }
    }
  }

  /**
   * Reciprocal rank fusion: the sum of {@code 1 / (constant + rank)} over both lists (Cormack,
   * Clarke and Büttcher, SIGIR 2009).
   *
   * @param constant dampens the first ranks; 60 in the paper
   */
  record ReciprocalRank(int constant) implements Fusion {
    /** Checks the range. */
    public ReciprocalRank {
      if (constant < 1) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "reciprocal rank constant is " + constant + ", expected at least 1");
      }
    }
  }
}
