package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.index.Rankings.assertRanking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every kind of collection does, whatever its files look like. */
abstract class VectorCollectionContract extends StoreTest {
  private static final double TOLERANCE = 2e-5;

  /** What the collections under test are made for. */
  abstract CollectionSpec spec(int dimension, Similarity similarity);

  /** What a store with one collection makes in its folder. */
  List<String> namesInFolder() {
    return List.of("attune.json", "attune.lock", "collections");
  }

  private VectorCollection create(int dimension, Similarity similarity) {
    return attune.createCollection("things", spec(dimension, similarity));
  }

  @Test
  void new_collection_isEmptyAndKnowsItself() {
    CollectionSpec spec = spec(3, Similarity.DOT_PRODUCT);
    VectorCollection collection = attune.createCollection("things", spec);

    assertThat(collection.name()).isEqualTo("things");
    assertThat(collection.spec()).isEqualTo(spec);
    assertThat(collection.count(null)).isZero();
    assertThat(collection.scan(null, 10, null)).isEmpty();
    assertThat(collection.get("a")).isEmpty();
    assertThat(collection.delete(List.of("a"))).isZero();
    assertThat(collection.delete(new Filter.And(List.of()))).isZero();
    assertThat(collection.stats().documents()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void search_emptyCollection_hasNoHits(SearchMode mode) {
    VectorCollection collection = create(2, Similarity.COSINE);

    SearchResponse response =
        collection.search(both("word", Embedding.of(1, 0)).mode(mode).build());

    assertThat(response.hits()).isEmpty();
  }

  @Test
  void get_upsertedDocument_isWhatWasWritten() {
    VectorCollection collection = create(3, Similarity.EUCLIDEAN);
    Metadata metadata =
        Metadata.builder()
            .put("z", "é😀 \u0000\n")
            .put("big", (1L << 53) + 1)
            .put("whole", 5.0)
            .put("flag", false)
            .put("tags", List.of("b", "a", "b"))
            .build();
    Document document =
        new Document("d1", "Some text,\nwith é😀.", metadata, Embedding.of(1, -2.5f, 1e-30f));

    collection.upsert(List.of(document));

    assertThat(collection.get("d1")).contains(document);
    assertThat(collection.get("d1").orElseThrow().metadata().asMap().keySet())
        .containsExactly("z", "big", "whole", "flag", "tags");
    assertThat(collection.scan(null, 10, null)).containsExactly(document);
    assertThat(collection.search(SearchRequest.vector(Embedding.of(0, 0, 0)).build()).hits())
        .singleElement()
        .satisfies(hit -> assertThat(hit.document()).isEqualTo(document.withEmbedding(null)));
  }

  @Test
  void get_documentWithoutTextOrWithEmptyText_keepsTheDifference() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);

    collection.upsert(
        List.of(
            Document.of("none", Embedding.of(1)),
            new Document("empty", "", Metadata.empty(), Embedding.of(1)),
            Document.of("text", "only text")));

    assertThat(collection.get("none").orElseThrow().text()).isNull();
    assertThat(collection.get("empty").orElseThrow().text()).isEmpty();
    assertThat(collection.get("text").orElseThrow().embedding()).isNull();
    assertThat(collection.search(SearchRequest.vector(Embedding.of(1)).build()).ids())
        .containsExactly("empty", "none");
  }

  @Test
  void get_cosineCollection_returnsTheUnitVector() {
    VectorCollection collection = create(2, Similarity.COSINE);

    collection.upsert(List.of(Document.of("a", Embedding.of(3, 4))));

    assertThat(collection.get("a").orElseThrow().embedding()).isEqualTo(Embedding.of(0.6f, 0.8f));
  }

