package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.attunedb.core.Similarity;
import org.attunedb.index.internal.lucene.Fields;

/**
 * Scores that are summed up in doubles and always in the same order. What {@link ExactScorer} gives
 * differs in its last bit between code that is interpreted and the same code compiled: the sum over
 * the lanes of a SIMD register has no defined order (Java's {@code FloatVector.reduceLanes}), so
 * that it depends on when a busy machine comes to compile. Takes several times as long. Stateless.
 */
final class PlainScores {
  private PlainScores() {}

  /**
   * The scores of documents of one segment.
   *
   * @param docs numbers within the segment, ascending
   * @return in their order; NaN for a document without a vector
   */
  static float[] of(Similarity similarity, LeafReader segment, float[] query, int[] docs)
      throws IOException {
    float[] scores = new float[docs.length];
    FloatVectorValues vectors = segment.getFloatVectorValues(Fields.VECTOR);
    DocIndexIterator at = vectors == null ? null : vectors.iterator();
    for (int i = 0; i < docs.length; i++) {
      boolean there =
          at != null && (at.docID() < docs[i] ? at.advance(docs[i]) : at.docID()) == docs[i];
      scores[i] =
          vectors != null && at != null && there
              ? score(similarity, query, vectors.vectorValue(at.index()))
              : Float.NaN;
    }
    return scores;
  }

  static float score(Similarity similarity, float[] query, float[] vector) {
    return switch (similarity) {
      case COSINE -> (float) Math.max(-1, dot(query, vector));
      case DOT_PRODUCT -> (float) dot(query, vector);
      case EUCLIDEAN -> (float) (1 / (1 + squares(query, vector)));
    };
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double squares(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }
}
