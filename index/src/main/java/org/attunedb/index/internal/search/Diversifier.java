package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.VectorUtil;
import org.attunedb.core.Similarity;
import org.attunedb.index.internal.lucene.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Picks by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998). Picking n of c
 * candidates compares n · c pairs of vectors. Stateless.
 */
final class Diversifier {
  private final Similarity similarity;

  Diversifier(Similarity similarity) {
    this.similarity = similarity;
  }

  /**
   * Picks hits.
   *
   * @param candidates best first; scores in the same order
   * @param comparable whether scores are on the scale of {@link #likeness}; else they are scaled to
   *     0 for the worst and 1 for the best
   * @return n of the candidates or all, in the order picked
   */
  List<ScoreDoc> pick(
      Scope scope, List<ScoreDoc> candidates, int n, double lambda, boolean comparable)
      throws IOException {
    Map<Integer, float[]> vectors = vectors(scope, candidates);
    double[] relevance = relevance(candidates, comparable);
    // Below any likeness, until something was picked.
    double[] likeness = new double[candidates.size()];
    boolean[] picked = new boolean[candidates.size()];
    List<ScoreDoc> picks = new ArrayList<>();
    while (picks.size() < Math.min(n, candidates.size())) {
      scope.clock().check();
      int best = best(relevance, likeness, picked, lambda);
      picked[best] = true;
      float[] vector = vectors.get(candidates.get(best).doc);
      for (int i = 0; i < likeness.length; i++) {
        if (!picked[i]) {
          double like = likeness(vector, vectors.get(candidates.get(i).doc));
          likeness[i] = picks.isEmpty() ? like : Math.max(likeness[i], like);
        }
      }
      picks.add(candidates.get(best));
    }
    return picks;
  }

  private static int best(double[] relevance, double[] likeness, boolean[] picked, double lambda) {
    int best = -1;
    double bestValue = 0;
    for (int i = 0; i < relevance.length; i++) {
      double value = lambda * relevance[i] - (1 - lambda) * likeness[i];
      if (!picked[i] && (best < 0 || value > bestValue)) {
        best = i;
        bestValue = value;
      }
    }
    return best;
  }

  private double[] relevance(List<ScoreDoc> candidates, boolean comparable) {
    double[] relevance = candidates.stream().mapToDouble(hit -> hit.score).toArray();
    if ((comparable && similarity != Similarity.DOT_PRODUCT) || relevance.length == 0) {
      return relevance;
    }
    double best = relevance[0];
    double worst = relevance[relevance.length - 1];
    for (int i = 0; i < relevance.length; i++) {
      relevance[i] = best > worst ? (relevance[i] - worst) / (best - worst) : 1;
    }
    return relevance;
  }

  /** The cosine, or in Euclidean collections 1 / (1 + d²); 0 without a vector or a direction. */
  private double likeness(float @Nullable [] a, float @Nullable [] b) {
    if (a == null || b == null) {
      return 0;
    }
    return switch (similarity) {
      case COSINE -> VectorUtil.dotProduct(a, b);
      case DOT_PRODUCT -> {
        double norms =
            Math.sqrt((double) VectorUtil.dotProduct(a, a))
                * Math.sqrt(VectorUtil.dotProduct(b, b));
        yield norms == 0 ? 0 : VectorUtil.dotProduct(a, b) / norms;
      }
      case EUCLIDEAN -> 1 / (1 + (double) VectorUtil.squareDistance(a, b));
    };
  }

  private static Map<Integer, float[]> vectors(Scope scope, List<ScoreDoc> candidates)
      throws IOException {
    List<LeafReaderContext> leaves = scope.searcher().getLeafContexts();
    Map<Integer, float[]> vectors = new HashMap<>();
    for (ScoreDoc hit : candidates) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      FloatVectorValues values = leaf.reader().getFloatVectorValues(Fields.VECTOR);
      if (values != null) {
        var iterator = values.iterator();
        if (iterator.advance(hit.doc - leaf.docBase) == hit.doc - leaf.docBase) {
          vectors.put(hit.doc, values.vectorValue(iterator.index()).clone());
        }
      }
    }
    return vectors;
  }
}
