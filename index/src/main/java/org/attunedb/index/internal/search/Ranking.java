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
 * @param raised whether a memory raised scores, which are then no longer likenesses
 */
record Ranking(
    List<ScoreDoc> hits,
    Plan plan,
    long visited,
    long rescored,
    @Nullable Long matched,
    boolean raised) {
  static Ranking empty() {
    return ofKeywords(List.of());
  }

  static Ranking ofKeywords(List<ScoreDoc> hits) {
    return new Ranking(hits, Plan.NONE, 0, 0, null, false);
  }

  static Ranking ofVectors(List<ScoreDoc> hits, Plan plan, long visited, long rescored) {
    return new Ranking(hits, plan, visited, rescored, null, false);
  }

  Ranking withHits(List<ScoreDoc> others) {
    return new Ranking(others, plan, visited, rescored, matched, raised);
  }

  /** This after some more vectors were compared exactly. */
  Ranking withRescored(long more) {
    return new Ranking(hits, plan, visited, rescored + more, matched, raised);
  }

  Ranking withMatched(@Nullable Long documents) {
    return new Ranking(hits, plan, visited, rescored, documents, raised);
  }

  Ranking withRaised() {
    return new Ranking(hits, plan, visited, rescored, matched, true);
  }
}
