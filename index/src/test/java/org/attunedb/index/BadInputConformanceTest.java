package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hostile and mistaken input: refused with a code and the facts, and nothing is written. Names
 * begin with the row of the project's table of bad input; see {@code docs/errors.md}.
 */
class BadInputConformanceTest extends StoreTest {
  private static final Document GOOD = Document.of("good", Embedding.of(1, 2, 3));

  private VectorCollection collection;
  private VectorCollection euclidean;

  @BeforeEach
  void fill() {
    collection = attune.createCollection("cosine", CollectionSpec.vectors(3, Similarity.COSINE));
    collection.upsert(
        List.of(new Document("old", "word", Metadata.of("k", "v"), Embedding.of(1, 0, 0))));
    euclidean =
        attune.createCollection("euclidean", CollectionSpec.vectors(3, Similarity.EUCLIDEAN));
  }

  /** Something that must be refused. */
  record Case(String name, ErrorCode code, List<String> message, Action action) {
    static Case of(String name, ErrorCode code, Action action, String... message) {
      return new Case(name, code, List.of(message), action);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Done to an open store. */
  @FunctionalInterface
  interface Action {
    void run(BadInputConformanceTest test);
  }

  private static String row(int row, String what) {
    return "row " + row + ": " + what;
  }

  private static int kRow(int k) {
    return k > 0 ? 17 : k == 0 ? 15 : 16;
  }

  private static int nameRow(String name) {
    return switch (name) {
      case "..", "../x" -> 29;
      case "%2e%2e%2f" -> 30;
      default -> 31;
    };
  }

  static Stream<Case> refused() {
    return Stream.of(vectors(), sizesAndCounts(), ids(), names(), metadata(), filters())
        .flatMap(List::stream);
  }

  private static List<Case> vectors() {
    List<Case> cases = new ArrayList<>();
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      cases.add(
          Case.of(
              row(Float.isNaN(wrong) ? 1 : wrong > 0 ? 2 : 3, "vector with " + wrong),
              ErrorCode.VECTOR_NOT_FINITE,
              t -> t.upsert(Document.of("a", Embedding.of(1, 2, wrong))),
              "component 2",
              Float.toString(wrong)));
    }
    cases.add(
        Case.of(
            row(4, "vector of doubles beyond floats"),
            ErrorCode.VECTOR_NOT_FINITE,
            t -> t.upsert(Document.of("a", Embedding.of(new double[] {1, 1e39, 2}))),
            "component 1"));
    cases.add(
        Case.of(
            row(13, "vector whose norm overflows"),
            ErrorCode.VECTOR_NORM_OVERFLOW,
            t -> t.upsert(Document.of("a", Embedding.of(3e38f, 3e38f, 0)))));
    cases.add(
        Case.of(
            row(11, "empty vector"),
            ErrorCode.DIMENSION_MISMATCH,
            t -> t.upsert(Document.of("a", Embedding.of(new float[0]))),
            "0 dimensions",
            "1 to 4096"));
    cases.add(
        Case.of(
            row(6, "zero vector in a cosine collection"),
            ErrorCode.ZERO_VECTOR,
            t -> t.upsert(Document.of("a", Embedding.of(0, -0.0f, 0))),
            "COSINE",
            "'a'",
            "'cosine'"));
    for (float[] components : new float[][] {{1, 2}, {1, 2, 3, 4}}) {
      Embedding vector = Embedding.of(components);
      String got = Integer.toString(components.length);
      cases.add(
          Case.of(
              row(9, "document of " + got + " dimensions"),
              ErrorCode.DIMENSION_MISMATCH,
              t -> t.upsert(Document.of("a", vector)),
              got,
              "expected 3",
              "'a'",
              "'cosine'"));
      cases.add(
          Case.of(
              row(10, "query of " + got + " dimensions"),
              ErrorCode.DIMENSION_MISMATCH,
              t -> t.collection.search(SearchRequest.vector(vector).build()),
              got,
              "expected 3",
              "'cosine'"));
      cases.add(
          Case.of(
              row(10, "hybrid query of " + got + " dimensions"),
              ErrorCode.DIMENSION_MISMATCH,
              t ->
                  t.collection.search(
                      SearchRequest.of(new Query.ByTextAndEmbedding("word", vector))
                          .mode(SearchMode.HYBRID)
                          .build()),
              got,
              "expected 3"));
    }
    for (Query zero :
        List.of(
            new Query.ByEmbedding(Embedding.of(0, 0, 0)),
            new Query.ByTextAndEmbedding("word", Embedding.of(0, 0, 0)))) {
      cases.add(
          Case.of(
              row(7, "zero query with cosine " + zero.getClass().getSimpleName()),
              ErrorCode.ZERO_VECTOR,
              t -> t.collection.search(SearchRequest.of(zero).build()),
              "COSINE",
              "'cosine'"));
    }
    cases.add(
        Case.of(
            "no row: text query without an embedder",
            ErrorCode.EMBEDDER_MISSING,
            t -> t.collection.search(SearchRequest.text("word").build()),
            "'cosine'",
            "'caller'"));
    return cases;
  }

