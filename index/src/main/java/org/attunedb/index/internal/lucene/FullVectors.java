package org.attunedb.index.internal.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.jspecify.annotations.Nullable;

/** Vectors of segments as they lie in their files, also of those that have codes beside them. */
public final class FullVectors {
  private FullVectors() {}

  /** The vectors of a field; null for a segment that has none. */
  public static @Nullable FloatVectorValues of(LeafReader segment, String field)
      throws IOException {
    return FilterLeafReader.unwrap(segment) instanceof CodecReader reader
            && reader(reader, field) instanceof Lucene99HnswVectorsReader graph
            && graph.getFlatVectorsReader() instanceof RescoringVectorsReader coded
            && reader.getFieldInfos().fieldInfo(field) != null
        ? coded.fullVectors(field)
        : segment.getFloatVectorValues(field);
  }

  private static @Nullable KnnVectorsReader reader(CodecReader segment, String field) {
    return segment.getVectorReader() instanceof PerFieldKnnVectorsFormat.FieldsReader fields
        ? fields.getFieldReader(field)
        : segment.getVectorReader();
  }
}
