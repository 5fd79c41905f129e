package org.attunedb.index.internal.search;

import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.search.SearchStats.Plan;

/**
 * Documents of one snapshot, best first.
 *
 * @param hits global document numbers and scores
 * @param plan how vectors were compared
 * @param visited number of vectors compared
 */
record Ranking(List<ScoreDoc> hits, Plan plan, long visited) {
  static Ranking empty() {
    return new Ranking(List.of(), Plan.NONE, 0);
  }

  Ranking first(int k) {
    return new Ranking(hits.subList(0, Math.min(k, hits.size())), plan, visited);
  }
}
