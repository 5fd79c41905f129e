package org.attunedb.index.internal.search;

import org.attunedb.core.Similarity;

/** From Lucene's positive scores to the scale that {@link Similarity} documents. */
final class ScoreScale {
  private ScoreScale() {}

  static float of(Similarity similarity, float luceneScore) {
    return switch (similarity) {
      // Lucene: (1 + dot) / 2.
      case COSINE -> 2 * luceneScore - 1;
      // Lucene: 1 / (1 - dot) below zero, dot + 1 from zero on.
      case DOT_PRODUCT -> luceneScore < 1 ? 1 - 1 / luceneScore : luceneScore - 1;
      // Lucene: 1 / (1 + d²), ours too.
      case EUCLIDEAN -> luceneScore;
    };
  }
}
