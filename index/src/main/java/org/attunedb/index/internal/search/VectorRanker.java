package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.internal.lucene.Fields;

/**
 * Nearest neighbours: what {@link SearchPlanner} decides for each segment, {@link PlanRunner} does.
 * If walks find fewer than k although more match, a scan answers: a filter never costs hits.
 * Thread-safe.
 */
final class VectorRanker {
  private final Similarity similarity;
  private final SearchPlanner planner;
  private final PlanRunner runner;

  VectorRanker(Similarity similarity, SegmentProfiles profiles, SearchWorkers workers) {
    this.similarity = similarity;
    this.planner = new SearchPlanner(profiles);
    this.runner = new PlanRunner(similarity, workers);
  }

  Ranking rank(Scope scope, Page page, float[] query, MatchingDocs matching, SearchTuning tuning)
      throws IOException {
    return find(scope, page, query, matching, tuning).withMatched(matching.filtered());
  }

  private Ranking find(
      Scope scope, Page page, float[] query, MatchingDocs matching, SearchTuning tuning)
      throws IOException {
    scope.clock().check();
    List<PlannedStep> steps = planner.plan(matching, page, query.length, tuning, scope.clock());
    Ranking found = runner.run(scope, page, query, steps);
    if (found.plan() != Plan.GRAPH) {
      return found;
    }
    // Counting vectors reads them all, so it is asked last.
    boolean complete =
        found.hits().size() == page.k()
            || (page.after() == null && found.hits().size() == vectors(matching));
    return complete
        ? found
        : runner.run(scope, page, query, SearchPlanner.scans(steps)).after(found);
  }

  /**
   * The exact scores of given documents, in their order; NaN for a document without a vector.
   *
   * @param docs global document numbers, ascending
   */
  float[] score(float[] query, List<Integer> docs, MatchingDocs matching) throws IOException {
    float[] scores = new float[docs.size()];
    int next = 0;
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      int base = leaf.context().docBase;
      int end = base + leaf.context().reader().maxDoc();
      if (next < docs.size() && docs.get(next) < end) {
        ExactScorer scorer = ExactScorer.of(similarity, leaf, query);
        while (next < docs.size() && docs.get(next) < end) {
          int doc = docs.get(next) - base;
          scores[next++] = scorer == null ? Float.NaN : scorer.score(doc);
        }
      }
    }
    return scores;
  }

  /** How many matching documents have a vector; walked only when a graph found too few. */
  private static long vectors(MatchingDocs matching) throws IOException {
    long count = 0;
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      FloatVectorValues vectors = leaf.context().reader().getFloatVectorValues(Fields.VECTOR);
      if (vectors == null) {
        continue;
      }
      KnnVectorValues.DocIndexIterator docs = vectors.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        count += leaf.accepts(doc) ? 1 : 0;
      }
    }
    return count;
  }

  static List<Integer> docs(List<ScoreDoc> hits) {
    List<Integer> docs = new ArrayList<>(hits.size());
    hits.forEach(hit -> docs.add(hit.doc));
    return docs;
  }
}
