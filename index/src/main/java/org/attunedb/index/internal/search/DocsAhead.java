package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.VectorPages;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the vectors of one segment's documents before they are compared. Documents come with
 * rising numbers. Not thread-safe.
 */
final class DocsAhead {
  /** What is asked for at once: a disk reads a megabyte in little more time than a page. */
  private static final int WINDOW_BYTES = 1 << 20;

  /** Windows asked for beyond the one that is compared. */
  private static final int WINDOWS = 2;

  /** Where one vector of so many matches, most pages between have one: all are read in a row. */
  private static final int CLOSE = 8;

  private final VectorPages pages;
  private final DocIndexIterator ordinals;
  private final int size;

  private DocsAhead(VectorPages pages, DocIndexIterator ordinals, int size) {
    this.pages = pages;
    this.ordinals = ordinals;
    this.size = size;
  }

  /** For a segment's vectors; null where they are not asked for. */
  static @Nullable DocsAhead of(FloatVectorValues vectors, ReadAhead ahead) throws IOException {
    VectorPages pages = ahead.of(vectors);
    return pages == null ? null : new DocsAhead(pages, vectors.copy().iterator(), vectors.size());
  }

  /** Asks for the vectors of these documents; those without one are passed over. */
  void ask(int[] docs) throws IOException {
    int[] wanted = new int[docs.length];
    int count = 0;
    for (int doc : docs) {
      int ordinal = firstFrom(doc);
      if (ordinals.docID() == doc) {
        wanted[count++] = ordinal;
      }
    }
    pages.ask(wanted, count);
  }

  /** The ordinal of the first document from this one on that has a vector. */
  private int firstFrom(int doc) throws IOException {
    int at = ordinals.docID() < doc ? ordinals.advance(doc) : ordinals.docID();
    return at == DocIdSetIterator.NO_MORE_DOCS ? size : ordinals.index();
  }

  /**
   * Goes ahead of a scan.
   *
   * @param accepted the documents to be compared; null for all
   * @param count how many these are
   */
  Scan scan(@Nullable FixedBitSet accepted, int count, int maxDoc) {
    return new Scan(accepted, count, maxDoc);
  }

  /** What a scan was asked for. */
  final class Scan {
    private final @Nullable FixedBitSet accepted;
    private final int maxDoc;

    /** Documents of a window. */
    private final int window;

    /** Before this document all was asked for. */
    private int asked;

    private Scan(@Nullable FixedBitSet accepted, int count, int maxDoc) {
      boolean close = accepted == null || (long) count * CLOSE >= maxDoc;
      this.accepted = close ? null : accepted;
      this.maxDoc = maxDoc;
      double vectors = Math.max(1, (double) WINDOW_BYTES / pages.stride());
      double docs = close ? vectors : vectors * maxDoc / Math.max(1, count);
      int most = Integer.MAX_VALUE / (1 + WINDOWS);
      this.window = (int) Math.min(most, Math.ceil(docs));
    }

    /** Asks for what comes soon behind a document that is to be compared now. */
    void from(int doc) throws IOException {
      int ahead = (int) Math.min(maxDoc, doc + (long) WINDOWS * window);
      while (asked < ahead) {
        int end = (int) Math.min(maxDoc, asked + (long) window);
        askWindow(asked, end);
        asked = end;
      }
    }

    private void askWindow(int from, int end) throws IOException {
      if (accepted == null) {
        int first = firstFrom(from);
        pages.ask(first, Math.min(size, first + end - from));
        return;
      }
      IntStream.Builder docs = IntStream.builder();
      accepted.forEach(from, end, 0, docs::add);
      ask(docs.build().toArray());
    }
  }
}
