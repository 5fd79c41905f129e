package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.HexFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SegmentReader;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.Fields;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.SegmentFormat;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.attunedb.index.internal.lucene.hnsw.HnswWalker;
import org.attunedb.index.internal.lucene.jvector.JVectorReader;
import org.jspecify.annotations.Nullable;

/**
 * What the planner has to know of a segment's vectors, which never changes.
 *
 * @param segment its name, which its files' names begin with
 * @param id what tells it from every other segment there ever was, as hexadecimal digits
 * @param format how they are kept
 * @param vectors how many there are, of deleted documents, too
 * @param docs which documents these belong to
 * @param hasGraph whether there is a graph to walk
 * @param rescores whether the graph rescores all of its candidates itself
 * @param walker of the graph if it is one of Lucene's; null else
 */
record SegmentProfile(
    String segment,
    String id,
    VectorFormat format,
    int vectors,
    VectorDocs docs,
    boolean hasGraph,
    boolean rescores,
    @Nullable HnswWalker walker) {
  /**
   * The profile of a segment.
   *
   * @param memory for its graph
   * @param ahead whether its vectors are asked for before they are compared
   */
  static SegmentProfile of(LeafReader given, GraphMemory memory, ReadAhead ahead)
      throws IOException {
    LeafReader leaf = FilterLeafReader.unwrap(given);
    FieldInfo field = leaf.getFieldInfos().fieldInfo(Fields.VECTOR);
    if (!(leaf instanceof SegmentReader segment)) {
      return without("", "");
    }
    String name = segment.getSegmentName();
    String id = id(segment);
    if (field == null) {
      return without(name, id);
    }
    VectorFormat format = SegmentFormat.of(segment.getSegmentInfo().info);
    KnnVectorsReader vectors = vectors(segment);
    int count = vectors.getVectorCount(field);
    return vectors instanceof JVectorReader reader
        ? new SegmentProfile(
            name,
            id,
            format,
            count,
            new VectorDocs(count),
            reader.hasGraph(Fields.VECTOR),
            reader.isCoded(Fields.VECTOR),
            null)
        : ofLucene(name, id, format, count, HnswWalker.of(vectors, field, name, memory, ahead));
  }

  private static SegmentProfile ofLucene(
      String name, String id, VectorFormat format, int count, @Nullable HnswWalker walker) {
    return new SegmentProfile(
        name, id, format, count, new VectorDocs(count), walker != null, false, walker);
  }

  private static SegmentProfile without(String name, String id) {
    return new SegmentProfile(
        name, id, VectorFormat.FLOAT32, 0, new VectorDocs(0), false, false, null);
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

  /** Whether what a walk collects has the scores of the vectors that are kept. */
  boolean isExact() {
    return switch (format) {
      case FLOAT32, JVECTOR, LVQ8 -> true;
      case INT8, INT4, BINARY -> false;
    };
  }
}
