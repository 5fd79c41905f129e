package org.attunedb.index.internal.lucene.jvector;

import java.io.IOException;
import java.util.concurrent.ForkJoinPool;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.attunedb.core.Embedding;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.SegmentFormat;

/**
 * A graph of jvector's beside Lucene's full vectors. As with the other formats only merges build
 * graphs, from the vectors: that takes less than merging graphs.
 *
 * <p>Files of a segment, each with Lucene's index header and a footer with a checksum, besides
 * those of {@link Lucene99FlatVectorsFormat}, which hold the vectors and the map from ordinals to
 * documents:
 *
 * <pre>
 * .ajm   for each field with a graph: Int32 field number, VInt64 offset, VInt64 length,
 *        VInt32 number of nodes; then Int32 -1
 * .ajg   the graphs, in jvector's format 6: neighbours, where the vectors are many product-quantised
 *        codes of the neighbours beside them (fused PQ); no vectors. Node n is the vector with
 *        ordinal n
 * </pre>
 *
 * <p>Public because Lucene instantiates it through its SPI.
 */
public final class JVectorFormat extends KnnVectorsFormat {
  static final String DESCRIPTION_CODEC = "AttuneJVectorDescription";
  static final String GRAPH_CODEC = "AttuneJVectorGraph";
  static final String DESCRIPTION_EXTENSION = "ajm";
  static final String GRAPH_EXTENSION = "ajg";
  static final int VERSION = 0;

  /** After the last field of the description. */
  static final int END = -1;

  /**
   * Bytes of vectors from which a graph carries codes. Below, the vectors themselves are in memory,
   * where comparing with them is faster.
   */
  public static final long DEFAULT_CODED_BYTES = 1L << 30;

  private static final String NAME = "AttuneJVector";

  private final FlatVectorsFormat flat =
      new Lucene99FlatVectorsFormat(FlatVectorScorerUtil.getLucene99FlatVectorsScorer());
  private final GraphSettings settings;
  private final ForkJoinPool workers;

  /** For the SPI, which only reads: what matters is taken from the files. */
  public JVectorFormat() {
    this(
        new GraphSettings(16, 100, Integer.MAX_VALUE, DEFAULT_CODED_BYTES),
        ForkJoinPool.commonPool());
  }

  /**
   * Bytes of the heap that codes take while a segment's graph is written; 0 if it gets none.
   *
   * @param vectors of the segment
   */
  public static long codingBytes(long vectors, int dimension) {
    return vectors * dimension * Float.BYTES < DEFAULT_CODED_BYTES
        ? 0
        : GraphBuild.codingBytes(vectors, dimension);
  }

  /**
   * A format that writes.
   *
   * @param workers build the graphs
   */
  public JVectorFormat(GraphSettings settings, ForkJoinPool workers) {
    super(NAME);
    this.workers = workers;
    this.settings = settings;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    SegmentFormat.write(state.segmentInfo, VectorFormat.JVECTOR);
    return new JVectorWriter(state, flat, settings, workers);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new JVectorReader(state, flat);
  }

  @Override
  public int getMaxDimensions(String field) {
    return Embedding.MAX_DIMENSION;
  }

  @Override
  public String toString() {
    return NAME + "(" + settings + ")";
  }
}
