package org.attunedb.index.internal.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.OneMergeWrappingMergePolicy;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.attunedb.index.VectorFormat;
import org.junit.jupiter.api.Test;

/** What many merges, each with few deletions, do to a graph, beside Lucene's own merges. */
class GraphDroppingMergeTest {
  private static final String FIELD = Fields.VECTOR;
  private static final String ID = "id";
  private static final int VECTORS = 3_000;
  private static final int DIMENSION = 16;
  private static final int CYCLES = 40;
  private static final int CHANGED = VECTORS / 50;

  private final SplittableRandom random = new SplittableRandom(5);
  private final float[][] vectors = new float[VECTORS][];

  GraphDroppingMergeTest() {
    Arrays.setAll(vectors, i -> vector());
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static IndexWriterConfig config(UnaryOperator<OneMerge> wrapped) {
    KnnVectorsFormat format = new WideHnswVectorsFormat(8, 40, new MergeWorkers(1));
    return new IndexWriterConfig()
        .setMergePolicy(new OneMergeWrappingMergePolicy(new TieredMergePolicy(), wrapped))
        .setCodec(
            new Lucene104Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
              }
            });
  }

  private void add(IndexWriter writer, int i) throws IOException {
    Document document = new Document();
    document.add(new StringField(ID, Integer.toString(i), Field.Store.NO));
    document.add(new KnnFloatVectorField(FIELD, vectors[i], VectorSimilarityFunction.EUCLIDEAN));
    writer.addDocument(document);
  }

  private void cycle(IndexWriter writer, int share) throws IOException {
    int[] changed = random.ints(0, VECTORS).distinct().limit(share).toArray();
    for (int i : changed) {
      writer.deleteDocuments(new Term(ID, Integer.toString(i)));
    }
    writer.forceMerge(1);
    for (int i : changed) {
      add(writer, i);
    }
  }

  private static HnswGraph graph(LeafReader leaf) throws IOException {
    KnnVectorsReader reader = Objects.requireNonNull(((CodecReader) leaf).getVectorReader());
    KnnVectorsReader field =
        reader instanceof PerFieldKnnVectorsFormat.FieldsReader fields
            ? fields.getFieldReader(FIELD)
            : reader;
    return ((HnswGraphProvider) field).getGraph(FIELD);
  }

  private static double meanNeighbours(LeafReader leaf) throws IOException {
    HnswGraph graph = graph(leaf);
    long sum = 0;
    for (int node = 0; node < graph.size(); node++) {
      graph.seek(0, node);
      sum += graph.neighborCount();
    }
    return sum / (double) graph.size();
  }

  /**
   * What a writer's only segment shows.
   *
   * @param lost the share of its links that the graph is noted to have lost
   * @param next what one more cycle is expected to take
   */
  private record Seen(double neighbours, double lost, double next) {
    static Seen in(IndexWriter writer) throws IOException {
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        SegmentReader leaf = (SegmentReader) reader.leaves().getFirst().reader();
        return new Seen(
            meanNeighbours(leaf),
            GraphWear.after(leaf.getSegmentInfo().info, 0),
            GraphLinks.of(leaf.getVectorReader()).unmended(CHANGED / (double) VECTORS));
      }
    }
  }

  /** A merge gives the first segment its graph, because flushes give none. */
  private void fill(IndexWriter writer) throws IOException {
    for (int i = 0; i < VECTORS; i++) {
      add(writer, i);
      if (i == VECTORS / 2) {
        writer.flush();
      }
    }
  }

  /** The mean number of neighbours after the cycles, of 1 before. */
  private double left(UnaryOperator<OneMerge> wrapped) throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = new IndexWriter(directory, config(wrapped))) {
      fill(writer);
      double fresh = Seen.in(writer).neighbours;
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        cycle(writer, CHANGED);
      }
      return Seen.in(writer).neighbours / fresh;
    }
  }

  private static OneMerge dropping(OneMerge merge) {
    return new GraphDroppingMerge(merge, () -> VectorFormat.FLOAT32);
  }

  @Test
  void merge_manyTimesWithFewDeletions_leavesNodesTheirNeighbours() throws IOException {
    assertThat(left(GraphDroppingMergeTest::dropping)).isGreaterThan(0.98);
    // Were it not so, nothing would have to be chosen.
    assertThat(left(UnaryOperator.identity())).isLessThan(0.95);
  }

  @Test
  void merge_notesWhatTheGraphLosesUnmended_untilItIsBuiltAnew() throws IOException {
    double share = CHANGED / (double) VECTORS;
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer = new IndexWriter(directory, config(GraphDroppingMergeTest::dropping))) {
      fill(writer);
      Seen fresh = Seen.in(writer);
      assertThat(fresh.lost).isZero();
      assertThat(fresh.next).isBetween(0.8 * share, share);

      cycle(writer, CHANGED);
      Seen once = Seen.in(writer);
      cycle(writer, CHANGED);
      assertThat(once.lost).isCloseTo(fresh.next, within(1e-9));
      assertThat(Seen.in(writer).lost).isCloseTo(fresh.next + once.next, within(1e-9));

      cycle(writer, CHANGED);
      cycle(writer, CHANGED);
      assertThat(Seen.in(writer).lost).as("built anew").isLessThan(2 * share);
    }
  }
}
