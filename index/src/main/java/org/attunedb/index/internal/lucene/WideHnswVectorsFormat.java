package org.attunedb.index.internal.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.attunedb.core.Embedding;

/**
 * Lucene's float HNSW format with its limit of 1,024 dimensions lifted to {@value
 * Embedding#MAX_DIMENSION}. The files are those of {@link Lucene99HnswVectorsFormat}; only the name
 * recorded for the field differs. Public because Lucene instantiates it through its SPI.
 */
public final class WideHnswVectorsFormat extends KnnVectorsFormat {
  private static final String NAME = "AttuneWideHnsw";

  private final KnnVectorsFormat delegate;

  /** For the SPI, which only reads: parameters are taken from the files. */
  public WideHnswVectorsFormat() {
    this(Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN, Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH);
  }

  /**
   * A format that writes graphs.
   *
   * @param m connections of a node on each upper level; twice as many on the lowest (M of Malkov
   *     and Yashunin, 2018)
   * @param efConstruction candidates kept while a node is connected
   */
  public WideHnswVectorsFormat(int m, int efConstruction) {
    super(NAME);
    this.delegate = new Lucene99HnswVectorsFormat(m, efConstruction);
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return delegate.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return delegate.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return Embedding.MAX_DIMENSION;
  }

  @Override
  public String toString() {
    return NAME + "(" + delegate + ")";
  }
}
