package org.attunedb.index.internal.lucene;

import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.jvector.GraphSettings;
import org.attunedb.index.internal.lucene.jvector.JVectorFormat;
import org.attunedb.index.internal.lucene.lvq.LvqVectorsFormat;

/**
 * Lucene's codec with a collection's format of vectors, which can change between two segments: a
 * segment is written in the format of the moment when its writing begins, and read in the one that
 * it names. Thread-safe.
 */
public final class VectorCodec extends Lucene104Codec {
  private final int m;
  private final int efConstruction;
  private final MergeWorkers workers;
  private volatile VectorFormat format;
  private volatile KnnVectorsFormat writing;

  /** A codec for what a collection is made for, whose merges build graphs with these workers. */
  public VectorCodec(CollectionSpec spec, MergeWorkers workers) {
    this.workers = workers;
    this.m = spec.m();
    this.efConstruction = spec.efConstruction();
    this.format = spec.vectorFormat();
    this.writing = of(format);
  }

  private KnnVectorsFormat of(VectorFormat wanted) {
    return switch (wanted) {
      case FLOAT32 -> new WideHnswVectorsFormat(m, efConstruction, workers);
      case INT8, INT4, BINARY -> new QuantizedHnswVectorsFormat(wanted, m, efConstruction, workers);
      case JVECTOR ->
          new JVectorFormat(
              new GraphSettings(
                  m,
                  efConstruction,
                  WideHnswVectorsFormat.GRAPHLESS_VECTORS,
                  JVectorFormat.DEFAULT_CODED_BYTES),
              workers.pool());
      case LVQ8 ->
          new LvqVectorsFormat(
              m,
              efConstruction,
              WideHnswVectorsFormat.MERGED,
              workers.threads(),
              workers.helpers());
    };
  }

  /** The format of the next segment. */
  public VectorFormat format() {
    return format;
  }

  /** Changes the format of the next segment. */
  public synchronized void format(VectorFormat wanted) {
    writing = of(wanted);
    format = wanted;
  }

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return writing;
  }
}
