package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * The scores of a segment's vectors among each other by Lucene's kernels, which compare them where
 * they lie: jvector's own need each vector copied to the heap. Thread-safe.
 */
final class BuildScores implements BuildScoreProvider {
  private final ThreadLocal<RandomVectorScorerSupplier> scorers;

  /** Scores by a supplier, of which each thread takes a copy. */
  BuildScores(RandomVectorScorerSupplier supplier) {
    this.scorers =
        ThreadLocal.withInitial(
            () -> {
              try {
                return supplier.copy();
              } catch (IOException e) {
                throw new UncheckedIOException("copying a scorer", e);
              }
            });
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public VectorFloat<?> approximateCentroid() {
    throw new UnsupportedOperationException("the graph chooses its entry while it is built");
  }

  @Override
  public SearchScoreProvider searchProviderFor(VectorFloat<?> vector) {
    throw new UnsupportedOperationException("vectors are compared by their numbers");
  }

  @Override
  public SearchScoreProvider searchProviderFor(int node) {
    try {
      UpdateableRandomVectorScorer scorer = scorers.get().scorer();
      scorer.setScoringOrdinal(node);
      return new DefaultSearchScoreProvider(exact(scorer));
    } catch (IOException e) {
      throw new UncheckedIOException("scoring vector " + node, e);
    }
  }

  @Override
  public SearchScoreProvider diversityProviderFor(int node) {
    return searchProviderFor(node);
  }

  /** Lucene's scores of one query as jvector asks for them. */
  static ScoreFunction.ExactScoreFunction exact(RandomVectorScorer scorer) {
    return node -> {
      try {
        return scorer.score(node);
      } catch (IOException e) {
        throw new UncheckedIOException("scoring vector " + node, e);
      }
    };
  }
}
