package org.attunedb.core.adapter;

import java.util.List;
import org.attunedb.core.Embedding;
import org.attunedb.core.search.SearchMode;

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
   * @param mode how the result will be searched with
   * @throws org.attunedb.core.error.InvalidInputException {@code dimension_mismatch} if the length
   *     differs
   */
  Adapted apply(Embedding query, SearchMode mode);

  /** Whether held-out searches of a mode were better with this adapter than without. */
  default boolean isBetter(SearchMode mode) {
    return true;
  }

  /** The adapted vector alone, as vector search uses it. */
  default Embedding adapt(Embedding query) {
    return apply(query, SearchMode.VECTOR).vector();
  }

  /**
   * An adapted query.
   *
   * @param vector of unit length; the zero vector comes back unchanged
   * @param keywordWeight the weight of keyword scores that suits this query in hybrid search, 0 to
   *     1
   * @param recalled documents that queries like this one were about, each once
   */
  record Adapted(Embedding vector, double keywordWeight, List<Recalled> recalled) {
    /** Copies the list. */
    public Adapted {
      recalled = List.copyOf(recalled);
    }
  }

  /**
   * A document that a query like this one was about.
   *
   * @param document its id; the document may be gone
   * @param bonus what its score gains, above 0
   */
  record Recalled(String document, float bonus) {}
}