  private static List<Case> sizesAndCounts() {
    List<Case> cases = new ArrayList<>();
    for (int dimension : new int[] {0, -1, 4_097, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      cases.add(
          Case.of(
              row(12, "dimension " + dimension),
              ErrorCode.DIMENSION_OUT_OF_RANGE,
              t ->
                  t.attune.createCollection(
                      "new", CollectionSpec.vectors(dimension, Similarity.COSINE)),
              Integer.toString(dimension),
              "1 to 4096"));
    }
    for (int k : new int[] {0, -1, 10_001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      cases.add(
          Case.of(
              row(kRow(k), "k " + k),
              ErrorCode.K_OUT_OF_RANGE,
              t -> t.collection.search(SearchRequest.vector(Embedding.of(1, 2, 3)).k(k).build()),
              Integer.toString(k),
              "1 to 10000"));
      cases.add(
          Case.of(
              row(kRow(k), "scan limit " + k),
              ErrorCode.OPTION_OUT_OF_RANGE,
              t -> t.collection.scan(null, k, null),
              Integer.toString(k),
              "1 to 10000"));
    }
    for (int ef : new int[] {-1, 10_001}) {
      cases.add(
          Case.of(
              "no row: ef " + ef,
              ErrorCode.OPTION_OUT_OF_RANGE,
              t ->
                  t.collection.search(
                      SearchRequest.vector(Embedding.of(1, 2, 3))
                          .tuning(new SearchTuning(ef, false))
                          .build()),
              Integer.toString(ef),
              "10000"));
    }
    cases.add(
        Case.of(
            row(69, "batch too large"),
            ErrorCode.BATCH_TOO_LARGE,
            t ->
                t.collection.upsert(
                    IntStream.range(0, 10_001)
                        .mapToObj(i -> Document.of("b" + i, Embedding.of(1, 2, 3)))
                        .toList()),
            "10001",
            "10000",
            "'cosine'"));
    cases.add(
        Case.of(
            row(40, "text too large"),
            ErrorCode.TEXT_TOO_LARGE,
            t -> t.upsert(Document.of("a", "x".repeat((1 << 20) + 1))),
            "1048577",
            "1048576",
            "'a'"));
    return cases;
  }

  private static List<Case> ids() {
    List<Case> cases = new ArrayList<>();
    for (String id : List.of("", " ", "\t", "a\0b", "a\nb", "\u0085", "a\uD800", "\uDC00b")) {
      cases.add(
          Case.of(
              row(
                  id.isBlank() && !id.equals("\u0085") ? 21 : 23,
                  "id " + id.chars().mapToObj(Integer::toHexString).toList()),
              ErrorCode.ID_INVALID,
              t -> t.upsert(Document.of(id, Embedding.of(1, 2, 3)))));
    }
    for (String id : List.of("x".repeat(513), "é".repeat(257))) {
      cases.add(
          Case.of(
              row(22, "id of " + id.length() + " characters"),
              ErrorCode.ID_TOO_LONG,
              t -> t.upsert(Document.of(id, Embedding.of(1, 2, 3))),
              "51",
              "512"));
    }
    cases.add(
        Case.of(
            row(26, "duplicate id"),
            ErrorCode.DUPLICATE_ID,
            t -> t.collection.upsert(List.of(GOOD, Document.of("a", Embedding.of(1, 1, 1)), GOOD)),
            "'good'",
            "0 and 2",
            "'cosine'"));
    cases.add(
        Case.of(
            "no row: document without content",
            ErrorCode.DOCUMENT_EMPTY,
            t -> t.upsert(new Document("a", null, Metadata.of("k", "v"), null)),
            "'a'",
            "'cosine'"));
    return cases;
  }

  private static List<Case> names() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "%2e%2e%2f",
            "a\0b",
            "CON",
            "A",
            ".hidden",
            "-a",
            "_a",
            "a b",
            "ä",
            "x".repeat(64),
            "cosine.tmp")) {
      cases.add(
          Case.of(
              row(nameRow(name), "create '" + name + "'"),
              ErrorCode.NAME_INVALID,
              t -> t.attune.createCollection(name, CollectionSpec.vectors(3, Similarity.COSINE)),
              name,
              "a-z 0-9 _ -",
              "63"));
      cases.add(
          Case.of(
              row(nameRow(name), "open '" + name + "'"),
              ErrorCode.NAME_INVALID,
              t -> t.attune.collection(name)));
      cases.add(
          Case.of(
              row(nameRow(name), "drop '" + name + "'"),
              ErrorCode.NAME_INVALID,
              t -> t.attune.dropCollection(name)));
    }
    return cases;
  }

