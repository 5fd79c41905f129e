package org.attunedb.core.search;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * A place in the total order of a search's hits: score descending, equal scores by the UTF-8 bytes
 * of the id. A request with one is answered by the hits strictly behind it, whether or not a hit
 * stands at the place itself.
 *
 * <p>To page through everything, take a snapshot, begin with {@link #start()} and go on with {@link
 * #of} the last hit. See docs/ranking.md.
 *
 * @param score any number but NaN
 * @param id of the hit at the place
 */
public record SearchAfter(float score, String id) {
  /** Checks the score. */
  public SearchAfter {
    if (Float.isNaN(score)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE, "score of the place to go on from is NaN");
    }
    // Negative zero is the same place.
    score = score + 0f;
  }

  /** The place of a hit. */
  public static SearchAfter of(SearchHit hit) {
    return new SearchAfter(hit.score(), hit.id());
  }

  /** The place before every hit. */
  public static SearchAfter start() {
    return new SearchAfter(Float.POSITIVE_INFINITY, "");
  }
}
