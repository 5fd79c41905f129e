package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.SegmentFormat;

/**
 * What the planner has to know of a segment's vectors, which never changes.
 *
 * @param format how they are kept
 * @param vectors how many there are, of deleted documents, too
 * @param hasGraph whether there is a graph to walk
 */
record SegmentProfile(VectorFormat format, int vectors, boolean hasGraph) {
  static SegmentProfile of(LeafReader reader) throws IOException {
    LeafReader leaf = FilterLeafReader.unwrap(reader);
    FieldInfo field = leaf.getFieldInfos().fieldInfo(Fields.VECTOR);
    if (field == null || !(leaf instanceof SegmentReader segment)) {
      return new SegmentProfile(VectorFormat.FLOAT32, 0, false);
    }
    VectorFormat format = SegmentFormat.of(segment.getSegmentInfo().info);
    KnnVectorsReader vectors = vectors(segment);
    return new SegmentProfile(format, vectors.getVectorCount(field), hasGraph(vectors));
  }

  private static KnnVectorsReader vectors(CodecReader segment) {
    KnnVectorsReader reader = segment.getVectorReader();
    return reader instanceof PerFieldKnnVectorsFormat.FieldsReader fields
        ? fields.getFieldReader(Fields.VECTOR)
        : reader;
  }

  private static boolean hasGraph(KnnVectorsReader vectors) throws IOException {
    if (!(vectors instanceof HnswGraphProvider provider)) {
      return false;
    }
    HnswGraph graph = provider.getGraph(Fields.VECTOR);
    return graph != null && graph.size() > 0;
  }

  /** Whether a walk compares with the vectors themselves. */
  boolean isExact() {
    return format == VectorFormat.FLOAT32;
  }
}
