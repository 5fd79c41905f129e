package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.graph.similarity.ScoreFunction.ApproximateScoreFunction;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.KnnCollector;

/**
 * The codes of a graph's nodes compared with a query: counted one by one, so that a search whose
 * time is over ends in the middle of a walk, and on the scale of Lucene's exact scores, which none
 * is below zero. Codes give (1 + dot) / 2, which is for vectors that are not of length one, and
 * jvector leaves out what is below zero. For one walk.
 */
final class CountedCodes implements ApproximateScoreFunction {
  private final ApproximateScoreFunction codes;
  private final VectorSimilarityFunction similarity;
  private final KnnCollector collector;

  /**
   * Comparisons for one search.
   *
   * @param similarity that the exact scores are of
   */
  CountedCodes(
      ApproximateScoreFunction codes, VectorSimilarityFunction similarity, KnnCollector collector) {
    this.codes = codes;
    this.similarity = similarity;
    this.collector = collector;
  }

  @Override
  public float similarityTo(int node) {
    collector.incVisitedCount(1);
    return score(codes.similarityTo(node));
  }

  @Override
  public float similarityToNeighbor(int origin, int neighbor) {
    collector.incVisitedCount(1);
    return score(codes.similarityToNeighbor(origin, neighbor));
  }

  @Override
  public void enableSimilarityToNeighbors(int origin) {
    codes.enableSimilarityToNeighbors(origin);
  }

  @Override
  public boolean supportsSimilarityToNeighbors() {
    return codes.supportsSimilarityToNeighbors();
  }

  private float score(float code) {
    return switch (similarity) {
      // Codes of opposite vectors may come out a little beyond -1.
      case DOT_PRODUCT, COSINE -> Math.max(code, 0);
      case EUCLIDEAN -> code;
      case MAXIMUM_INNER_PRODUCT -> code < 0.5f ? 1 / (2 - 2 * code) : 2 * code;
    };
  }
}
