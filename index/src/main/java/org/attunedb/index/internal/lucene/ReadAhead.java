package org.attunedb.index.internal.lucene;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.hnsw.HasKnnVectorValues;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a collection's vectors are asked for before they are compared: where they are too
 * many to stay in memory, a search that touches one after the other waits for each page by itself,
 * although the disk could read many at a time. Asking takes time, too, and is left out where memory
 * holds the vectors anyway. Thread-safe.
 */
public final class ReadAhead {
  private final long large;

  /** Of all segments of the collection. */
  private final AtomicLong vectors = new AtomicLong();

  /**
   * Asks for vectors, or codes, that take so many bytes or more in all segments together; {@link
   * Long#MAX_VALUE} never does.
   */
  public ReadAhead(long large) {
    this.large = large;
  }

  /** Asks for nothing. */
  public static ReadAhead none() {
    return new ReadAhead(Long.MAX_VALUE);
  }

  /** Counts the vectors of a segment that is searched from now on, or, below zero, no more. */
  public void add(int count) {
    vectors.addAndGet(count);
  }

  /** Whether memory may not hold the collection's vectors, of so many components, all together. */
  public boolean isLarge(int dimension) {
    return (long) Float.BYTES * dimension * vectors.get() >= large;
  }

  /** The pages of a segment's vectors; null where they are not asked for. */
  public @Nullable VectorPages of(KnnVectorValues values) {
    if (!(values instanceof HasIndexSlice kept) || values.size() == 0) {
      return null;
    }
    IndexInput slice = kept.getSlice();
    if (slice == null) {
      return null;
    }
    VectorPages pages = new VectorPages(slice, values.size());
    return pages.stride() * Math.max(vectors.get(), values.size()) < large ? null : pages;
  }

  /** A scorer that asks for the vectors that it is to compare together; the same one elsewhere. */
  public RandomVectorScorer of(RandomVectorScorer scorer) {
    VectorPages pages =
        scorer instanceof HasKnnVectorValues comparing ? of(comparing.values()) : null;
    return pages == null ? scorer : new AskingScorer(scorer, pages);
  }
}
