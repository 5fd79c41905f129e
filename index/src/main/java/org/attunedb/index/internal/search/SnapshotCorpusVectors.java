package org.attunedb.index.internal.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.index.internal.lucene.Fields;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a snapshot's live documents, or of those that a filter lets through, in the order
 * of their ids, so that the rows don't depend on how segments happened to be merged. Reads the
 * memory-mapped files: only the numbering is on the heap. Valid while the snapshot is held.
 */
public final class SnapshotCorpusVectors implements CorpusVectors {
  private final Snapshot snapshot;
  private final int dimension;
  private final @Nullable Filter filter;
  private final List<LeafReaderContext> leaves;
  private final List<@Nullable FloatVectorValues> vectors = new ArrayList<>();
  private final int[] docByRow;
  private final int[] rowByDoc;
  private final int[] ordinalByDoc;

  /**
   * Numbers the live vectors of a snapshot.
   *
   * @param filter which documents take part; null for all
   */
  SnapshotCorpusVectors(Snapshot snapshot, int dimension, @Nullable Filter filter)
      throws IOException {
    this.snapshot = snapshot;
    this.dimension = dimension;
    this.filter = filter;
    this.leaves = snapshot.searcher().getLeafContexts();
    int documents = snapshot.searcher().getIndexReader().maxDoc();
    this.ordinalByDoc = new int[documents];
    this.rowByDoc = new int[documents];
    Arrays.fill(ordinalByDoc, -1);
    Arrays.fill(rowByDoc, -1);
    for (LeafReaderContext context : leaves) {
      vectors.add(readOrdinals(context));
    }
    int[] rows = new int[documents];
    int count = 0;
    FilteredIds taking = new FilteredIds(snapshot, filter);
    for (ScoreDoc hit : snapshot.liveDocumentsById()) {
      if (ordinalByDoc[hit.doc] >= 0 && taking.accepts(hit.doc)) {
        rowByDoc[hit.doc] = count;
        rows[count++] = hit.doc;
      }
    }
    this.docByRow = Arrays.copyOf(rows, count);
  }

  private @Nullable FloatVectorValues readOrdinals(LeafReaderContext context) throws IOException {
    FloatVectorValues values = context.reader().getFloatVectorValues(Fields.VECTOR);
    if (values != null) {
      var iterator = values.iterator();
      for (int doc = iterator.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = iterator.nextDoc()) {
        ordinalByDoc[context.docBase + doc] = iterator.index();
      }
    }
    return values;
  }

  /** Which documents take part; null for all. */
  @Nullable Filter filter() {
    return filter;
  }

  /** The row of a document, -1 if it has no vector or takes no part. */
  int row(int globalDocumentNumber) {
    return rowByDoc[globalDocumentNumber];
  }

  @Override
  public int size() {
    return docByRow.length;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public String id(int row) {
    try {
      return snapshot.id(docByRow[row]);
    } catch (IOException e) {
      throw new UncheckedIOException("reading id " + row + ": " + e.getMessage(), e);
    }
  }

  // One vector view a segment is shared, and Lucene's views are for one thread at a time.
  @Override
  public synchronized void copyRow(int row, float[] target, int offset) {
    int doc = docByRow[row];
    FloatVectorValues values = vectors.get(ReaderUtil.subIndex(doc, leaves));
    if (values == null) {
      throw new IllegalStateException("row " + row + " is in a segment without vectors");
    }
    try {
      System.arraycopy(values.vectorValue(ordinalByDoc[doc]), 0, target, offset, dimension);
    } catch (IOException e) {
      throw new UncheckedIOException("reading vector " + row + ": " + e.getMessage(), e);
    }
  }
}
