package org.attunedb.core.search;

import java.util.List;

/**
 * The answer to one search.
 *
 * @param hits best first; equal scores are ordered by the UTF-8 bytes of the id. With {@link Mmr}
 *     in the order in which they were picked
 * @param stats what it took
 */
public record SearchResponse(List<SearchHit> hits, SearchStats stats) {
  /** Copies the list. */
  public SearchResponse {
    hits = List.copyOf(hits);
  }

  /** The ids of the hits, in their order. */
  public List<String> ids() {
    return hits.stream().map(SearchHit::id).toList();
  }
}
