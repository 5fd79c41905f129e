package org.attunedb.index.internal.lucene.hnsw;

import org.apache.lucene.util.LongHeap;
import org.apache.lucene.util.NumericUtils;

/**
 * Nodes to go on from, those with the highest score first and of equal scores the lowest number, as
 * in Lucene's queue. Not thread-safe.
 */
final class NearestFirst {
  private static final int FIRST_PLACES = 64;

  /** The complement of the score in the upper half, the node in the lower, the least on top. */
  private final LongHeap heap = new LongHeap(FIRST_PLACES);

  void add(int node, float score) {
    heap.push((long) ~NumericUtils.floatToSortableInt(score) << Integer.SIZE | node);
  }

  int size() {
    return heap.size();
  }

  /** The score of the first. */
  float score() {
    return NumericUtils.sortableIntToFloat(~(int) (heap.top() >> Integer.SIZE));
  }

  /** Takes the first away. */
  int remove() {
    return (int) heap.pop();
  }

  void clear() {
    heap.clear();
  }
}
