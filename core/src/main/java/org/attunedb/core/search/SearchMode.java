package org.attunedb.core.search;

/** Which rankings a search uses. */
public enum SearchMode {
  /** Nearest neighbours of the query vector. */
  VECTOR,
  /** BM25 over the documents' texts. */
  KEYWORD,
  /** Both, fused by the request's {@link Fusion}. */
  HYBRID
}
