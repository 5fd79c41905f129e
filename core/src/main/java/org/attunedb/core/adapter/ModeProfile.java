package org.attunedb.core.adapter;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.Fusion;

/**
 * How searches of one mode use an adapter. All of it is chosen on held-out queries.
 *
 * @param better whether held-out searches of this mode were better with the adapter than without;
 *     where they were not, the active adapter is not applied
 * @param alpha share of the residual, 0 to 1
 * @param keywordWeight weight of the keyword scores in hybrid search, 0 to 1
 * @param memoryWeight what a remembered relevant document gains at most, 0 to {@value
 *     #MAX_MEMORY_WEIGHT}; 0 leaves the memory alone
 */
public record ModeProfile(boolean better, Blend alpha, Blend keywordWeight, float memoryWeight) {
  /** Largest weight of the memory. */
  public static final float MAX_MEMORY_WEIGHT = 10;

  /** Keyword weight that suits an adapter unless something else was learned. */
  private static final float ADAPTED_KEYWORD_WEIGHT = 1f / 3;

  /** Checks the ranges. */
  public ModeProfile {
    if (!(memoryWeight >= 0 && memoryWeight <= MAX_MEMORY_WEIGHT)) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "adapter memory weight is %s, expected 0 to %s"
              .formatted(memoryWeight, MAX_MEMORY_WEIGHT));
    }
  }

  /**
   * The same share for all queries and no memory. With share 0 the keyword weight is that of a
   * search without an adapter, so that nothing changes.
   */
  public static ModeProfile constant(float alpha) {
    float keywordWeight =
        alpha == 0 ? (float) Fusion.Automatic.BASE_KEYWORD_WEIGHT : ADAPTED_KEYWORD_WEIGHT;
    return new ModeProfile(true, Blend.constant(alpha), Blend.constant(keywordWeight), 0);
  }

  /** Whether anything depends on the queries of a memory. */
  boolean needsMemory() {
    return memoryWeight > 0 || !alpha.isConstant() || !keywordWeight.isConstant();
  }

  /** Whether applying it changes no ranking by vectors. */
  boolean isIdentity() {
    return alpha.seen() == 0 && alpha.unseen() == 0 && memoryWeight == 0;
  }
}
