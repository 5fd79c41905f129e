package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Embedding;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.SearchRequest;

/** Makes one ranking of a vector and a keyword ranking of the same snapshot. Stateless. */
final class HybridRanker {
  /**
   * Candidates that each ranking contributes at least; also the place in the vector ranking whose
   * score counts as 0. A fixed place, so that the order does not depend on the k of the request.
   */
  static final int CANDIDATES = 100;

  private final VectorRanker vectors;
  private final KeywordRanker keywords;

  HybridRanker(VectorRanker vectors, KeywordRanker keywords) {
    this.vectors = vectors;
    this.keywords = keywords;
  }

  /** How many each ranking contributes: pages that follow each other need the same for all. */
  static int candidates(Page page) {
    return page.after() == null ? Math.max(page.k(), CANDIDATES) : SearchRequest.MAX_K;
  }

  /**
   * Two rankings to fuse and what is needed to score the one's candidates for the other.
   *
   * @param keywordWeight that suits the vector where the request leaves it open
   * @param recalled by the adapter's memory; candidates as well
   */
  record Candidates(
      Ranking byVector,
      Embedding vector,
      double keywordWeight,
      RecalledDocs recalled,
      MatchingDocs matching,
      Ranking byKeyword,
      Query keywordQuery) {}

  Ranking fuse(Scope scope, Page page, Candidates candidates, Fusion fusion) throws IOException {
    TopHits top = scope.top(page.k(), page.after());
    long rescored =
        switch (fusion) {
          case Fusion.ReciprocalRank rrf -> reciprocalRank(top, candidates, rrf.constant());
          case Fusion.WeightedScores weighted ->
              weighted(scope, top, candidates, weighted.keywordWeight(), false);
          case Fusion.Automatic automatic ->
              weighted(scope, top, candidates, candidates.keywordWeight, true);
        };
    return candidates.byVector.withHits(top.bestFirst()).withRescored(rescored);
  }

  private static long reciprocalRank(TopHits top, Candidates candidates, int constant)
      throws IOException {
    Map<Integer, Double> sums = new HashMap<>();
    for (Ranking ranking : List.of(candidates.byVector, candidates.byKeyword)) {
      int rank = 1;
      for (ScoreDoc hit : ranking.hits()) {
        sums.merge(hit.doc, 1.0 / (constant + (double) rank++), Double::sum);
      }
    }
    for (Map.Entry<Integer, Double> sum : sums.entrySet()) {
      top.offer(sum.getKey(), sum.getValue().floatValue());
    }
    return 0;
  }

  /** The memory's weight was learned beside the keyword weight, and goes with it alone. */
  private long weighted(
      Scope scope, TopHits top, Candidates candidates, double keywordWeight, boolean remember)
      throws IOException {
    TreeSet<Integer> union = new TreeSet<>(VectorRanker.docs(candidates.byVector.hits()));
    union.addAll(VectorRanker.docs(candidates.byKeyword.hits()));
    if (remember) {
      union.addAll(candidates.recalled.docs());
    }
    List<Integer> docs = List.copyOf(union);
    float[] byVector = vectors.score(scope, candidates.vector.toArray(), docs, candidates.matching);
    float[] byKeyword = keywords.score(scope.searcher(), candidates.keywordQuery, docs);
    scope.clock().check();
    VectorScale scale = VectorScale.of(candidates.byVector.hits());
    float bestKeyword = Float.MIN_NORMAL;
    for (float score : byKeyword) {
      bestKeyword = Math.max(bestKeyword, score);
    }
    for (int i = 0; i < byVector.length; i++) {
      double score =
          (1 - keywordWeight) * scale.position(byVector[i])
              + keywordWeight * byKeyword[i] / bestKeyword
              + (remember ? candidates.recalled.bonus(docs.get(i)) : 0);
      top.offer(docs.get(i), (float) score);
    }
    return docs.size();
  }

  /** Where a vector score lies between that of the last candidate (0) and of the first (1). */
  private record VectorScale(float last, float first) {
    static VectorScale of(List<ScoreDoc> ranking) {
      return ranking.isEmpty()
          ? new VectorScale(0, 0)
          : new VectorScale(
              ranking.get(Math.min(CANDIDATES, ranking.size()) - 1).score,
              ranking.getFirst().score);
    }

    double position(float score) {
      if (Float.isNaN(score) || score < last) {
        return 0;
      }
      return first > last ? (score - last) / (first - last) : 1;
    }
  }
}
