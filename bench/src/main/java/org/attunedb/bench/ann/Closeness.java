package org.attunedb.bench.ann;

import org.apache.lucene.util.VectorUtil;
import org.attunedb.core.Similarity;

/** How close two vectors are; higher is closer. Stateless. */
final class Closeness {
  private Closeness() {}

  /** A copy as it is compared: of unit length for the cosine. */
  static float[] prepare(Similarity similarity, float[] vector) {
    float[] copy = vector.clone();
    return similarity == Similarity.COSINE ? VectorUtil.l2normalize(copy, false) : copy;
  }

  /** Compares two prepared vectors. */
  static float of(Similarity similarity, float[] a, float[] b) {
    return switch (similarity) {
      case COSINE, DOT_PRODUCT -> VectorUtil.dotProduct(a, b);
      case EUCLIDEAN -> -VectorUtil.squareDistance(a, b);
    };
  }
}
