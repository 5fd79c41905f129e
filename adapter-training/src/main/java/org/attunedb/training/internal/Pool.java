package org.attunedb.training.internal;

import java.util.TreeSet;
import org.attunedb.core.evaluation.Metric;

/**
 * The candidates that can be among the first ten of one query, with all that a ranking weighs, so
 * that many weights can be tried without ranking the corpus again. Scores as search does: see
 * docs/ranking.md.
 */
final class Pool {
  /** The candidates that the vector and the keyword ranking contribute each, as in search. */
  static final int CANDIDATES = 100;

  private final Targets targets;
  private final int[] columns;
  private final float[] vector;
  private final float[] keyword;
  private final float[] recalled;
  private final boolean hasKeywords;
  private final float first;
  private final float last;

  /**
   * Collects the candidates.
   *
   * @param scores vector scores of all columns of several queries
   * @param offset of this query's first score
   * @param width number of columns
   * @param keywords scores relative to the best
   * @param best the best columns by keywords, at most {@value #CANDIDATES}
   * @param memory what the memory says
   */
  Pool(
      Targets targets,
      float[] scores,
      int offset,
      int width,
      ColumnScores keywords,
      int[] best,
      ColumnScores memory) {
    this.targets = targets;
    this.hasKeywords = best.length > 0;
    int[] nearest = Largest.of(scores, offset, width, CANDIDATES);
    this.first = scores[offset + nearest[0]];
    this.last = scores[offset + nearest[nearest.length - 1]];
    TreeSet<Integer> union = new TreeSet<>();
    for (int column : nearest) {
      union.add(column);
    }
    for (int column : best) {
      union.add(column);
    }
    for (int column : memory.columns()) {
      union.add(column);
    }
    this.columns = union.stream().mapToInt(column -> column).toArray();
    this.vector = new float[columns.length];
    this.keyword = new float[columns.length];
    this.recalled = new float[columns.length];
    for (int i = 0; i < columns.length; i++) {
      vector[i] = scores[offset + columns[i]];
      keyword[i] = keywords.score(columns[i]);
      recalled[i] = memory.score(columns[i]);
    }
  }

  /** Whether any word of the query is known; without, hybrid search is vector search. */
  boolean hasKeywords() {
    return hasKeywords;
  }

  /** The quality of vector search. */
  Quality byVector(float memoryWeight) {
    float[] scores = new float[columns.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = vector[i] + memoryWeight * recalled[i];
    }
    return quality(scores);
  }

  /** The quality of hybrid search. */
  Quality hybrid(double keywordWeight, float memoryWeight) {
    float[] scores = new float[columns.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          (float)
              ((1 - keywordWeight) * position(vector[i])
                  + keywordWeight * keyword[i]
                  + memoryWeight * recalled[i]);
    }
    return quality(scores);
  }

  /** Where a vector score lies between that of the last candidate (0) and of the first (1). */
  private double position(float score) {
    if (Float.isNaN(score)) {
      return Double.NaN;
    }
    if (score < last) {
      return 0;
    }
    return first > last ? (score - last) / (first - last) : 1;
  }

  private Quality quality(float[] scores) {
    int[] ranks = new int[targets.size()];
    for (int t = 0; t < ranks.length; t++) {
      ranks[t] = targets.rank(targets.column(t), columns, scores);
    }
    double[] grades = targets.grades();
    return new Quality(
        Metric.recall(1).ofRanks(ranks, grades),
        Metric.recall(10).ofRanks(ranks, grades),
        Metric.ndcg(10).ofRanks(ranks, grades));
  }
}
