package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.attunedb.core.Similarity;

/** The codes that stand for vectors: those of Attune's formats, and jvector's of one byte. */
public enum CodeKind {
  /** Lucene's scalar quantisation with 8 bits. */
  INT8,
  /** The same with 4 bits. */
  INT4,
  /** The same with 1 bit, and 4 for the query. */
  BINARY,
  /** Attune's codes of 8 bits that stand alone. */
  LVQ8,
  /** jvector's non-uniform quantisation with 8 bits. */
  NVQ;

  /** No graph is ever as small as this demands. */
  private static final int NO_GRAPH = Integer.MAX_VALUE;

  /** Encodes every row. */
  CodedRows encode(RowFile base, Similarity similarity, Path folder) throws IOException {
    return switch (this) {
      case INT8 -> lucene(ScalarEncoding.UNSIGNED_BYTE, base, similarity, folder);
      case INT4 -> lucene(ScalarEncoding.PACKED_NIBBLE, base, similarity, folder);
      case BINARY -> lucene(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, base, similarity, folder);
      case LVQ8 ->
          new LuceneCodedRows(KnnVectorsFormat.forName("AttuneLvq"), base, similarity, folder);
      case NVQ -> new NvqCodedRows(base, similarity);
    };
  }

  private static CodedRows lucene(
      ScalarEncoding encoding, RowFile base, Similarity similarity, Path folder)
      throws IOException {
    return new LuceneCodedRows(
        new Lucene104HnswScalarQuantizedVectorsFormat(encoding, 16, 100, 1, null, NO_GRAPH),
        base,
        similarity,
        folder);
  }

  /** As people type it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
