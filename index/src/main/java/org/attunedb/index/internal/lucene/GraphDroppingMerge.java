package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.attunedb.index.VectorFormat;
import org.jspecify.annotations.Nullable;

/**
 * A merge that builds on no graph that has lost too much to deletions ({@link GraphWear}), nor on
 * one whose neighbours were chosen by other codes than those that are written: Lucene would copy
 * the graph of a segment of single bits into one of full vectors, where it finds no more than
 * before. A graph chosen by full vectors is good for any codes. For one thread.
 */
public final class GraphDroppingMerge extends OneMerge {
  private final OneMerge merge;
  private final Supplier<VectorFormat> wanted;

  /**
   * A merge like another.
   *
   * @param wanted the format that segments are written in at the moment
   */
  public GraphDroppingMerge(OneMerge merge, Supplier<VectorFormat> wanted) {
    super(merge);
    this.merge = merge;
    this.wanted = wanted;
  }

  @Override
  public CodecReader wrapForMerge(CodecReader reader) throws IOException {
    CodecReader wrapped = merge.wrapForMerge(reader);
    if (!(reader instanceof SegmentReader segment)) {
      return wrapped;
    }
    SegmentInfo info = segment.getSegmentInfo().info;
    if (info.maxDoc() <= WideHnswVectorsFormat.GRAPHLESS_VECTORS) {
      return wrapped;
    }
    if (dropsGraph(SegmentFormat.of(info))) {
      return new WithoutGraph(wrapped);
    }
    double wear = GraphWear.after(info, lost(segment, info));
    if (GraphWear.isTooMuch(wear)) {
      return new WithoutGraph(wrapped);
    }
    note(wear);
    return wrapped;
  }

  private static double lost(SegmentReader segment, SegmentInfo info) throws IOException {
    int deleted = segment.numDeletedDocs();
    return deleted == 0
        ? 0
        : GraphLinks.of(segment.getVectorReader()).unmended((double) deleted / info.maxDoc());
  }

  private void note(double wear) {
    SegmentCommitInfo made = getMergeInfo();
    if (made != null) {
      GraphWear.write(made.info, wear);
    }
  }

  private boolean dropsGraph(VectorFormat format) {
    return format != VectorFormat.FLOAT32 && format != wanted.get();
  }

  private static final class WithoutGraph extends FilterCodecReader {
    WithoutGraph(CodecReader in) {
      super(in);
    }

    @Override
    public @Nullable KnnVectorsReader getVectorReader() {
      KnnVectorsReader vectors = in.getVectorReader();
      return vectors == null ? null : new Vectors(vectors);
    }

    @Override
    public @Nullable CacheHelper getCoreCacheHelper() {
      return in.getCoreCacheHelper();
    }

    @Override
    public @Nullable CacheHelper getReaderCacheHelper() {
      return in.getReaderCacheHelper();
    }
  }

  /** Vectors alone: Lucene takes a graph from readers that it knows. */
  private static final class Vectors extends KnnVectorsReader {
    private final KnnVectorsReader in;

    Vectors(KnnVectorsReader in) {
      this.in = in;
    }

    @Override
    public void checkIntegrity() throws IOException {
      in.checkIntegrity();
    }

    @Override
    public FloatVectorValues getFloatVectorValues(String field) throws IOException {
      return in.getFloatVectorValues(field);
    }

    @Override
    public ByteVectorValues getByteVectorValues(String field) throws IOException {
      return in.getByteVectorValues(field);
    }

    @Override
    public void search(String field, float[] target, KnnCollector collector, AcceptDocs accept)
        throws IOException {
      in.search(field, target, collector, accept);
    }

    @Override
    public void search(String field, byte[] target, KnnCollector collector, AcceptDocs accept)
        throws IOException {
      in.search(field, target, collector, accept);
    }

    @Override
    public Map<String, Long> getOffHeapByteSize(FieldInfo field) {
      return in.getOffHeapByteSize(field);
    }

    @Override
    public int getVectorCount(FieldInfo field) throws IOException {
      return in.getVectorCount(field);
    }

    @Override
    public KnnVectorsReader getMergeInstance() throws IOException {
      return new Vectors(in.getMergeInstance());
    }

    @Override
    public void finishMerge() throws IOException {
      in.finishMerge();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
