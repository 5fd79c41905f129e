package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each format of vectors keeps, finds and costs, and changing it. */
@TestInstance(Lifecycle.PER_CLASS)
class VectorFormatsTest {
  private static final int DOCUMENTS = 2_500;
  private static final int DIMENSION = 64;

  private final SplittableRandom random = new SplittableRandom(11);
  private final List<Embedding> centres =
      IntStream.range(0, 50).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
  private final List<Embedding> vectors =
      IntStream.range(0, DOCUMENTS).mapToObj(this::near).toList();
  private final List<Embedding> queries = IntStream.range(0, 20).mapToObj(this::near).toList();

  @TempDir private Path folder;
  private List<Document> documents = List.of();

  private Embedding near(int i) {
    return Vectors.near(Vectors.doubles(centres.get(i % centres.size())), 0.5, random);
  }

  @BeforeAll
  void make() {
    List<Document> made = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      made.add(Document.of("d" + i, vectors.get(i)));
    }
    documents = made;
  }

  private VectorCollection collection(Attune attune, VectorFormat format) {
    VectorCollection collection =
        attune.createCollection(
            "things",
            CollectionSpec.vectors(DIMENSION, Similarity.COSINE).withVectorFormat(format));
    collection.upsert(documents);
    return collection;
  }

  private SearchResponse walk(VectorCollection collection, Embedding query) {
    return collection.search(SearchRequest.vector(query).ef(200).withDocuments(false).build());
  }

  private SearchResponse scan(VectorCollection collection, Embedding query) {
    return collection.search(SearchRequest.vector(query).tuning(SearchTuning.exactScan()).build());
  }

  private double recall(VectorCollection collection) {
    double found = 0;
    for (Embedding query : queries) {
      SearchResponse response = walk(collection, query);
      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      Set<String> truth = new HashSet<>(scan(collection, query).ids());
      found += response.ids().stream().filter(truth::contains).count() / 10.0;
    }
    return found / queries.size();
  }

  @ParameterizedTest
  @EnumSource
  void search_graph_scoresAreThoseOfTheVectorsThatGetReturns(VectorFormat format) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, format);
      collection.compact();

      SearchResponse response = walk(collection, queries.getFirst());

      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      response
          .hits()
          .forEach(
              hit -> {
                Embedding vector = embedding(collection, hit.id());
                double exact = Vectors.score(Similarity.COSINE, queries.getFirst(), vector);
                assertThat((double) hit.score()).isCloseTo(exact, within(1e-5));
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void search_graph_findsTheTrueNeighbours(VectorFormat format) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, format);
      collection.compact();

      assertThat(recall(collection)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4", "BINARY"})
  void search_codes_comparesCandidatesExactly(VectorFormat format) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, format);
      collection.compact();

      assertThat(walk(collection, queries.getFirst()).stats().rescored()).isGreaterThan(10);
      assertThat(scan(collection, queries.getFirst()).stats().rescored()).isZero();
    }
  }

  /** Where a bit says least; without enough candidates a plateau far below would remain. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64, 100})
  void search_binaryCodesOfShortVectors_reachARecallOf95Percent(int dimension) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection =
          attune.createCollection(
              "things",
              CollectionSpec.vectors(dimension, Similarity.COSINE)
                  .withVectorFormat(VectorFormat.BINARY));
      List<Embedding> middles =
          IntStream.range(0, 50).mapToObj(i -> Vectors.random(dimension, random)).toList();
      List<Document> near = new ArrayList<>();
      for (int i = 0; i < 2 * DOCUMENTS; i++) {
        double[] middle = Vectors.doubles(middles.get(i % middles.size()));
        near.add(Document.of("d" + i, Vectors.near(middle, 0.5, random)));
      }
      collection.upsert(near.subList(0, DOCUMENTS));
      collection.upsert(near.subList(DOCUMENTS, 2 * DOCUMENTS));
      collection.compact();

      double found = 0;
      for (int q = 0; q < 50; q++) {
        Embedding query = Vectors.near(Vectors.doubles(middles.get(q)), 0.5, random);
        Set<String> truth = new HashSet<>(scan(collection, query).ids());
        SearchResponse response = walk(collection, query);
        assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
        found += response.ids().stream().filter(truth::contains).count() / 10.0;
      }
      assertThat(found / 50).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void search_codesLargerEf_comparesMoreExactly() {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, VectorFormat.BINARY);
      collection.compact();
      List<Long> rescored = new ArrayList<>();
      for (int ef : new int[] {100, 2_000}) {
        SearchRequest request = SearchRequest.vector(queries.getFirst()).ef(ef).build();
        rescored.add(collection.search(request).stats().rescored());
      }

      // 1,536 bits for each hit, and a quarter of ef.
      assertThat(rescored).containsExactly(10 * 1_536L / DIMENSION, 2_000L / 4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void get_anyFormat_returnsTheVectorAsItWasWritten(VectorFormat format) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, format);
      Embedding before = embedding(collection, "d7");
      collection.compact();

      assertThat(embedding(collection, "d7")).isEqualTo(before);
      Embedding given = vectors.get(7).normalized();
      if (format == VectorFormat.LVQ8) {
        assertThat(before.dot(given)).isBetween(0.9998, 1 - 1e-7);
      } else {
        assertThat(before).isEqualTo(given);
      }
    }
  }

  /** Whatever is written, merged and changed around it, a vector is rounded once. */
  @Test
  void get_codesAlone_isTheSameAfterManyMergesAndUpdates() {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, VectorFormat.LVQ8);
      List<Embedding> before = embeddings(collection);

      for (int round = 0; round < 20; round++) {
        List<String> ids = documents.stream().map(Document::id).toList();
        collection.updateMetadata(
            ids.subList(100 * round, 100 * (round + 1)), MetadataPatch.set(Metadata.of("r", "x")));
        collection.compact();
      }

      assertThat(embeddings(collection)).isEqualTo(before);
    }
  }

  private static Embedding embedding(VectorCollection collection, String id) {
    return Objects.requireNonNull(collection.get(id).orElseThrow().embedding());
  }

  private List<Embedding> embeddings(VectorCollection collection) {
    return documents.stream().map(document -> embedding(collection, document.id())).toList();
  }

  @Test
  void compact_fromCodesAlone_keepsTheRoundedVectors() {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, VectorFormat.FLOAT32);
      collection.compact(VectorFormat.LVQ8);
      List<Embedding> rounded = embeddings(collection);

      collection.compact(VectorFormat.FLOAT32);

      assertThat(embeddings(collection)).isEqualTo(rounded);
      assertThat(collection.stats().vectors()).isEqualTo(only(VectorFormat.FLOAT32));
    }
  }

  /**
   * A release that does not know a format refuses the file by its version, and takes it for no
   * damage.
   */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 1", "INT8, 2", "INT4, 2", "BINARY, 2", "JVECTOR, 2", "LVQ8, 3"})
  void create_format_hasTheVersionThatKnowsIt(VectorFormat format, int version) throws IOException {
    Path store = folder.resolve("created-" + format);
    try (Attune attune = Attune.open(store)) {
      attune.createCollection(
          "things", CollectionSpec.vectors(3, Similarity.COSINE).withVectorFormat(format));
    }

    assertThat(Files.readString(store.resolve("collections/things/collection.json")))
        .contains("\"formatVersion\" : " + version);
  }

  @ParameterizedTest
  @EnumSource
  void reopen_anyFormat_isRemembered(VectorFormat format) {
    try (Attune attune = Attune.open(folder.resolve(format.name()))) {
      collection(attune, format).compact();
    }
    try (Attune attune = Attune.open(folder.resolve(format.name()))) {
      VectorCollection collection = attune.collection("things");

      assertThat(collection.spec().vectorFormat()).isEqualTo(format);
      assertThat(recall(collection)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @ParameterizedTest
  @EnumSource
  void compact_otherFormat_rewritesEverySegmentAndIsRemembered(VectorFormat format) {
    VectorFormat first = format == VectorFormat.FLOAT32 ? VectorFormat.INT8 : VectorFormat.FLOAT32;
    Path store = folder.resolve("to-" + format);
    try (Attune attune = Attune.open(store)) {
      VectorCollection collection = collection(attune, first);
      collection.compact();
      assertThat(collection.stats().vectors()).containsOnlyKeys(first);

      collection.compact(format);

      assertThat(collection.spec().vectorFormat()).isEqualTo(format);
      assertThat(collection.stats().vectors()).isEqualTo(only(format));
      assertThat(recall(collection)).isGreaterThanOrEqualTo(0.95);
    }
    try (Attune attune = Attune.open(store)) {
      assertThat(attune.collection("things").spec().vectorFormat()).isEqualTo(format);
      assertThat(attune.collection("things").stats().vectors()).isEqualTo(only(format));
    }
  }

  private static Map<VectorFormat, Long> only(VectorFormat format) {
    return Map.of(format, (long) DOCUMENTS);
  }

  /** One thread builds the same graph from the same vectors. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4", "BINARY"})
  void compact_codesToFullVectors_walksAsIfBuiltFromThem(VectorFormat coarse) {
    AttuneOptions options = AttuneOptions.defaults().withMergeThreads(1);
    try (Attune fresh = Attune.inMemory(options);
        Attune changed = Attune.inMemory(options)) {
      VectorCollection expected = collection(fresh, VectorFormat.FLOAT32);
      expected.compact();
      VectorCollection collection = collection(changed, coarse);
      collection.compact();

      collection.compact(VectorFormat.FLOAT32);

      for (Embedding query : queries) {
        SearchRequest walk = SearchRequest.vector(query).ef(12).withDocuments(false).build();
        SearchResponse response = collection.search(walk);
        SearchResponse reference = expected.search(walk);
        assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
        assertThat(response.ids()).isEqualTo(reference.ids());
        assertThat(response.stats().visited()).isEqualTo(reference.stats().visited());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"JVECTOR, .ajg", "JVECTOR, .ajm", "LVQ8, .alv", "LVQ8, .alm", "LVQ8, .vex"})
  void open_damagedFile_isQuarantinedNamingIt(VectorFormat format, String extension)
      throws IOException {
    Path store = folder.resolve("damaged" + extension);
    try (Attune attune = Attune.open(store)) {
      collection(attune, format).compact();
    }
    Path damaged;
    try (Stream<Path> files = Files.list(store.resolve("collections/things/index"))) {
      damaged = files.filter(file -> file.toString().endsWith(extension)).findFirst().orElseThrow();
    }
    byte[] content = Files.readAllBytes(damaged);
    content[content.length / 2] ^= 1;
    Files.write(damaged, content);

    try (Attune attune = Attune.open(store)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> attune.collection("things"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
          .withMessageContaining(damaged.getFileName().toString());
    }
  }

  @Test
  void search_segmentsOfTwoFormats_findsTheNeighboursInBoth() {
    Path store = folder.resolve("both");
    try (Attune attune = Attune.open(store)) {
      collection(attune, VectorFormat.FLOAT32).compact();
      attune.collection("things").compact(VectorFormat.BINARY);
      VectorCollection collection = attune.collection("things");
      List<Document> more = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        more.add(Document.of("q" + i, queries.get(i)));
      }
      collection.upsert(more);

      for (int i = 0; i < 10; i++) {
        assertThat(walk(collection, queries.get(i)).ids().getFirst()).isEqualTo("q" + i);
      }
      assertThat(recall(collection)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void compact_sameFormat_leavesASingleSegmentAlone() {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection = collection(attune, VectorFormat.INT4);
      collection.compact();
      long bytes = collection.stats().diskBytes();

      collection.compact(VectorFormat.INT4);

      assertThat(collection.stats().segments()).isEqualTo(1);
      assertThat(collection.stats().diskBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void compact_noVectors_endsAndKeepsTheFormat() {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection =
          attune.createCollection("things", CollectionSpec.vectors(3, Similarity.COSINE));
      collection.upsert(List.of(Document.of("text", "only words")));

      collection.compact(VectorFormat.INT8);

      assertThat(collection.spec().vectorFormat()).isEqualTo(VectorFormat.INT8);
      assertThat(collection.stats().vectors()).isEmpty();
      assertThat(collection.count(null)).isEqualTo(1);
    }
  }

  @Test
  void diskBytes_smallerCodes_areInTheOrderOfTheirBits() {
    List<Long> extra = new ArrayList<>();
    for (VectorFormat format :
        List.of(VectorFormat.FLOAT32, VectorFormat.BINARY, VectorFormat.INT4, VectorFormat.INT8)) {
      try (Attune attune = Attune.inMemory()) {
        VectorCollection collection = collection(attune, format);
        collection.compact();
        extra.add(collection.stats().diskBytes());
      }
    }
    long raw = 4L * DIMENSION * DOCUMENTS;

    assertThat(extra).isSorted();
    // A bit, four and eight for each component, and some bytes of corrections for each vector.
    assertThat(extra.get(1) - extra.get(0)).isBetween(raw / 32, raw / 32 + 28L * DOCUMENTS);
    assertThat(extra.get(2) - extra.get(0)).isBetween(raw / 8, raw / 8 + 28L * DOCUMENTS);
    assertThat(extra.get(3) - extra.get(0)).isBetween(raw / 4, raw / 4 + 28L * DOCUMENTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 768})
  void diskBytes_codesAlone_areAtMostHalfOfTheVectors(int dimension) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection =
          attune.createCollection(
              "things",
              CollectionSpec.vectors(dimension, Similarity.COSINE)
                  .withVectorFormat(VectorFormat.LVQ8));
      for (int from = 0; from < DOCUMENTS; from += 500) {
        List<Document> some = new ArrayList<>();
        for (int i = from; i < from + 500; i++) {
          some.add(Document.of("d" + i, Vectors.random(dimension, random)));
        }
        collection.upsert(some);
      }
      long raw = 4L * dimension * DOCUMENTS;
      // Not only once they are merged.
      assertThat(collection.stats().diskBytes()).isLessThanOrEqualTo(raw / 2);

      collection.compact();

      assertThat(walk(collection, Vectors.random(dimension, random)).stats().plan())
          .isEqualTo(Plan.GRAPH);
      assertThat(collection.stats().diskBytes()).isLessThanOrEqualTo(raw / 2);
      // A byte for each component, 16 for each vector, and the graph.
      assertThat(collection.stats().diskBytes())
          .isBetween((dimension + 16L) * DOCUMENTS, (dimension + 150L) * DOCUMENTS);
    }
  }
}
