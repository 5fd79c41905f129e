package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.FileDataHint;
import org.apache.lucene.store.FileTypeHint;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.attunedb.core.Embedding;
import org.attunedb.index.VectorFormat;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's HNSW format over scalar-quantised codes, with the full vectors beside them, for up to
 * {@value Embedding#MAX_DIMENSION} dimensions. As in {@link WideHnswVectorsFormat} only merges
 * build graphs. The files are those of {@link Lucene104HnswScalarQuantizedVectorsFormat}, which
 * name the encoding; only the name recorded for the field differs. Public because Lucene
 * instantiates it through its SPI.
 */
public final class QuantizedHnswVectorsFormat extends KnnVectorsFormat {
  private static final String NAME = "AttuneQuantizedHnsw";

  private final VectorFormat format;
  private final KnnVectorsFormat flushing;
  private final KnnVectorsFormat merging;

  /** For the SPI, which only reads: parameters and the encoding are taken from the files. */
  public QuantizedHnswVectorsFormat() {
    this(
        VectorFormat.INT8,
        Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
        Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
        1,
        null);
  }

  /**
   * A format that writes graphs.
   *
   * @param format {@code INT8}, {@code INT4} or {@code BINARY}
   * @param m as in {@link WideHnswVectorsFormat}
   * @param efConstruction as in {@link WideHnswVectorsFormat}
   * @param workers as in {@link WideHnswVectorsFormat}
   */
  QuantizedHnswVectorsFormat(VectorFormat format, int m, int efConstruction, MergeWorkers workers) {
    this(format, m, efConstruction, workers.threads(), workers.helpers());
  }

  private QuantizedHnswVectorsFormat(
      VectorFormat format,
      int m,
      int efConstruction,
      int threads,
      @Nullable ExecutorService helpers) {
    super(NAME);
    this.format = format;
    ScalarEncoding encoding = encoding(format);
    this.flushing =
        new Lucene104HnswScalarQuantizedVectorsFormat(
            encoding, m, efConstruction, 1, null, WideHnswVectorsFormat.NEVER);
    this.merging =
        new Lucene104HnswScalarQuantizedVectorsFormat(
            encoding, m, efConstruction, threads, helpers, WideHnswVectorsFormat.MERGED);
  }

  private static ScalarEncoding encoding(VectorFormat format) {
    return switch (format) {
      case INT8 -> ScalarEncoding.UNSIGNED_BYTE;
      case INT4 -> ScalarEncoding.PACKED_NIBBLE;
      case BINARY -> ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE;
      case FLOAT32, JVECTOR, LVQ8 -> throw new IllegalArgumentException(format + " has no codes");
    };
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    SegmentFormat.write(state.segmentInfo, format);
    return WideHnswVectorsFormat.isMerge(state)
        ? merging.fieldsWriter(state)
        : flushing.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new Lucene99HnswVectorsReader(
        state,
        RescoringVectorsReader.open(
            state.withHints(FileTypeHint.DATA, FileDataHint.KNN_VECTORS, DataAccessHint.RANDOM)));
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
