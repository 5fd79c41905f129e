package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.util.IORunnable;

/**
 * The vectors of a segment, or every n-th of them, as jvector reads them. Not thread-safe: each
 * thread takes a copy, as jvector does of values that are shared.
 */
final class LuceneVectors implements RandomAccessVectorValues {
  private final FloatVectorValues values;
  private final int step;
  private final IORunnable check;

  /**
   * Vectors by their ordinals.
   *
   * @param step 1 for all, 2 for every second one, and so on
   * @param check is called for each vector that is read, and throws to end the reading
   */
  LuceneVectors(FloatVectorValues values, int step, IORunnable check) {
    this.values = values;
    this.step = step;
    this.check = check;
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
      check.run();
      return vector(values.vectorValue(node * step));
    } catch (IOException e) {
      throw new UncheckedIOException("reading vector " + node, e);
    }
  }

  static VectorFloat<?> vector(float[] components) {
    return VectorizationProvider.getInstance().getVectorTypeSupport().createFloatVector(components);
  }

  /** A vector is good until the next one is read. */
  @Override
  public boolean isValueShared() {
    return true;
  }

  @Override
  public RandomAccessVectorValues copy() {
    try {
      return new LuceneVectors(values.copy(), step, check);
    } catch (IOException e) {
      throw new UncheckedIOException("copying a reader of vectors", e);
    }
  }
}
