package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;
import org.attunedb.core.Embedding;
import org.attunedb.index.VectorFormat;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's float HNSW format with its limit of 1,024 dimensions lifted to {@value
 * Embedding#MAX_DIMENSION}, and with graphs only where they pay: a segment gets one when it is made
 * by a merge and has more than {@value #GRAPHLESS_VECTORS} vectors. Flushing is thereby as fast as
 * copying, so writers and the replay of a log never wait for a graph. The files are those of {@link
 * Lucene99HnswVectorsFormat}; only the name recorded for the field differs. Public because Lucene
 * instantiates it through its SPI.
 */
public final class WideHnswVectorsFormat extends KnnVectorsFormat {
  private static final String NAME = "AttuneWideHnsw";

  /**
   * Most vectors of a segment without a graph. Segments as small as this are merged again and again
   * while documents arrive; building a graph each time would hold writers up, and a scan of so few
   * takes 0.3 ms at 1,024 dimensions.
   */
  static final int GRAPHLESS_VECTORS = 2_000;

  /** Lucene builds a graph of n vectors where n is above this times ln n. */
  static final int NEVER = Integer.MAX_VALUE;

  static final int MERGED = (int) Math.round(GRAPHLESS_VECTORS / Math.log(GRAPHLESS_VECTORS));

  private final KnnVectorsFormat flushing;
  private final KnnVectorsFormat merging;

  /** For the SPI, which only reads: parameters are taken from the files. */
  public WideHnswVectorsFormat() {
    this(
        Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
        Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
        1,
        null);
  }

  /**
   * A format that writes graphs.
   *
   * @param m connections of a node on each upper level; twice as many on the lowest (M of Malkov
   *     and Yashunin, 2018)
   * @param efConstruction candidates kept while a node is connected
   * @param workers with more than one thread a graph depends on which of them is faster: it finds
   *     as much as another, but is not the same one
   */
  WideHnswVectorsFormat(int m, int efConstruction, MergeWorkers workers) {
    this(m, efConstruction, workers.threads(), workers.helpers());
  }

  private WideHnswVectorsFormat(
      int m, int efConstruction, int threads, @Nullable ExecutorService helpers) {
    super(NAME);
    this.flushing = new Lucene99HnswVectorsFormat(m, efConstruction, 1, null, NEVER);
    this.merging = new Lucene99HnswVectorsFormat(m, efConstruction, threads, helpers, MERGED);
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    SegmentFormat.write(state.segmentInfo, VectorFormat.FLOAT32);
    return (isMerge(state) ? merging : flushing).fieldsWriter(state);
  }

  static boolean isMerge(SegmentWriteState state) {
    return state.context.context() == IOContext.Context.MERGE;
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return merging.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return Embedding.MAX_DIMENSION;
  }

  @Override
  public String toString() {
    return NAME + "(" + merging + ")";
  }
}
