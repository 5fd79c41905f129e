package org.attunedb.bench.ann;

import java.io.IOException;

/**
 * Queries that are ready to be searched with one setting. Thread-safe.
 *
 * @param <A> what the engine answers
 */
interface Lookup<A> {
  /** What is timed: one search, up to ids and scores. */
  A find(int query) throws IOException;

  /** The rows in an answer, best first. */
  int[] rows(A answer);
}
