package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.Embedding;
import org.attunedb.core.search.Fusion;

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

  /**
   * Two rankings to fuse and what is needed to score the one's candidates for the other.
   *
   * @param share how much of an adapter the vector received, 0 without one
   */
  record Candidates(
      Ranking byVector,
      Embedding vector,
      double share,
      MatchingDocs matching,
      Ranking byKeyword,
      Query keywordQuery) {}

  Ranking fuse(IndexSearcher searcher, Candidates candidates, int k, Fusion fusion)
      throws IOException {
    List<ScoreDoc> hits =
        switch (fusion) {
          case Fusion.ReciprocalRank rrf -> reciprocalRank(candidates, k, rrf.constant());
          case Fusion.WeightedScores weighted ->
              weighted(searcher, candidates, k, weighted.keywordWeight());
          case Fusion.Automatic automatic ->
              weighted(searcher, candidates, k, automatic.keywordWeight(candidates.share));
        };
    return new Ranking(hits, candidates.byVector.plan(), candidates.byVector.visited());
  }

  private static List<ScoreDoc> reciprocalRank(Candidates candidates, int k, int constant) {
    Map<Integer, Double> sums = new HashMap<>();
    for (Ranking ranking : List.of(candidates.byVector, candidates.byKeyword)) {
      int rank = 1;
      for (ScoreDoc hit : ranking.hits()) {
        sums.merge(hit.doc, 1.0 / (constant + rank++), Double::sum);
      }
    }
    TopHits top = new TopHits(k);
    sums.forEach((doc, sum) -> top.offer(doc, sum.floatValue()));
    return top.bestFirst();
  }

  private List<ScoreDoc> weighted(
      IndexSearcher searcher, Candidates candidates, int k, double keywordWeight)
      throws IOException {
    TreeSet<Integer> union = new TreeSet<>(VectorRanker.docs(candidates.byVector.hits()));
    union.addAll(VectorRanker.docs(candidates.byKeyword.hits()));
    List<Integer> docs = List.copyOf(union);
    float[] byVector = vectors.score(candidates.vector.toArray(), docs, candidates.matching);
    float[] byKeyword = keywords.score(searcher, candidates.keywordQuery, docs);
    VectorScale scale = VectorScale.of(candidates.byVector.hits());
    float bestKeyword = Float.MIN_NORMAL;
    for (float score : byKeyword) {
      bestKeyword = Math.max(bestKeyword, score);
    }
    TopHits top = new TopHits(k);
    for (int i = 0; i < byVector.length; i++) {
      double score =
          (1 - keywordWeight) * scale.position(byVector[i])
              + keywordWeight * byKeyword[i] / bestKeyword;
      top.offer(docs.get(i), (float) score);
    }
    return top.bestFirst();
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
