package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.adapter.QueryAdapter.Recalled;

/**
 * Documents that the adapter's memory recalls for a query, as far as they still exist and match the
 * filter, and what their scores gain. Not changed after it was made.
 */
final class RecalledDocs {
  private static final RecalledDocs NONE = new RecalledDocs(new TreeMap<>());

  private final SortedMap<Integer, Float> bonuses;

  private RecalledDocs(SortedMap<Integer, Float> bonuses) {
    this.bonuses = bonuses;
  }

  static RecalledDocs of(Scope scope, List<Recalled> recalled, MatchingDocs matching)
      throws IOException {
    if (recalled.isEmpty()) {
      return NONE;
    }
    Snapshot snapshot = new Snapshot(scope.searcher());
    SortedMap<Integer, Float> bonuses = new TreeMap<>();
    for (Recalled document : recalled) {
      int doc = snapshot.find(document.document());
      if (doc >= 0 && matching.accepts(doc)) {
        bonuses.put(doc, document.bonus());
      }
    }
    return new RecalledDocs(bonuses);
  }

  boolean isEmpty() {
    return bonuses.isEmpty();
  }

  int size() {
    return bonuses.size();
  }

  /** Global document numbers, ascending. */
  List<Integer> docs() {
    return List.copyOf(bonuses.keySet());
  }

  /** What a document's score gains; 0 for one that was not recalled. */
  float bonus(int doc) {
    return bonuses.getOrDefault(doc, 0f);
  }

  /**
   * Adds the gains to a ranking. A document that was not recalled keeps its score, so that a
   * ranking with as many more hits as there are recalled documents holds all that can be among the
   * first k.
   *
   * @param ranking by vector scores alone
   * @param scores of {@link #docs()}; NaN for a document without a vector
   */
  Ranking raise(Ranking ranking, float[] scores, TopHits top) throws IOException {
    for (ScoreDoc hit : ranking.hits()) {
      if (!bonuses.containsKey(hit.doc)) {
        top.offer(hit.doc, hit.score);
      }
    }
    List<Integer> docs = docs();
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isNaN(scores[i])) {
        top.offer(docs.get(i), scores[i] + bonus(docs.get(i)));
      }
    }
    return ranking.withHits(top.bestFirst()).withRescored(scores.length).withRaised();
  }
}
