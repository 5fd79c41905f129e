package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.FloatVectorValues;

/**
 * The vectors of a segment, or every n-th of them, as jvector reads them. Not thread-safe: each
 * thread takes a copy.
 */
final class LuceneVectors implements RandomAccessVectorValues {
  private final FloatVectorValues values;
  private final int step;

  /**
   * Vectors by their ordinals.
   *
   * @param step 1 for all, 2 for every second one, and so on
   */
  LuceneVectors(FloatVectorValues values, int step) {
    this.values = values;
    this.step = step;
  }

  @Override
  public int size() {
    return (values.size() + step - 1) / step;
  }

  @Override
  public int dimension() {
    return values.dimension();
  }

  @Override
  public VectorFloat<?> getVector(int node) {
    try {
      return vector(values.vectorValue(node * step).clone());
    } catch (IOException e) {
      throw new UncheckedIOException("reading vector " + node, e);
    }
  }

  static VectorFloat<?> vector(float[] components) {
    return VectorizationProvider.getInstance().getVectorTypeSupport().createFloatVector(components);
  }

  @Override
  public boolean isValueShared() {
    return false;
  }

  @Override
  public RandomAccessVectorValues copy() {
    try {
      return new LuceneVectors(values.copy(), step);
    } catch (IOException e) {
      throw new UncheckedIOException("copying a reader of vectors", e);
    }
  }
}
