package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.HexFormat;
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
import org.attunedb.index.internal.lucene.jvector.JVectorReader;

/**
 * What the planner has to know of a segment's vectors, which never changes.
 *
 * @param segment its name, which its files' names begin with
 * @param id what tells it from every other segment there ever was, as hexadecimal digits
 * @param format how they are kept
 * @param vectors how many there are, of deleted documents, too
 * @param hasGraph whether there is a graph to walk
 * @param rescores whether the graph rescores all of its candidates itself
 */
record SegmentProfile(
    String segment,
    String id,
    VectorFormat format,
    int vectors,
    boolean hasGraph,
    boolean rescores) {
  static SegmentProfile of(LeafReader given) throws IOException {
    LeafReader leaf = FilterLeafReader.unwrap(given);
    FieldInfo field = leaf.getFieldInfos().fieldInfo(Fields.VECTOR);
    if (!(leaf instanceof SegmentReader segment)) {
      return new SegmentProfile("", "", VectorFormat.FLOAT32, 0, false, false);
    }
    String name = segment.getSegmentName();
    String id = id(segment);
    if (field == null) {
      return new SegmentProfile(name, id, VectorFormat.FLOAT32, 0, false, false);
    }
    VectorFormat format = SegmentFormat.of(segment.getSegmentInfo().info);
    KnnVectorsReader vectors = vectors(segment);
    int count = vectors.getVectorCount(field);
    return vectors instanceof JVectorReader reader
        ? new SegmentProfile(
            name, id, format, count, reader.hasGraph(Fields.VECTOR), reader.isCoded(Fields.VECTOR))
        : new SegmentProfile(name, id, format, count, hasGraph(vectors), false);
  }

  /** The {@link #id} of a segment. */
  static String id(LeafReader given) {
    return FilterLeafReader.unwrap(given) instanceof SegmentReader segment
        ? HexFormat.of().formatHex(segment.getSegmentInfo().info.getId())
        : "";
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

  /** Whether what a walk collects has the scores of the vectors that are kept. */
  boolean isExact() {
    return switch (format) {
      case FLOAT32, JVECTOR, LVQ8 -> true;
      case INT8, INT4, BINARY -> false;
    };
  }
}
