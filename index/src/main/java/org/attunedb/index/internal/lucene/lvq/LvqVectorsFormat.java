package org.attunedb.index.internal.lucene.lvq;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.store.IOContext;
import org.attunedb.core.Embedding;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.SegmentFormat;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's HNSW graph over vectors that are kept as codes of 8 bits for each component, and in no
 * other form: a quarter of the floats and 16 bytes for each vector. As with the other formats only
 * merges build graphs.
 *
 * <p>Files of a segment, each with Lucene's index header and a footer with a checksum, besides the
 * graph's, which are those of {@link Lucene99HnswVectorsFormat}:
 *
 * <pre>
 * .alm   for each field: Int32 number, VInt64 offset of the first record, VInt64 length of all
 *        records, VInt32 dimension, Int32 number of records, and the documents they belong to as
 *        Lucene's flat formats write them; then Int32 -1
 * .alv   for each field its records one after the other, as {@link LvqCode} describes them, and
 *        where not every document has one the documents that do
 * </pre>
 *
 * <p>Public because Lucene instantiates it through its SPI.
 */
public final class LvqVectorsFormat extends KnnVectorsFormat {
  private static final String NAME = "AttuneLvq";

  private final FlatVectorsFormat flat = new LvqFlatFormat();
  private final int m;
  private final int efConstruction;
  private final int graphThreshold;
  private final int threads;
  private final @Nullable TaskExecutor helpers;

  /** For the SPI, which mostly reads: what matters is taken from the files. Builds no graphs. */
  public LvqVectorsFormat() {
    this(
        Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
        Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
        Integer.MAX_VALUE,
        1,
        null);
  }

  /**
   * A format that writes.
   *
   * @param m connections of a node on each upper level; twice as many on the lowest
   * @param efConstruction candidates kept while a node is connected
   * @param graphThreshold a merge builds a graph of n vectors where n is above this times ln n
   * @param threads that build one graph
   * @param helpers runs them; null for one thread
   */
  public LvqVectorsFormat(
      int m,
      int efConstruction,
      int graphThreshold,
      int threads,
      @Nullable ExecutorService helpers) {
    super(NAME);
    this.m = m;
    this.efConstruction = efConstruction;
    this.graphThreshold = graphThreshold;
    this.threads = threads;
    this.helpers = helpers == null ? null : new TaskExecutor(helpers);
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    SegmentFormat.write(state.segmentInfo, VectorFormat.LVQ8);
    boolean merges = state.context.context() == IOContext.Context.MERGE;
    return new Lucene99HnswVectorsWriter(
        state,
        m,
        efConstruction,
        flat,
        flat.fieldsWriter(state),
        threads,
        helpers,
        merges ? graphThreshold : Integer.MAX_VALUE);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new Lucene99HnswVectorsReader(state, flat.fieldsReader(state));
  }

  @Override
  public int getMaxDimensions(String field) {
    return Embedding.MAX_DIMENSION;
  }

  @Override
  public String toString() {
    return "%s(m=%s, efConstruction=%s)".formatted(NAME, m, efConstruction);
  }
}
