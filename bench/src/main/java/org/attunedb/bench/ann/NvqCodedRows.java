package org.attunedb.bench.ann;

import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.quantization.NVQVectors;
import io.github.jbellis.jvector.quantization.NVQuantization;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.attunedb.core.Similarity;

/** jvector's codes of one byte for each component, on the heap. Not thread-safe. */
final class NvqCodedRows implements CodedRows {
  /** Parts of a vector with a scale of their own, as jvector's examples have it. */
  private static final int PARTS = 2;

  private final Similarity similarity;
  private final NVQVectors codes;

  NvqCodedRows(RowFile base, Similarity similarity) {
    this.similarity = similarity;
    List<VectorFloat<?>> rows = new ArrayList<>(base.rows());
    for (int row = 0; row < base.rows(); row++) {
      rows.add(vector(base.floats(row)));
    }
    var values = new ListRandomAccessVectorValues(rows, base.width());
    this.codes = (NVQVectors) NVQuantization.compute(values, PARTS).encodeAll(values);
  }

  private VectorFloat<?> vector(float[] values) {
    return VectorizationProvider.getInstance()
        .getVectorTypeSupport()
        .createFloatVector(Closeness.prepare(similarity, values));
  }

  @Override
  public int[] nearest(float[] query, int count) {
    ScoreFunction scores =
        codes.scoreFunctionFor(
            vector(query),
            similarity == Similarity.EUCLIDEAN
                ? VectorSimilarityFunction.EUCLIDEAN
                : VectorSimilarityFunction.DOT_PRODUCT);
    NeighborQueue best = new NeighborQueue(Math.min(count, codes.count()), false);
    for (int row = 0; row < codes.count(); row++) {
      float score = scores.similarityTo(row);
      if (best.size() < count) {
        best.add(row, score);
      } else {
        best.insertWithOverflow(row, score);
      }
    }
    int[] rows = new int[best.size()];
    for (int i = rows.length - 1; i >= 0; i--) {
      rows[i] = best.pop();
    }
    return rows;
  }

  @Override
  public void close() {
    // Nothing but heap.
  }
}