  @Test
  void upsert_existingId_replacesEverything() {
    VectorCollection collection = create(2, Similarity.EUCLIDEAN);
    collection.upsert(
        List.of(
            new Document("a", "alpha", Metadata.of("k", "old"), Embedding.of(1, 1)),
            Document.of("b", Embedding.of(2, 2))));
    Document newer = new Document("a", null, Metadata.of("l", "new"), Embedding.of(5, 5));

    collection.upsert(List.of(newer));

    assertThat(collection.get("a")).contains(newer);
    assertThat(collection.count(null)).isEqualTo(2);
    assertThat(collection.count(new Filter.Exists("k"))).isZero();
    assertThat(collection.search(text("alpha").mode(SearchMode.KEYWORD).build()).hits()).isEmpty();
    assertThat(collection.search(SearchRequest.vector(Embedding.of(1, 1)).build()).ids())
        .containsExactly("b", "a");
  }

  @Test
  void upsert_noDocuments_changesNothing() {
    VectorCollection collection = create(2, Similarity.COSINE);

    collection.upsert(List.of());

    assertThat(collection.count(null)).isZero();
  }

  @Test
  void delete_ids_countsTheExistingOnesOnce() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    collection.upsert(documents("a", "b", "c", "d"));

    assertThat(collection.delete(List.of("b", "x", "b", "d", ""))).isEqualTo(2);

