package org.attunedb.index.internal.search;

import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.search.SearchStats.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Documents of one snapshot in the total order.
 *
 * @param hits global document numbers and scores
 * @param plan how vectors were compared
 * @param visited number of vectors compared to find candidates
 * @param rescored number of candidates' vectors compared once more
 * @param matched what the filter let through; null if there was none or nobody counted
 */
record Ranking(
    List<ScoreDoc> hits, Plan plan, long visited, long rescored, @Nullable Long matched) {
  static Ranking empty() {
    return ofKeywords(List.of());
  }

  static Ranking ofKeywords(List<ScoreDoc> hits) {
    return new Ranking(hits, Plan.NONE, 0, 0, null);
  }

  static Ranking ofVectors(List<ScoreDoc> hits, Plan plan, long visited) {
    return new Ranking(hits, plan, visited, 0, null);
  }

  Ranking withHits(List<ScoreDoc> others) {
    return new Ranking(others, plan, visited, rescored, matched);
  }

  Ranking withRescored(long vectors) {
    return new Ranking(hits, plan, visited, vectors, matched);
  }

  Ranking withMatched(@Nullable Long documents) {
    return new Ranking(hits, plan, visited, rescored, documents);
  }
}
