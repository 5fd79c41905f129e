package org.attunedb.index.internal.search;

import org.apache.lucene.util.NumericUtils;

/**
 * A document number and its score in a {@code long}, which sorts by the score: heaps of them
 * allocate nothing. Stateless.
 */
final class ScoredDocs {
  private ScoredDocs() {}

  static long of(int doc, float score) {
    return (long) NumericUtils.floatToSortableInt(score) << Integer.SIZE | doc;
  }

  /** The number, which is not negative. */
  static int doc(long scored) {
    return (int) scored;
  }

  static float score(long scored) {
    return NumericUtils.sortableIntToFloat((int) (scored >> Integer.SIZE));
  }
}
