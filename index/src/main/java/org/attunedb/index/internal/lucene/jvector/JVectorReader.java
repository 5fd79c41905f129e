package org.attunedb.index.internal.lucene.jvector;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment in {@link JVectorFormat}. Of the graph only the place is verified when it is
 * opened: whoever opens the index compares the checksums of its files. Thread-safe.
 */
public final class JVectorReader extends KnnVectorsReader {
  private final FieldInfos fields;
  private final FlatVectorsReader flat;
  private final IndexInput data;
  private final Map<String, DiskGraph> graphs;

  JVectorReader(SegmentReadState state, FlatVectorsFormat format) throws IOException {
    this.fields = state.fieldInfos;
    this.graphs = new HashMap<>();
    // As Lucene's own formats with graphs do: walks and rescoring look here and there.
    this.flat =
        format.fieldsReader(
            new SegmentReadState(
                state.directory,
                state.segmentInfo,
                state.fieldInfos,
                state.context.withHints(DataAccessHint.RANDOM),
                state.segmentSuffix));
    IndexInput opened = null;
    try {
      opened = open(state);
      this.data = opened;
      readDescription(state);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, opened, flat);
      throw e;
    }
  }

  private JVectorReader(JVectorReader of, FlatVectorsReader flat) {
    this.fields = of.fields;
    this.graphs = of.graphs;
    this.data = of.data;
    this.flat = flat;
  }

  private static String name(SegmentReadState state, String extension) {
    return IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
  }

  private static IndexInput open(SegmentReadState state) throws IOException {
    IndexInput in =
        state.directory.openInput(
            name(state, JVectorFormat.GRAPH_EXTENSION),
            state.context.withHints(DataAccessHint.RANDOM));
    try {
      requireHeader(in, state, JVectorFormat.GRAPH_CODEC);
      CodecUtil.retrieveChecksum(in);
      return in;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, in);
      throw e;
    }
  }

  private static void requireHeader(IndexInput in, SegmentReadState state, String codec)
      throws IOException {
    CodecUtil.checkIndexHeader(
        in,
        codec,
        JVectorFormat.VERSION,
        JVectorFormat.VERSION,
        state.segmentInfo.getId(),
        state.segmentSuffix);
  }

  private void readDescription(SegmentReadState state) throws IOException {
    String file = name(state, JVectorFormat.DESCRIPTION_EXTENSION);
    try (ChecksumIndexInput in = state.directory.openChecksumInput(file)) {
      Throwable failure = null;
      try {
        requireHeader(in, state, JVectorFormat.DESCRIPTION_CODEC);
        for (int field = in.readInt(); field != JVectorFormat.END; field = in.readInt()) {
          add(in, StoredGraph.read(in, field));
        }
      } catch (IOException | RuntimeException e) {
        failure = e;
      } finally {
        CodecUtil.checkFooter(in, failure);
      }
    }
  }

  private void add(IndexInput in, StoredGraph place) throws IOException {
    FieldInfo field = fields.fieldInfo(place.field());
    if (field == null || flat.getVectorCount(field) != place.nodes()) {
      throw new CorruptIndexException("no such vectors: " + place, in);
    }
    if (place.offset() + place.length() > data.length() - CodecUtil.footerLength()) {
      throw new CorruptIndexException("graph behind the end of its file: " + place, in);
    }
    graphs.put(field.name, DiskGraph.open(data, place, field));
  }

  /** Whether a field has a graph. */
  public boolean hasGraph(String field) {
    return graphs.containsKey(field);
  }

  /** Whether a field's graph carries codes, which a walk compares in place of the vectors. */
  public boolean isCoded(String field) {
    DiskGraph graph = graphs.get(field);
    return graph != null && graph.isCoded();
  }

  @Override
  public void search(String field, float[] target, KnnCollector collector, AcceptDocs accept)
      throws IOException {
    RandomVectorScorer scorer = flat.getRandomVectorScorer(field, target);
    if (scorer == null || collector.k() == 0) {
      return;
    }
    DiskGraph graph = graphs.get(field);
    Bits ordinals = scorer.getAcceptOrds(accept.bits());
    if (graph == null) {
      scan(scorer, ordinals, collector);
    } else {
      graph.search(target, scorer, ordinals, collector);
    }
  }

  private static void scan(
      RandomVectorScorer scorer, @Nullable Bits ordinals, KnnCollector collector)
      throws IOException {
    for (int ordinal = 0; ordinal < scorer.maxOrd(); ordinal++) {
      if (ordinals == null || ordinals.get(ordinal)) {
        collector.incVisitedCount(1);
        collector.collect(scorer.ordToDoc(ordinal), scorer.score(ordinal));
      }
    }
  }

  @Override
  public void search(String field, byte[] target, KnnCollector collector, AcceptDocs accept) {
    throw new UnsupportedOperationException("vectors of bytes are not written");
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String field) throws IOException {
    return flat.getFloatVectorValues(field);
  }

  @Override
  public ByteVectorValues getByteVectorValues(String field) throws IOException {
    return flat.getByteVectorValues(field);
  }

  @Override
  public int getVectorCount(FieldInfo field) throws IOException {
    return flat.getVectorCount(field);
  }

  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo field) {
    Map<String, Long> sizes = new HashMap<>(flat.getOffHeapByteSize(field));
    DiskGraph graph = graphs.get(field.name);
    if (graph != null) {
      sizes.put(JVectorFormat.GRAPH_EXTENSION, graph.bytes());
    }
    return sizes;
  }

  /** A merge reads all vectors in a row, and walks no graph. */
  @Override
  public KnnVectorsReader getMergeInstance() throws IOException {
    return new JVectorReader(this, flat.getMergeInstance());
  }

  @Override
  public void finishMerge() throws IOException {
    flat.finishMerge();
  }

  @Override
  public void checkIntegrity() throws IOException {
    flat.checkIntegrity();
    CodecUtil.checksumEntireFile(data);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(flat, data);
  }
}
