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
   * Adapts a query.
   *
   * @param query shape {@code [dimension]}; any length above 0
   * @throws org.attunedb.core.error.InvalidInputException {@code dimension_mismatch} if the length
   *     differs
   */
  Adapted apply(Embedding query);

  /** The adapted vector of {@link #apply} alone. */
  default Embedding adapt(Embedding query) {
    return apply(query).vector();
  }

  /**
   * An adapted query.
   *
   * @param vector of unit length; the zero vector comes back unchanged
   * @param share how much of the adapter the query received, 0 (none: the vector is the base
   *     vector) to 1 (as much as any query can)
   */
  record Adapted(Embedding vector, double share) {}
}