    assertThat(ids(collection.scan(null, 10, null))).containsExactly("a", "c");
    assertThat(collection.get("b")).isEmpty();
    assertThat(collection.delete(List.of("b"))).isZero();
    assertThat(collection.delete(List.of())).isZero();
    assertThat(collection.search(SearchRequest.vector(Embedding.of(0)).build()).ids())
        .containsExactly("a", "c");
  }

  @Test
  void delete_filter_deletesWhatMatches() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    collection.upsert(
        IntStream.range(0, 20)
            .mapToObj(i -> new Document("d" + i, null, number(i), Embedding.of(i)))
            .toList());

    assertThat(collection.delete(new Filter.Gte("n", MetadataValue.of(5)))).isEqualTo(15);

    assertThat(ids(collection.scan(null, 50, null))).containsExactly("d0", "d1", "d2", "d3", "d4");
    assertThat(collection.count(new Filter.Lt("n", MetadataValue.of(2)))).isEqualTo(2);
  }

  @Test
  void scan_pages_areInTheOrderOfUtf8Bytes() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    List<String> ids = new ArrayList<>(strangeIds());
    IntStream.range(0, 40).forEach(i -> ids.add("n" + i));
    for (List<String> part : List.of(ids.subList(20, ids.size()), ids.subList(0, 20))) {
      collection.upsert(documents(part.toArray(new String[0])));
    }
    collection.delete(List.of("n7"));
    ids.remove("n7");
    ids.sort((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b)));

    for (int limit : new int[] {1, 7, ids.size(), 10_000}) {
      List<String> paged = new ArrayList<>();
      List<Document> page = collection.scan(null, limit, null);
      while (!page.isEmpty()) {
        assertThat(page).hasSizeLessThanOrEqualTo(limit);
        paged.addAll(ids(page));
        page = collection.scan(paged.getLast(), limit, null);
      }
      assertThat(paged).isEqualTo(ids);
    }
  }

  @Test
  void scan_afterAnIdThatIsGone_goesOnBehindIt() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    collection.upsert(documents("a", "b", "c"));
    collection.delete(List.of("b"));

    assertThat(ids(collection.scan("b", 10, null))).containsExactly("c");
    assertThat(ids(collection.scan("aa", 10, null))).containsExactly("c");
    assertThat(collection.scan("c", 10, null)).isEmpty();
    assertThat(ids(collection.scan("", 10, null))).containsExactly("a", "c");
  }

  @Test
  void scan_withFilter_pagesOverTheMatches() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    collection.upsert(
        IntStream.range(10, 60)
            .mapToObj(i -> new Document("d" + i, null, number(i % 3), Embedding.of(i)))
            .toList());
    Filter filter = Filter.eq("n", 1);

    List<String> first = ids(collection.scan(null, 5, filter));
    List<String> second = ids(collection.scan(first.getLast(), 100, filter));

    assertThat(first).containsExactly("d10", "d13", "d16", "d19", "d22");
    assertThat(second).hasSize(12).first().isEqualTo("d25");
  }

  static List<String> strangeIds() {
    return List.of(
        "../../x",
        "a/b\\c",
        "C:\\temp",
        "%2e%2e%2f",
        "' OR 1=1 --",
        "*",
        "a?b",
        "id with  spaces ",
        "😀👩‍👩‍👧",
        "\uFFFD",
        "\uFFFF",
        "\uE000",
        "مرحبا",
        "\u202Ertl",
        "e\u0301",
        "é",
        "NULL",
        "A",
        "a",
        "x".repeat(512),
        "😀".repeat(128),
        "{\"json\":true}");
  }

  @ParameterizedTest
  @MethodSource("strangeIds")
  void id_anyCharacters_isKeptExactly(String id) {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    List<String> all = strangeIds();
    collection.upsert(documents(all.toArray(new String[0])));

    assertThat(collection.get(id).orElseThrow().id()).isEqualTo(id);
    assertThat(collection.search(SearchRequest.vector(Embedding.of(0)).k(100).build()).ids())
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(collection.delete(List.of(id))).isEqualTo(1);
    assertThat(collection.get(id)).isEmpty();
    assertThat(collection.count(null)).isEqualTo(all.size() - 1);
    try (Stream<Path> outside = Files.list(folder)) {
      assertThat(outside.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(namesInFolder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void get_idWithAnUnpairedSurrogate_isNotTheReplacementCharacter() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    collection.upsert(documents("\uFFFD"));

    assertThat(collection.get("\uD83D")).isEmpty();
    assertThat(collection.delete(List.of("\uD83D"))).isZero();
    assertThat(collection.count(null)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"3,300", "128,300", "1536,80", "4096,40"})
  void search_exact_equalsBruteForce(int dimension, int documents) {
    for (Similarity similarity : Similarity.values()) {
      VectorCollection collection =
          attune.createCollection(
              similarity.name().toLowerCase(Locale.ROOT), spec(dimension, similarity));
      SplittableRandom random = new SplittableRandom(dimension);
      List<String> ids = IntStream.range(0, documents).mapToObj(i -> "d" + i).toList();
      List<Embedding> vectors = ids.stream().map(id -> Vectors.random(dimension, random)).toList();
      for (int start = 0; start < documents; start += 100) {
        collection.upsert(batch(ids, vectors, start, Math.min(documents, start + 100)));
      }

      for (int q = 0; q < 10; q++) {
        Embedding query = Vectors.random(dimension, random);
        List<Vectors.Scored> expected = Vectors.bruteForce(similarity, query, ids, vectors);
        for (int k : new int[] {1, 10, documents}) {
          SearchResponse response =
              collection.search(
                  SearchRequest.vector(query).k(k).tuning(SearchTuning.exactScan()).build());

          assertRanking(response.hits(), expected, k, TOLERANCE * Math.sqrt(dimension));
          assertThat(response.stats().plan()).isEqualTo(Plan.EXACT);
          assertThat(response.stats().visited()).isEqualTo(documents);
          assertThat(response.stats().adapterVersion()).isNull();
          assertThat(response.stats().warnings()).isEmpty();
        }
      }
    }
  }

  @Test
  void search_cosine_ignoresTheLengthOfVectors() {
    VectorCollection collection = create(2, Similarity.COSINE);
    collection.upsert(
        List.of(
            Document.of("same", Embedding.of(5, 0)),
            Document.of("right", Embedding.of(0, 1e-3f)),
            Document.of("opposite", Embedding.of(-300, 0))));

    List<SearchHit> hits =
        collection.search(SearchRequest.vector(Embedding.of(20, 0)).build()).hits();

    assertThat(hits).extracting(SearchHit::id).containsExactly("same", "right", "opposite");
    assertThat(hits.get(0).score()).isCloseTo(1, within(1e-6f));
    assertThat(hits.get(1).score()).isCloseTo(0, within(1e-6f));
    assertThat(hits.get(2).score()).isCloseTo(-1, within(1e-6f));
  }

  @Test
  void search_dotProduct_reportsThePlainProduct() {
    VectorCollection collection = create(1, Similarity.DOT_PRODUCT);
    collection.upsert(
        List.of(
            Document.of("large", Embedding.of(1e6f)),
            Document.of("zero", Embedding.of(0)),
            Document.of("small", Embedding.of(-0.5f)),
            Document.of("negative", Embedding.of(-1e6f))));

    List<SearchHit> hits = collection.search(SearchRequest.vector(Embedding.of(2)).build()).hits();

    assertThat(hits)
        .extracting(SearchHit::id)
        .containsExactly("large", "zero", "small", "negative");
    assertThat(hits.get(0).score()).isCloseTo(2e6f, within(1f));
    assertThat(hits.get(1).score()).isZero();
    assertThat(hits.get(2).score()).isCloseTo(-1, within(1e-6f));
    assertThat(hits.get(3).score()).isCloseTo(-2e6f, within(1f));
  }

  @Test
  void search_euclidean_zeroVectorsAreOrdinary() {
    VectorCollection collection = create(2, Similarity.EUCLIDEAN);
    collection.upsert(
        List.of(Document.of("origin", Embedding.of(0, 0)), Document.of("far", Embedding.of(3, 4))));

    List<SearchHit> hits =
        collection.search(SearchRequest.vector(Embedding.of(0, 0)).build()).hits();

    assertThat(hits).extracting(SearchHit::id).containsExactly("origin", "far");
    assertThat(hits.get(0).score()).isEqualTo(1);
    assertThat(hits.get(1).score()).isCloseTo(1 / 26f, within(1e-7f));
  }

  @ParameterizedTest
  @EnumSource
  void search_moreThanThereAre_returnsAllAndRanksFromOne(SearchMode mode) {
    VectorCollection collection = create(2, Similarity.COSINE);
    collection.upsert(
        List.of(
            new Document("a", "word", Metadata.empty(), Embedding.of(1, 0)),
            new Document("b", "word", Metadata.empty(), Embedding.of(0, 1)),
            new Document("c", "word", Metadata.empty(), Embedding.of(1, 1))));
    collection.delete(List.of("b"));

    List<SearchHit> hits =
        collection
            .search(both("word", Embedding.of(1, 0)).mode(mode).k(SearchRequest.MAX_K).build())
            .hits();

    assertThat(hits).extracting(SearchHit::id).containsExactly("a", "c");
    assertThat(hits).extracting(SearchHit::rank).containsExactly(1, 2);
  }

  @ParameterizedTest
  @EnumSource
  void search_equalScores_areOrderedById(SearchMode mode) {
    VectorCollection collection = create(2, Similarity.COSINE);
    List<String> ids = IntStream.range(0, 40).mapToObj(i -> "d" + (i * 7 % 40)).toList();
    for (int start = 0; start < 40; start += 8) {
      collection.upsert(
          ids.subList(start, start + 8).stream()
              .map(id -> new Document(id, "same words", Metadata.empty(), Embedding.of(1, 2)))
              .toList());
    }

    List<String> found =
        collection.search(both("words", Embedding.of(2, 1)).mode(mode).k(40).build()).ids();

    assertThat(found).isEqualTo(ids.stream().sorted().toList());
  }

  @Test
  void search_withoutDocuments_returnsIdsOnly() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    collection.upsert(documents("a", "b"));

    assertThat(
            collection
                .search(SearchRequest.vector(Embedding.of(0)).withDocuments(false).build())
                .hits())
        .hasSize(2)
        .allSatisfy(hit -> assertThat(hit.document()).isNull());
  }

  @Test
  void search_filterOnAnUnknownField_findsNothing() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    collection.upsert(documents("a", "b"));

    assertThat(
            collection
                .search(
                    SearchRequest.vector(Embedding.of(0))
                        .filter(Filter.eq("'] + T(java.lang.Runtime)", "x' OR 1=1"))
                        .build())
                .hits())
        .isEmpty();
  }

  @Test
  void metadata_namesAndValuesThatLookLikeCode_areLiteral() {
    VectorCollection collection = create(1, Similarity.EUCLIDEAN);
    List<String> texts =
        List.of("'] + T(java.lang.Runtime)", "*", "a*b", "\"q\"", "__proto__", "a:b");
    List<Document> documents = new ArrayList<>();
    for (String text : texts) {
      documents.add(
          new Document(
              "d" + documents.size(),
              null,
              text.startsWith("_") ? Metadata.of("k", text) : Metadata.of(text, text),
              Embedding.of(1)));
    }
    collection.upsert(documents);

    for (String text : texts) {
      String field = text.startsWith("_") ? "k" : text;
      assertThat(collection.count(Filter.eq(field, text))).as(text).isEqualTo(1);
      assertThat(collection.count(new Filter.Exists(field))).as(text).isEqualTo(1);
      assertThat(collection.count(new Filter.Contains(field, text))).as(text).isEqualTo(1);
    }
  }

  @Test
  void stats_afterWrites_countLiveDocumentsAndBytes() {
    VectorCollection collection = create(4, Similarity.EUCLIDEAN);
    collection.upsert(
        IntStream.range(0, 10)
            .mapToObj(i -> Document.of("d" + i, Embedding.of(i, 1, 2, 3)))
            .toList());
    collection.delete(List.of("d1", "d2"));

    CollectionStats stats = collection.stats();

    assertThat(stats.documents()).isEqualTo(8);
    assertThat(stats.deletedDocuments()).isEqualTo(2);
    assertThat(stats.segments()).isEqualTo(1);
    assertThat(stats.diskBytes()).isGreaterThan(10 * 4 * Float.BYTES);
  }

  @Test
  void embedderlessTexts_areFoundByKeywordsOnly() {
    VectorCollection collection = create(2, Similarity.COSINE);
    collection.upsert(
        List.of(
            Document.of("text", "printer toner"),
            new Document("both", "printer paper", Metadata.empty(), Embedding.of(1, 0))));

    assertThat(collection.search(text("printer").mode(SearchMode.KEYWORD).build()).ids())
        .containsExactly("both", "text");
    assertThat(collection.search(SearchRequest.vector(Embedding.of(1, 0)).build()).ids())
        .containsExactly("both");
    assertThat(
            Set.copyOf(
                collection
                    .search(both("toner", Embedding.of(1, 0)).mode(SearchMode.HYBRID).build())
                    .ids()))
        .containsExactlyInAnyOrder("both", "text");
  }

  private static SearchRequest.Builder text(String text) {
    return SearchRequest.text(text);
  }

  private static SearchRequest.Builder both(String text, Embedding vector) {
    return SearchRequest.of(new Query.ByTextAndEmbedding(text, vector));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Metadata number(long n) {
    return Metadata.builder().put("n", n).build();
  }

  private static List<String> ids(List<Document> documents) {
    return documents.stream().map(Document::id).toList();
  }

  private static List<Document> documents(String... ids) {
    List<Document> documents = new ArrayList<>();
    for (String id : ids) {
      documents.add(Document.of(id, Embedding.of(documents.size() + 1)));
    }
    return documents;
  }

  private static List<Document> batch(List<String> ids, List<Embedding> vectors, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Document.of(ids.get(i), vectors.get(i)))
        .toList();
  }
}
