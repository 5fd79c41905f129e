package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.internal.lucene.ReadAhead;

/**
 * Nearest neighbours: what {@link SearchPlanner} decides for each segment, {@link PlanRunner} does.
 * If walks find fewer than k although more match, a scan answers: a filter never costs hits.
 * Thread-safe.
 */
final class VectorRanker {
  /**
   * Where plain scores order what was found, so many more are found than are wanted: what is behind
   * the last one by a rounding error may belong before it.
   */
  private static final int ROUNDED_OUT = 16;

  private final Similarity similarity;
  private final ReadAhead ahead;
  private final SearchPlanner planner;
  private final PlanRunner runner;

  VectorRanker(Similarity similarity, SegmentProfiles profiles, SearchWorkers workers) {
    this.similarity = similarity;
    this.planner = new SearchPlanner(profiles);
    this.ahead = profiles.readAhead();
    this.runner = new PlanRunner(similarity, ahead, workers);
  }

  Ranking rank(Scope scope, Page page, float[] query, MatchingDocs matching, SearchTuning tuning)
      throws IOException {
    Ranking found =
        scope.repeatable() && page.after() == null
            ? ordered(
                scope,
                page,
                query,
                matching,
                find(scope, Page.first(page.k() + ROUNDED_OUT), query, matching, tuning))
            : find(scope, page, query, matching, tuning);
    return found.withMatched(matching.filtered());
  }

  /** What was found, by plain scores. */
  private Ranking ordered(
      Scope scope, Page page, float[] query, MatchingDocs matching, Ranking found)
      throws IOException {
    List<Integer> docs = docs(found.hits()).stream().sorted().toList();
    float[] scores = score(scope, query, docs, matching);
    TopHits top = scope.top(page.k(), null);
    for (int i = 0; i < scores.length; i++) {
      top.offer(docs.get(i), scores[i]);
    }
    return found.withHits(top.bestFirst());
  }

  private Ranking find(
      Scope scope, Page page, float[] query, MatchingDocs matching, SearchTuning tuning)
      throws IOException {
    scope.clock().check();
    List<PlannedStep> steps = planner.plan(scope, matching, page, query, tuning);
    Ranking found = runner.run(scope, page, query, steps);
    if (found.plan() != Plan.GRAPH) {
      return found;
    }
    boolean complete =
        found.hits().size() == page.k()
            || (page.after() == null && found.hits().size() == vectors(steps));
    return complete
        ? found
        : runner.run(scope, page, query, SearchPlanner.scans(steps)).after(found);
  }

  /**
   * The exact scores of given documents, in their order; NaN for a document without a vector.
   *
   * @param docs global document numbers, ascending
   */
  float[] score(Scope scope, float[] query, List<Integer> docs, MatchingDocs matching)
      throws IOException {
    float[] scores = new float[docs.size()];
    int next = 0;
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      int base = leaf.context().docBase;
      int end = base + leaf.context().reader().maxDoc();
      if (next < docs.size() && docs.get(next) < end) {
        int[] local =
            docs.stream()
                .skip(next)
                .takeWhile(doc -> doc < end)
                .mapToInt(doc -> doc - base)
                .toArray();
        float[] found =
            scope.repeatable()
                ? PlainScores.of(similarity, leaf.context().reader(), query, local)
                : score(leaf, query, local);
        System.arraycopy(found, 0, scores, next, found.length);
        next += found.length;
      }
    }
    return scores;
  }

  private float[] score(MatchingDocs.Leaf leaf, float[] query, int[] docs) throws IOException {
    float[] scores = new float[docs.length];
    ExactScorer scorer = ExactScorer.of(similarity, ahead, leaf, query);
    if (scorer != null) {
      scorer.ask(docs);
    }
    for (int i = 0; i < docs.length; i++) {
      scores[i] = scorer == null ? Float.NaN : scorer.score(docs[i]);
    }
    return scores;
  }

  private static long vectors(List<PlannedStep> steps) {
    return steps.stream().mapToLong(step -> step.segment().vectors()).sum();
  }

  static List<Integer> docs(List<ScoreDoc> hits) {
    List<Integer> docs = new ArrayList<>(hits.size());
    hits.forEach(hit -> docs.add(hit.doc));
    return docs;
  }
}
