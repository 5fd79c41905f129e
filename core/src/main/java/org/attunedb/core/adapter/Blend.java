package org.attunedb.core.adapter;

/** How much of the learned residual a query receives. */
public sealed interface Blend {
  /**
   * The same share for every query.
   *
   * @param alpha 0 (identity) to 1 (all)
   */
  record Constant(float alpha) implements Blend {}
}