  private static List<Case> metadata() {
    Metadata.Builder tooMany = Metadata.builder();
    IntStream.range(0, 257).forEach(i -> tooMany.put("k" + i, i));
    Metadata.Builder tooMuch = Metadata.builder();
    IntStream.range(0, 3).forEach(i -> tooMuch.put("k" + i, "x".repeat(25_000)));
    return List.of(
        Case.of(
            row(35, "257 keys"),
            ErrorCode.METADATA_TOO_LARGE,
            t -> t.upsert(tooMany.build()),
            "257",
            "256"),
        Case.of(
            row(35, "75,000 bytes"),
            ErrorCode.METADATA_TOO_LARGE,
            t -> t.upsert(tooMuch.build()),
            "750",
            "65536",
            "'a'"),
        Case.of(
            row(38, "string of 40,000 bytes"),
            ErrorCode.METADATA_TOO_LARGE,
            t -> t.upsert(Metadata.of("k", "x".repeat(40_000))),
            "40000",
            "32000",
            "'a'"),
        Case.of(
            row(38, "list element of 40,000 bytes"),
            ErrorCode.METADATA_TOO_LARGE,
            t -> t.upsert(Metadata.builder().put("k", List.of("é".repeat(20_000))).build()),
            "32000",
            "'a'"),
        Case.of(
            row(38, "list of 40,000 bytes"),
            ErrorCode.METADATA_TOO_LARGE,
            t ->
                t.upsert(
                    Metadata.builder().put("k", Collections.nCopies(40, "x".repeat(999))).build()),
            "32000",
            "'a'"),
        Case.of(
            row(36, "empty key"),
            ErrorCode.METADATA_INVALID,
            t -> t.upsert(Metadata.of("", "v")),
            "1 to 256"),
        Case.of(
            row(36, "reserved key"),
            ErrorCode.METADATA_INVALID,
            t -> t.upsert(Metadata.of("_vector", "v")),
            "'_vector'",
            "underscore"),
        Case.of(
            row(36, "long key"),
            ErrorCode.METADATA_INVALID,
            t -> t.upsert(Metadata.of("k".repeat(257), "v")),
            "257",
            "256"),
        Case.of(
            row(39, "infinite number"),
            ErrorCode.METADATA_INVALID,
            t -> t.upsert(Metadata.builder().put("k", 1 / 0.0).build()),
            "Infinity"),
        Case.of(
            "no row: unpaired surrogate",
            ErrorCode.METADATA_INVALID,
            t -> t.upsert(Metadata.of("k", "\uD83D"))));
  }

