package org.attunedb.index.internal.lucene;

import java.io.IOException;
import org.apache.lucene.store.IndexInput;

/**
 * The pages of a segment's vectors or codes, which all have the same length. Asking for them begins
 * to read those that are not in memory, and does not wait. Not thread-safe.
 */
public final class VectorPages {
  private final IndexInput slice;
  private final long stride;

  /**
   * Pages.
   *
   * @param slice exactly the vectors
   * @param size how many there are, at least one
   */
  VectorPages(IndexInput slice, int size) {
    this.slice = slice;
    this.stride = slice.length() / size;
  }

  /** Bytes from one vector to the next. */
  public long stride() {
    return stride;
  }

  /**
   * Asks for vectors here and there.
   *
   * @param ordinals of which the first {@code count} are looked at
   */
  public void ask(int[] ordinals, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      slice.prefetch(ordinals[i] * stride, stride);
    }
  }

  /** Asks for all vectors from one to before another. */
  public void ask(int from, int to) throws IOException {
    slice.prefetch(from * stride, (to - from) * stride);
  }
}
