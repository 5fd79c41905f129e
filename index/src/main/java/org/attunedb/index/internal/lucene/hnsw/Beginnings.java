package org.attunedb.index.internal.lucene.hnsw;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.jspecify.annotations.Nullable;

/**
 * The first components of each of a segment's vectors, where they lie in its file: Lucene 10.6's
 * scorers of vectors in mapped memory go from one to the next by {@link #getVectorByteLength} and
 * compare as many components as the query has. Not thread-safe.
 */
final class Beginnings extends FloatVectorValues implements HasIndexSlice {
  private final FloatVectorValues vectors;
  private final IndexInput slice;
  private final int components;

  private Beginnings(FloatVectorValues vectors, IndexInput slice, int components) {
    this.vectors = vectors;
    this.slice = slice;
    this.components = components;
  }

  /**
   * The beginnings of vectors; null if these do not lie one behind the other in one piece of mapped
   * memory, with nothing between: elsewhere scorers read the whole vectors.
   *
   * @param components of each, at least one and at most all
   */
  static @Nullable Beginnings of(FloatVectorValues vectors, int components) throws IOException {
    IndexInput slice = vectors instanceof HasIndexSlice kept ? kept.getSlice() : null;
    return slice instanceof MemorySegmentAccessInput mapped
            && slice.length() == (long) vectors.size() * vectors.dimension() * Float.BYTES
            && mapped.segmentSliceOrNull(0, slice.length()) != null
        ? new Beginnings(vectors, slice, components)
        : null;
  }

  @Override
  public int dimension() {
    return components;
  }

  /** From the beginning of one vector to that of the next. */
  @Override
  public int getVectorByteLength() {
    return vectors.getVectorByteLength();
  }

  @Override
  public int size() {
    return vectors.size();
  }

  @Override
  public float[] vectorValue(int ordinal) throws IOException {
    return Arrays.copyOf(vectors.vectorValue(ordinal), components);
  }

  @Override
  public FloatVectorValues copy() throws IOException {
    return new Beginnings(vectors.copy(), slice, components);
  }

  @Override
  public IndexInput getSlice() {
    return slice;
  }
}
