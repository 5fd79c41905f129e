package org.attunedb.core.adapter;

import org.attunedb.core.Embedding;

/**
 * Rewrites a query vector before the index is searched; stored vectors are never touched.
 * Implementations are stateless and thread-safe.
 */
public interface QueryAdapter {
  /** Length of the vectors it takes and returns. */
  int dimension();

  /**
   * The adapted query.
   *
   * @param query shape {@code [dimension]}; any length above 0
   * @return a vector of unit length; the zero vector comes back unchanged
   * @throws org.attunedb.core.error.InvalidInputException {@code dimension_mismatch} if the length
   *     differs
   */
  Embedding adapt(Embedding query);
}