  private static List<Case> filters() {
    Filter deep = Filter.eq("k", "v");
    for (int i = 0; i < 5_000; i++) {
      deep = Filter.not(deep);
    }
    List<MetadataValue> values =
        IntStream.range(0, 10_000).mapToObj(i -> MetadataValue.of((long) i)).toList();
    List<Case> cases = new ArrayList<>();
    for (Filter filter : List.of(deep, new Filter.In("k", values))) {
      String kind = filter.getClass().getSimpleName();
      cases.add(
          Case.of(
              row(46, "search by " + kind),
              ErrorCode.FILTER_TOO_COMPLEX,
              t ->
                  t.collection.search(
                      SearchRequest.vector(Embedding.of(1, 2, 3)).filter(filter).build()),
              "more than"));
      cases.add(
          Case.of(
              row(46, "count by " + kind),
              ErrorCode.FILTER_TOO_COMPLEX,
              t -> t.collection.count(filter),
              "more than"));
      cases.add(
          Case.of(
              row(46, "scan by " + kind),
              ErrorCode.FILTER_TOO_COMPLEX,
              t -> t.collection.scan(null, 1, filter),
              "more than"));
      cases.add(
          Case.of(
              row(46, "delete by " + kind),
              ErrorCode.FILTER_TOO_COMPLEX,
              t -> t.collection.delete(filter),
              "more than"));
    }
    cases.add(
        Case.of(
            row(42, "order by a flag"),
            ErrorCode.FILTER_INVALID,
            t -> t.collection.count(new Filter.Gt("k", MetadataValue.of(true))),
            "'k'",
            "expected a string, a number, a UUID or a time"));
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(Case bad) {
    List<Document> before = collection.scan(null, 100, null);

    assertRefused(bad.code(), () -> bad.action().run(this))
        .satisfies(
            e -> {
              bad.message().forEach(part -> assertThat(e.getMessage()).contains(part));
              assertThat(e.getMessage()).hasSizeLessThan(400);
              assertThat(e.getMessage()).doesNotContain("lucene");
            });

    assertThat(collection.scan(null, 100, null)).isEqualTo(before);
    assertThat(collection.stats().segments()).isEqualTo(1);
    assertThat(attune.collections()).containsExactly("cosine", "euclidean");
    reopen();
    assertThat(attune.collection("cosine").scan(null, 100, null)).isEqualTo(before);
  }

  /** The bad document comes between good ones, of which none may be written. */
  private void upsert(Document document) {
    collection.upsert(List.of(GOOD, document, Document.of("last", Embedding.of(3, 2, 1))));
  }

  private void upsert(Metadata metadata) {
    upsert(new Document("a", "text", metadata, Embedding.of(1, 2, 3)));
  }

  @Test
  @DisplayName("row 8: zero vector with L2 is accepted")
  void zeroVector_euclidean_isAccepted() {
    euclidean.upsert(List.of(Document.of("zero", Embedding.of(0, 0, 0))));

    assertThat(euclidean.search(SearchRequest.vector(Embedding.of(0, 0, 0)).build()).ids())
        .containsExactly("zero");
  }

  @Test
  @DisplayName("row 47: an empty list and an inverted range match nothing")
  void emptyListsAndRanges_matchNothing() {
    Filter none = new Filter.In("k", List.of());
    Filter inverted =
        Filter.and(
            new Filter.Gt("k", MetadataValue.of("z")), new Filter.Lt("k", MetadataValue.of("a")));

    assertThat(collection.count(none)).isZero();
    assertThat(collection.count(inverted)).isZero();
    assertThat(collection.count(new Filter.Nin("k", List.of()))).isEqualTo(1);
  }

  @Test
  void keywordSearch_onlyAVector_isRefused() {
    for (SearchMode mode : List.of(SearchMode.KEYWORD, SearchMode.HYBRID)) {
      assertRefused(
              ErrorCode.OPTION_OUT_OF_RANGE,
              () -> SearchRequest.vector(Embedding.of(1, 2, 3)).mode(mode).build())
          .withMessageContaining(mode.name());
    }
  }

  @Test
  @DisplayName("row 32: unknown adapter version")
  void search_unknownVersion_isNotFound() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () ->
                collection.search(
                    SearchRequest.vector(Embedding.of(1, 2, 3))
                        .adapter(AdapterChoice.version("v7"))
                        .build()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_NOT_FOUND))
        .withMessageContaining("'v7'")
        .withMessageContaining("'cosine'");
  }

  @ParameterizedTest(name = "row 32: unknown collection {0}")
  @ValueSource(strings = {"nowhere", "cosin", "0"})
  void collection_unknown_isNotFoundNamingTheKnownOnes(String name) {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> attune.collection(name))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND))
        .withMessageContaining("'" + name + "'")
        .withMessageContaining("[cosine, euclidean]");
  }

  @Test
  void create_existingNameWithItsOwnSpec_isTaken() {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> attune.createCollection("cosine", collection.spec()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .withMessageContaining("'cosine'");
    assertThat(attune.collection("cosine").get("old")).isPresent();
  }

  static Stream<Arguments> otherSpecs() {
    return Stream.of(
        Arguments.of(
            CollectionSpec.vectors(7, Similarity.COSINE), List.of("dimension is 3, asked for 7")),
        Arguments.of(
            CollectionSpec.vectors(3, Similarity.EUCLIDEAN),
            List.of("similarity is COSINE, asked for EUCLIDEAN")),
        Arguments.of(
            new CollectionSpec("caller", 3, Similarity.COSINE, 16, 200),
            List.of("efConstruction is 100, asked for 200")),
        Arguments.of(
            new CollectionSpec("model", 4, Similarity.DOT_PRODUCT, 8, 50),
            List.of(
                "embedder is caller, asked for model",
                "dimension is 3, asked for 4",
                "similarity is COSINE, asked for DOT_PRODUCT",
                "m is 16, asked for 8",
                "efConstruction is 100, asked for 50")));
  }

  @ParameterizedTest(name = "row 33: create what exists as {0}")
  @MethodSource("otherSpecs")
  void create_existingNameWithAnotherSpec_isAConflictThatListsTheDifferences(
      CollectionSpec spec, List<String> differences) {
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> attune.createCollection("cosine", spec))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_CONFLICT))
          .withMessageContaining("'cosine'")
          .withMessageEndingWith(": " + String.join(", ", differences));
      assertThat(attune.collection("cosine").get("old")).isPresent();
      reopen();
    }
  }

  @Test
  @DisplayName("row 33: create what exists with another embedder")
  void create_existingNameWithAnEmbedder_isAConflictThatListsTheDifferences() {
    LexicalEmbedder embedder = new LexicalEmbedder();

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> attune.createCollection("cosine", embedder))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_CONFLICT))
        .withMessageContaining("embedder is caller, asked for " + embedder.info().name())
        .withMessageContaining("dimension is 3, asked for " + embedder.info().dimension());
  }

  @Test
  @DisplayName("row 33: open what exists with another embedder")
  void open_existingNameWithAnotherEmbedder_isRefusedWithBothModels() {
    LexicalEmbedder embedder = new LexicalEmbedder();

    assertRefused(ErrorCode.EMBEDDER_MISMATCH, () -> attune.collection("cosine", embedder))
        .withMessageContaining("3-dimensional vectors of 'caller'")
        .withMessageContaining("'" + embedder.info().name() + "'")
        .withMessageContaining(Integer.toString(embedder.info().dimension()));
    assertThat(attune.collection("cosine")).isSameAs(collection);
  }

  @Test
  @DisplayName("row 34: 16 threads create the same name")
  void create_sameNameAtOnce_succeedsExactlyOnce() throws Exception {
    Callable<Boolean> create =
        () -> {
          try {
            attune.createCollection("raced", CollectionSpec.vectors(2, Similarity.COSINE));
            return true;
          } catch (ConflictException e) {
            return false;
          }
        };
    int created = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(16, create))) {
        created += result.get() ? 1 : 0;
      }
    }

    assertThat(created).isEqualTo(1);
    assertThat(attune.collection("raced").count(null)).isZero();
  }
}
