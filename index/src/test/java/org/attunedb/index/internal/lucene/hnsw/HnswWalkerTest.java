package org.attunedb.index.internal.lucene.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.FixedBitSet;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside Lucene's own search of the same graph, which is the oracle. */
class HnswWalkerTest {
  private static final String FIELD = "v";
  private static final int VECTORS = 3_000;
  private static final int DIMENSION = 24;
  private static final int QUERIES = 50;

  private static final KnnVectorsFormat FULL = new Lucene99HnswVectorsFormat(8, 40, 1, null, 0);

  /** Bytes of a block of nodes with up to 16 neighbours. */
  private static final long BLOCK = KnownNeighbours.BLOCK * 17L * Integer.BYTES;

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(7);
  private @Nullable Directory directory;
  private @Nullable DirectoryReader index;

  @AfterEach
  void close() throws IOException {
    if (index != null) {
      index.close();
    }
    if (directory != null) {
      directory.close();
    }
  }

  /**
   * Whole numbers, whose sums are exact in any order: SIMD's order changes when code is compiled.
   */
  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextInt(-20, 21);
    }
    return vector;
  }

  /** One segment in which one of three documents has no vector, and of five vectors two are one. */
  private KnnVectorsReader segment(KnnVectorsFormat format) throws IOException {
    Directory store = FSDirectory.open(folder);
    directory = store;
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setUseCompoundFile(false)
            .setCodec(
                new Lucene104Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return format;
                  }
                });
    try (IndexWriter writer = new IndexWriter(store, config)) {
      float[] last = vector();
      for (int i = 0; i < VECTORS; i++) {
        last = i % 5 == 1 ? last : vector();
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, last, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
        if (i % 2 == 0) {
          writer.addDocument(new Document());
        }
      }
      writer.forceMerge(1);
    }
    DirectoryReader reader = DirectoryReader.open(store);
    index = reader;
    assertThat(reader.leaves()).hasSize(1);
    CodecReader leaf = (CodecReader) reader.leaves().getFirst().reader();
    return reader(leaf);
  }

  private static KnnVectorsReader reader(CodecReader leaf) {
    KnnVectorsReader vectors = leaf.getVectorReader();
    return vectors instanceof PerFieldKnnVectorsFormat.FieldsReader fields
        ? Objects.requireNonNull(fields.getFieldReader(FIELD))
        : vectors;
  }

  private FieldInfo field() {
    CodecReader leaf = (CodecReader) Objects.requireNonNull(index).leaves().getFirst().reader();
    return Objects.requireNonNull(leaf.getFieldInfos().fieldInfo(FIELD));
  }

  private HnswWalker walker(KnnVectorsReader segment) throws IOException {
    return walker(segment, new GraphMemory(1 << 20));
  }

  private HnswWalker walker(KnnVectorsReader segment, GraphMemory memory) throws IOException {
    return Objects.requireNonNull(HnswWalker.of(segment, field(), "_0", memory, ReadAhead.none()));
  }

  private int maxDoc() {
    return Objects.requireNonNull(index).maxDoc();
  }

  private static TopKnnCollector collector(int ef) {
    return new TopKnnCollector(ef, Integer.MAX_VALUE, KnnSearchStrategy.Hnsw.DEFAULT);
  }

  /** Everything that a search tells: documents in order, their scores, the visited nodes. */
  private static List<String> found(TopKnnCollector collector) {
    TopDocs top = collector.topDocs();
    List<String> told = new ArrayList<>();
    for (ScoreDoc hit : top.scoreDocs) {
      told.add(hit.doc + " " + hit.score);
    }
    told.add("visited " + collector.visitedCount());
    return told;
  }

  private List<String> byLucene(
      KnnVectorsReader segment, float[] query, int ef, @Nullable FixedBitSet accepted)
      throws IOException {
    TopKnnCollector collector = collector(ef);
    segment.search(FIELD, query, collector, AcceptDocs.fromLiveDocs(accepted, maxDoc()));
    return found(collector);
  }

  private static List<String> byWalk(
      HnswWalker walker, float[] query, int ef, @Nullable FixedBitSet accepted) throws IOException {
    TopKnnCollector collector = collector(ef);
    walker.walk(query, collector, accepted);
    return found(collector);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, BLOCK + 1, 100 * BLOCK})
  void walk_withoutFilter_visitsAndFindsWhatLuceneDoes(long bytes) throws IOException {
    KnnVectorsReader segment = segment(FULL);
    GraphMemory memory = new GraphMemory(bytes);
    HnswWalker walker = walker(segment, memory);

    for (int q = 0; q < QUERIES; q++) {
      float[] query = vector();
      for (int ef : new int[] {1, 10, 64}) {
        assertThat(walker.suits(ef, VECTORS)).isTrue();
        assertThat(byWalk(walker, query, ef, null)).isEqualTo(byLucene(segment, query, ef, null));
      }
    }

    long blocks = Math.min(bytes / BLOCK, Math.ceilDiv(VECTORS, KnownNeighbours.BLOCK));
    assertThat(memory.left()).isEqualTo(bytes - blocks * BLOCK);
    walker.close();
    assertThat(memory.left()).isEqualTo(bytes);
  }

  @Test
  void walk_ofQuantisedVectors_findsWhatLuceneDoes() throws IOException {
    KnnVectorsReader segment = segment(new Lucene104HnswScalarQuantizedVectorsFormat(8, 40));
    HnswWalker walker = walker(segment);
    int same = 0;

    for (int q = 0; q < QUERIES; q++) {
      float[] query = vector();
      TopKnnCollector walked = collector(10);
      walker.walk(query, walked, null);
      TopKnnCollector searched = collector(10);
      segment.search(FIELD, query, searched, AcceptDocs.fromLiveDocs(null, maxDoc()));
      same += docs(walked).equals(docs(searched)) ? 1 : 0;
    }

    // The query's own codes can differ in a bit from one search to the next.
    assertThat(same).isGreaterThanOrEqualTo(QUERIES - 2);
  }

  private static List<Integer> docs(TopKnnCollector collector) {
    return Arrays.stream(collector.topDocs().scoreDocs).map(hit -> hit.doc).sorted().toList();
  }

  @Test
  void walk_withSomeNotAccepted_visitsAndFindsWhatLuceneDoes() throws IOException {
    KnnVectorsReader segment = segment(FULL);
    HnswWalker walker = walker(segment);
    FixedBitSet accepted = new FixedBitSet(maxDoc());
    for (int doc = 0; doc < maxDoc(); doc++) {
      if (doc % 7 != 0) {
        accepted.set(doc);
      }
    }

    for (int q = 0; q < QUERIES; q++) {
      float[] query = vector();
      assertThat(byWalk(walker, query, 20, accepted))
          .isEqualTo(byLucene(segment, query, 20, accepted));
    }
  }

  /** One of so many documents is accepted; from 3 on that is no walk, from 20 on no graph. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20, 200})
  void search_vectorsAskedFor_visitsAndFindsWhatLuceneDoes(int part) throws IOException {
    KnnVectorsReader segment = segment(FULL);
    HnswWalker walker =
        Objects.requireNonNull(
            HnswWalker.of(segment, field(), "_0", new GraphMemory(1 << 20), new ReadAhead(0)));
    FixedBitSet accepted = new FixedBitSet(maxDoc());
    int count = 0;
    FloatVectorValues values = segment.getFloatVectorValues(FIELD);
    for (int ordinal = 0; ordinal < VECTORS; ordinal += part) {
      accepted.set(values.ordToDoc(ordinal));
      count++;
    }
    AcceptDocs documents = AcceptDocs.fromLiveDocs(accepted, maxDoc());

    for (int q = 0; q < QUERIES; q++) {
      float[] query = vector();
      TopKnnCollector collector = collector(20);
      walker.search(query, collector, documents, count);

      TopKnnCollector expected = collector(20);
      segment.search(FIELD, query, expected, documents);
      assertThat(found(collector)).isEqualTo(found(expected));
    }
  }

  @Test
  void walk_byManyThreads_findsTheSameForEach() throws IOException {
    HnswWalker walker = walker(segment(FULL));
    float[][] queries = new float[QUERIES][];
    List<List<String>> alone = new ArrayList<>();
    for (int q = 0; q < QUERIES; q++) {
      queries[q] = vector();
      alone.add(byWalk(walker, queries[q], 30, null));
    }

    List<List<String>> together =
        IntStream.range(0, 20 * QUERIES)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return byWalk(walker, queries[i % QUERIES], 30, null);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                })
            .toList();

    List<List<String>> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      expected.addAll(alone);
    }
    assertThat(together).isEqualTo(expected);
  }

  @Test
  void walk_afterOneThatFailed_isNotDisturbedByIt() throws IOException {
    HnswWalker walker = walker(segment(FULL));
    float[] query = vector();
    List<String> before = byWalk(walker, query, 30, null);
    KnnCollector failing =
        new TopKnnCollector(30, Integer.MAX_VALUE, KnnSearchStrategy.Hnsw.DEFAULT) {
          @Override
          public boolean collect(int doc, float score) {
            if (visitedCount() > 100) {
              throw new IllegalStateException("no time left");
            }
            return super.collect(doc, score);
          }
        };

    assertThatIllegalStateException().isThrownBy(() -> walker.walk(query, failing, null));

    assertThat(byWalk(walker, query, 30, null)).isEqualTo(before);
  }

  @Test
  void walk_withACollectorThatEndsEarly_visitsNoFurther() throws IOException {
    HnswWalker walker = walker(segment(FULL));
    float[] query = vector();
    TopKnnCollector whole = collector(30);
    walker.walk(query, whole, null);
    TopKnnCollector limited = new TopKnnCollector(30, 50, KnnSearchStrategy.Hnsw.DEFAULT);

    walker.walk(query, limited, null);

    assertThat(limited.visitedCount()).isLessThan(whole.visitedCount()).isLessThan(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {VECTORS, VECTORS / 2})
  void suits_whereLuceneWouldCompareAllOrFilter_isFalse(int ef) throws IOException {
    HnswWalker walker = walker(segment(FULL));

    assertThat(walker.suits(ef, VECTORS)).isFalse();
    assertThat(walker.suits(10, VECTORS)).isTrue();
    assertThat(walker.suits(10, VECTORS / 2)).isFalse();
  }

  @Test
  void of_segmentWithoutGraph_isNull() throws IOException {
    KnnVectorsReader segment =
        segment(new Lucene99HnswVectorsFormat(8, 40, 1, null, Integer.MAX_VALUE));

    assertThat(HnswWalker.of(segment, field(), "_0", GraphMemory.none(), ReadAhead.none()))
        .isNull();
  }

  @Test
  void add_nodeThatIsNotThere_isToldAsDamage() {
    VisitedNodes visited = new VisitedNodes(100, "_7");

    assertThatExceptionOfType(CorruptIndexException.class)
        .isThrownBy(() -> visited.add(100))
        .withMessageContaining("node 100, expected 0 to 99")
        .withMessageContaining("_7");
    assertThatExceptionOfType(CorruptIndexException.class).isThrownBy(() -> visited.add(-1));
  }

  @Test
  void search_damagedGraphUnderAFilter_isToldAsDamage() throws IOException {
    segment(FULL);
    Objects.requireNonNull(index).close();
    damageGraph();
    DirectoryReader damaged = DirectoryReader.open(Objects.requireNonNull(directory));
    index = damaged;
    KnnVectorsReader segment = reader((CodecReader) damaged.leaves().getFirst().reader());
    HnswWalker walker = walker(segment);
    FixedBitSet third = new FixedBitSet(maxDoc());
    for (int doc = 0; doc < maxDoc(); doc += 3) {
      third.set(doc);
    }
    int accepted = VECTORS / 3;
    assertThat(walker.suits(20, accepted)).isFalse();

    assertThatExceptionOfType(CorruptIndexException.class)
        .isThrownBy(
            () -> {
              for (int q = 0; q < QUERIES; q++) {
                walker.search(
                    vector(), collector(20), AcceptDocs.fromLiveDocs(third, maxDoc()), accepted);
              }
            })
        .withMessageContaining("damaged graph")
        .withMessageContaining("segment '_0'");
  }

  private void damageGraph() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Path graph = files.filter(file -> file.toString().endsWith(".vex")).findAny().orElseThrow();
      byte[] bytes = Files.readAllBytes(graph);
      Arrays.fill(bytes, bytes.length / 8, bytes.length / 8 * 5, (byte) 0x7f);
      Files.write(graph, bytes);
    }
  }

  @Test
  void clear_whetherFewOrManyWereVisited_leavesNone() throws IOException {
    for (int size : new int[] {3, 5_000}) {
      VisitedNodes visited = new VisitedNodes(6_000, "_7");
      List<Integer> nodes = new ArrayList<>(IntStream.range(0, size).boxed().toList());
      Collections.shuffle(nodes, new Random(3));
      for (int node : nodes) {
        assertThat(visited.add(node)).isTrue();
        assertThat(visited.add(node)).isFalse();
      }

      visited.clear();

      for (int node : nodes) {
        assertThat(visited.add(node)).isTrue();
      }
    }
  }
}
