package org.attunedb.index.internal.lucene;

/**
 * A collector that wants to know how many candidates, found by codes, the reader of a segment
 * compares once more by full vectors.
 */
public interface RescoreCounter {
  /** To be called before each vector is read; throws to end the search. */
  void incRescoredCount(int count);
}
