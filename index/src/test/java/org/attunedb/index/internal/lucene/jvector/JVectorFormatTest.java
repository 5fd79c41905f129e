package org.attunedb.index.internal.lucene.jvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.attunedb.index.internal.lucene.RescoreCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec by itself: an index of Lucene's with one field of vectors. */
class JVectorFormatTest {
  private static final String FIELD = "v";
  private static final int VECTORS = 1_500;
  private static final int DIMENSION = 48;
  private static final int K = 10;

  /** Graphs from ten vectors on, without codes and with. */
  private static final GraphSettings PLAIN = new GraphSettings(16, 100, 10, Long.MAX_VALUE);

  private static final GraphSettings CODED = new GraphSettings(16, 100, 10, 1);

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(5);
  private final float[][] vectors = vectors(VECTORS);
  private final float[][] queries = vectors(20);

  private float[][] vectors(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              float[] vector = new float[DIMENSION];
              double length = 0;
              for (int c = 0; c < DIMENSION; c++) {
                // Few directions carry most, as in real embeddings.
                vector[c] = (float) (random.nextGaussian() / (1 + c));
                length += vector[c] * vector[c];
              }
              for (int c = 0; c < DIMENSION; c++) {
                vector[c] /= (float) Math.sqrt(length);
              }
              return vector;
            })
        .toArray(float[][]::new);
  }

  private IndexWriterConfig config(GraphSettings settings) {
    KnnVectorsFormat format = new JVectorFormat(settings, ForkJoinPool.commonPool());
    TieredMergePolicy merging = new TieredMergePolicy();
    merging.setNoCFSRatio(0);
    return new IndexWriterConfig()
        .setMergePolicy(merging)
        .setUseCompoundFile(false)
        .setCodec(
            new Lucene104Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
              }
            });
  }

  /** Every third document has no vector: ordinals are not document numbers. */
  private void write(GraphSettings settings, VectorSimilarityFunction similarity)
      throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config(settings))) {
      for (int i = 0; i < VECTORS; i++) {
        Document document = new Document();
        document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
        document.add(new KnnFloatVectorField(FIELD, vectors[i], similarity));
        writer.addDocument(document);
        if (i % 2 == 0) {
          writer.addDocument(new Document());
        }
        if (i == VECTORS / 2) {
          writer.flush();
        }
      }
      writer.forceMerge(1);
    }
  }

  private static Set<String> ids(LeafReader leaf, int[] docs) throws IOException {
    Set<String> ids = new HashSet<>();
    for (int doc : docs) {
      ids.add(leaf.storedFields().document(doc).get("id"));
    }
    return ids;
  }

  private static Set<String> search(LeafReader leaf, float[] query, int ef, AcceptDocs accept)
      throws IOException {
    TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
    leaf.searchNearestVectors(FIELD, query, collector, accept);
    return ids(
        leaf,
        Arrays.stream(collector.topDocs().scoreDocs).limit(K).mapToInt(hit -> hit.doc).toArray());
  }

  private Set<String> truth(float[] query, VectorSimilarityFunction similarity, int step) {
    return truth(query, similarity, IntStream.range(0, VECTORS).filter(i -> i % step == 0));
  }

  private Set<String> truth(
      float[] query, VectorSimilarityFunction similarity, IntStream candidates) {
    Set<String> best = new HashSet<>();
    candidates
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -similarity.compare(query, vectors[i])))
        .limit(K)
        .forEach(i -> best.add(Integer.toString(i)));
    return best;
  }

  private static JVectorReader reader(LeafReader leaf) {
    var fields = (PerFieldKnnVectorsFormat.FieldsReader) ((CodecReader) leaf).getVectorReader();
    return (JVectorReader) fields.getFieldReader(FIELD);
  }

  private static AcceptDocs accepted(LeafReader leaf, int[] numbers) throws IOException {
    FixedBitSet accepted = new FixedBitSet(leaf.maxDoc());
    for (int number : numbers) {
      accepted.set(leaf.postings(new Term("id", Integer.toString(number))).nextDoc());
    }
    return AcceptDocs.fromIteratorSupplier(
        () -> new BitSetIterator(accepted, numbers.length), null, leaf.maxDoc());
  }

  private static AcceptDocs all(LeafReader leaf) {
    return AcceptDocs.fromLiveDocs(leaf.getLiveDocs(), leaf.maxDoc());
  }

  @ParameterizedTest
  @CsvSource({
    "false, EUCLIDEAN", "false, DOT_PRODUCT", "false, MAXIMUM_INNER_PRODUCT",
    "true, EUCLIDEAN", "true, DOT_PRODUCT", "true, MAXIMUM_INNER_PRODUCT"
  })
  void search_graph_findsTheTrueNeighbours(boolean coded, VectorSimilarityFunction similarity)
      throws IOException {
    write(coded ? CODED : PLAIN, similarity);
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      LeafReader leaf = index.leaves().getFirst().reader();
      assertThat(reader(leaf).hasGraph(FIELD)).isTrue();
      assertThat(reader(leaf).isCoded(FIELD)).isEqualTo(coded);
      int found = 0;
      for (float[] query : queries) {
        Set<String> hits = search(leaf, query, 100, all(leaf));
        hits.retainAll(truth(query, similarity, 1));
        found += hits.size();
      }

      assertThat(found / (double) (K * queries.length)).isGreaterThanOrEqualTo(0.97);
    }
  }

  /** Accepted are inner products below -1 alone, which codes give as scores below zero. */
  @Test
  void search_codesOfLongVectorsOpposedToTheQuery_findsTheTrueNeighbours() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    for (float[] vector : vectors) {
      for (int c = 0; c < DIMENSION; c++) {
        vector[c] *= 10;
      }
    }
    write(CODED, similarity);
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      LeafReader leaf = index.leaves().getFirst().reader();
      int found = 0;
      for (float[] query : queries) {
        float worst = similarity.compare(new float[] {1}, new float[] {-1});
        int[] opposed =
            IntStream.range(0, VECTORS)
                .filter(i -> similarity.compare(query, vectors[i]) < worst)
                .toArray();
        Set<String> hits = search(leaf, query, 200, accepted(leaf, opposed));
        assertThat(hits).hasSize(K);
        hits.retainAll(truth(query, similarity, IntStream.of(opposed)));
        found += hits.size();
      }

      assertThat(found / (double) (K * queries.length)).isGreaterThanOrEqualTo(0.95);
    }
  }

  /** The system would read 128 KiB around each vector that is compared. */
  @Test
  void fieldsReader_vectorsAndGraph_areOpenedForReadingHereAndThere() throws IOException {
    write(PLAIN, VectorSimilarityFunction.EUCLIDEAN);
    Map<String, IOContext> opened = new HashMap<>();
    Directory noting =
        new FilterDirectory(FSDirectory.open(folder)) {
          @Override
          public IndexInput openInput(String name, IOContext context) throws IOException {
            opened.put(name.substring(name.lastIndexOf('.') + 1), context);
            return super.openInput(name, context);
          }
        };

    try (noting;
        DirectoryReader index = DirectoryReader.open(noting)) {
      assertThat(index.leaves()).hasSize(1);
      assertThat(Objects.requireNonNull(opened.get("vec")).hints()).contains(DataAccessHint.RANDOM);
      assertThat(Objects.requireNonNull(opened.get("ajg")).hints()).contains(DataAccessHint.RANDOM);
    }
  }

  /** What a search does whose time is over. */
  private static final class Limited extends KnnCollector.Decorator implements RescoreCounter {
    private final long mostVisited;
    private final long mostRescored;
    private long rescored;

    Limited(long mostVisited, long mostRescored) {
      super(new TopKnnCollector(100, Integer.MAX_VALUE));
      this.mostVisited = mostVisited;
      this.mostRescored = mostRescored;
    }

    @Override
    public void incVisitedCount(int count) {
      super.incVisitedCount(count);
      if (visitedCount() > mostVisited) {
        throw new IllegalStateException("visited " + visitedCount());
      }
    }

    @Override
    public void incRescoredCount(int count) {
      rescored += count;
      if (rescored > mostRescored) {
        throw new IllegalStateException("rescored " + rescored);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void search_collectorThatThrows_endsInTheMiddleOfTheWalk(boolean coded) throws IOException {
    write(coded ? CODED : PLAIN, VectorSimilarityFunction.EUCLIDEAN);
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      LeafReader leaf = index.leaves().getFirst().reader();

      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(
              () ->
                  leaf.searchNearestVectors(
                      FIELD, queries[0], new Limited(50, Long.MAX_VALUE), all(leaf)))
          .withMessage("visited 51");
    }
  }

  @Test
  void search_codes_countsEachCandidateThatIsComparedAgainAndCanEndThere() throws IOException {
    write(CODED, VectorSimilarityFunction.EUCLIDEAN);
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      LeafReader leaf = index.leaves().getFirst().reader();
      Limited free = new Limited(Long.MAX_VALUE, Long.MAX_VALUE);

      leaf.searchNearestVectors(FIELD, queries[0], free, all(leaf));

      assertThat(free.rescored).isEqualTo(100);
      assertThat(free.visitedCount()).isGreaterThan(100);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(
              () ->
                  leaf.searchNearestVectors(
                      FIELD, queries[0], new Limited(Long.MAX_VALUE, 7), all(leaf)))
          .withMessage("rescored 8");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void search_accepted_findsOnlyThose(boolean coded) throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.DOT_PRODUCT;
    write(coded ? CODED : PLAIN, similarity);
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      LeafReader leaf = index.leaves().getFirst().reader();
      int[] thirds = IntStream.range(0, VECTORS).filter(i -> i % 3 == 0).toArray();
      int found = 0;
      for (float[] query : queries) {
        Set<String> hits = search(leaf, query, 150, accepted(leaf, thirds));
        assertThat(hits).hasSize(K).allMatch(id -> Integer.parseInt(id) % 3 == 0);
        hits.retainAll(truth(query, similarity, 3));
        found += hits.size();
      }

      assertThat(found / (double) (K * queries.length)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void files_codes_areInTheGraphAndNotOnTheHeap() throws IOException {
    write(PLAIN, VectorSimilarityFunction.DOT_PRODUCT);
    long plain = graphBytes();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    write(CODED, VectorSimilarityFunction.DOT_PRODUCT);

    // 32 neighbours, number and degree, and the upper layers; then codes of 32 bytes for each.
    assertThat(plain).isBetween(VECTORS * 4L * 34, VECTORS * 4L * 37);
    assertThat(graphBytes() - plain).isGreaterThan(VECTORS * 32L * 32);
  }

  private long graphBytes() throws IOException {
    return Files.size(file(JVectorFormat.GRAPH_EXTENSION));
  }

  private Path file(String extension) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> path.toString().endsWith("." + extension))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void flush_noMerge_hasNoGraphAndFindsAll() throws IOException {
    IndexWriterConfig config = config(PLAIN).setMergePolicy(NoMergePolicy.INSTANCE);
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < 200; i++) {
        Document document = new Document();
        document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
        document.add(
            new KnnFloatVectorField(FIELD, vectors[i], VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
      }
    }
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      LeafReader leaf = index.leaves().getFirst().reader();

      assertThat(reader(leaf).hasGraph(FIELD)).isFalse();
      assertThat(search(leaf, vectors[7], 1, all(leaf))).containsExactly("7");
    }
  }

  /** Every byte of graph and description, some of them: each is told and named, none is ignored. */
  @ParameterizedTest
  @ValueSource(strings = {JVectorFormat.GRAPH_EXTENSION, JVectorFormat.DESCRIPTION_EXTENSION})
  void checkIntegrity_flippedByte_namesTheFile(String extension) throws IOException {
    write(PLAIN, VectorSimilarityFunction.DOT_PRODUCT);
    Path file = file(extension);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      int place = i == 0 ? 0 : i == 1 ? whole.length - 1 : random.nextInt(whole.length);
      damaged[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);

      assertThatExceptionOfType(IOException.class)
          .as("byte %d of %s", place, file)
          .isThrownBy(
              () -> {
                try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
                  index.leaves().getFirst().reader().checkIntegrity();
                }
              })
          .withMessageContaining(file.getFileName().toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JVectorFormat.GRAPH_EXTENSION, JVectorFormat.DESCRIPTION_EXTENSION})
  void open_cutFile_isRefused(String extension) throws IOException {
    write(PLAIN, VectorSimilarityFunction.DOT_PRODUCT);
    Path file = file(extension);
    byte[] whole = Files.readAllBytes(file);
    for (int length : List.of(0, 10, whole.length / 2, whole.length - 1)) {
      Files.write(file, Arrays.copyOf(whole, length));

      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> DirectoryReader.open(FSDirectory.open(folder)));
    }
  }

  /** A graph whose neighbours are numbers that no node has: the search says so. */
  @Test
  void search_neighboursThatDoNotExist_isCorrupt() throws IOException {
    write(PLAIN, VectorSimilarityFunction.DOT_PRODUCT);
    Path file = file(JVectorFormat.GRAPH_EXTENSION);
    byte[] damaged = Files.readAllBytes(file);
    Arrays.fill(damaged, damaged.length / 4, damaged.length * 3 / 4, (byte) 0x7f);
    Files.write(file, damaged);
    try (DirectoryReader index = DirectoryReader.open(FSDirectory.open(folder))) {
      LeafReader leaf = index.leaves().getFirst().reader();

      assertThatExceptionOfType(CorruptIndexException.class)
          .isThrownBy(
              () -> {
                for (float[] query : queries) {
                  search(leaf, query, 100, all(leaf));
                }
              })
          .withMessageContaining(file.getFileName().toString());
    }
  }
}
