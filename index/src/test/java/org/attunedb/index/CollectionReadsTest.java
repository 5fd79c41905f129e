package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads that a collection and its snapshots share. */
class CollectionReadsTest extends StoreTest {
  private static final int DOCUMENTS = 200;

  private final SplittableRandom random = new SplittableRandom(3);
  private VectorCollection collection;

  @BeforeEach
  void fill() {
    collection = attune.createCollection("lexical", CollectionSpec.lexical());
    collection.upsert(IntStream.range(0, 120).mapToObj(this::document).toList());
    collection.upsert(IntStream.range(120, DOCUMENTS).mapToObj(this::document).toList());
  }

  private Document document(int i) {
    String text = "word%s word%s common".formatted(i % 7, random.nextInt(20));
    return Document.of("d" + i, text, Metadata.builder().put("n", i).build());
  }

  private static Filter below(int n) {
    return new Filter.Lt("n", MetadataValue.of(n));
  }

  @Test
  void getAll_knownAndUnknownIds_areInTheOrderAsked() {
    List<String> asked = List.of("d150", "none", "d3", "", "\uD83D", "d150", "d0");

    assertThat(collection.getAll(asked))
        .extracting(Document::id)
        .containsExactly("d150", "d3", "d150", "d0");
    assertThat(collection.getAll(List.of("d3")))
        .containsExactly(collection.get("d3").orElseThrow());
    assertThat(collection.getAll(List.of())).isEmpty();
  }

  @Test
  void getAll_tooManyIds_isRefused() {
    List<String> ids = Collections.nCopies(CollectionReads.MAX_PAGE + 1, "d0");

    assertRefused(ErrorCode.BATCH_TOO_LARGE, () -> collection.getAll(ids))
        .withMessageContaining("10001 ids");
    assertThat(collection.getAll(ids.subList(1, ids.size()))).hasSize(CollectionReads.MAX_PAGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 200, 10_000})
  void ids_pages_areThoseOfScan(int limit) {
    collection.delete(List.of("d7", "d130"));
    for (Filter filter : new Filter[] {null, below(100), below(0)}) {
      List<String> expected =
          collection.scan(null, 10_000, filter).stream().map(Document::id).toList();
      List<String> paged = new ArrayList<>();
      List<String> page = collection.ids(null, limit, filter);
      while (!page.isEmpty()) {
        assertThat(page).hasSizeLessThanOrEqualTo(limit);
        paged.addAll(page);
        page = collection.ids(paged.getLast(), limit, filter);
      }

      assertThat(paged).isEqualTo(expected);
    }
    assertThat(collection.ids(null, 10_000, null)).hasSize(DOCUMENTS - 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 10_001})
  void ids_limitOutOfRange_isRefused(int limit) {
    assertRefused(ErrorCode.OPTION_OUT_OF_RANGE, () -> collection.ids(null, limit, null))
        .withMessageContaining("limit is " + limit);
  }

  @Test
  void searchAll_mixedRequests_answersEachAsSearchDoes() {
    List<SearchRequest> requests = requests();

    List<SearchResponse> answers = collection.searchAll(requests);

    assertThat(answers).hasSameSizeAs(requests);
    for (int i = 0; i < requests.size(); i++) {
      SearchResponse alone = collection.search(requests.get(i));
      assertSameHits(requests.get(i), answers.get(i), alone);
      assertThat(answers.get(i).stats().plan()).isEqualTo(alone.stats().plan());
      assertThat(answers.get(i).stats().warnings()).isEqualTo(alone.stats().warnings());
    }
    assertThat(collection.searchAll(List.of())).isEmpty();
  }

  /**
   * The last digits of a score depend on whether the code that sums was compiled by then. Fusion
   * divides by the spread of a ranking's scores, which makes that difference the larger.
   */
  private static void assertSameHits(
      SearchRequest request, SearchResponse actual, SearchResponse expected) {
    float tolerance = request.mode() == SearchMode.HYBRID ? 1e-5f : 1e-6f;
    assertThat(actual.ids()).as("%s", request).isEqualTo(expected.ids());
    for (int i = 0; i < expected.hits().size(); i++) {
      SearchHit hit = actual.hits().get(i);
      SearchHit other = expected.hits().get(i);
      assertThat(hit.score()).as("%s", request).isCloseTo(other.score(), within(tolerance));
      assertThat(hit.rank()).isEqualTo(other.rank());
      assertThat(hit.document()).isEqualTo(other.document());
    }
  }

  private List<SearchRequest> requests() {
    List<SearchRequest> requests = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String text = "word%s and word%s".formatted(i % 20, i % 7);
      Embedding vector = Vectors.random(collection.spec().dimension(), random);
      Query query =
          List.of(
                  new Query.ByText(text),
                  new Query.ByTextAndEmbedding(text, vector),
                  new Query.ByText("unheard"))
              .get(i % 3);
      SearchMode mode = List.copyOf(EnumSet.allOf(SearchMode.class)).get((i / 3) % 3);
      requests.add(SearchRequest.of(query).mode(mode).k(1 + i).build());
    }
    return requests;
  }

  @Test
  void searchAll_oneFault_isAFaultOfAll() {
    List<SearchRequest> requests = new ArrayList<>(requests());
    requests.add(SearchRequest.vector(Embedding.of(1, 2)).build());

    assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> collection.searchAll(requests))
        .withMessageContaining("2 dimensions");
  }

  @Test
  void searchAll_tooMany_isRefused() {
    List<SearchRequest> requests =
        Collections.nCopies(
            CollectionReads.MAX_SEARCHES + 1,
            SearchRequest.text("common").mode(SearchMode.KEYWORD).k(1).build());

    assertRefused(ErrorCode.BATCH_TOO_LARGE, () -> collection.searchAll(requests))
        .withMessageContaining("1001 requests");
    assertThat(collection.searchAll(requests.subList(1, requests.size()))).hasSize(1_000);
  }

  @Test
  void snapshot_laterWrites_areNotSeen() {
    List<SearchRequest> requests = requests();
    List<SearchResponse> before = collection.searchAll(requests);
    List<Document> documents = collection.scan(null, 10_000, null);
    try (CollectionSnapshot snapshot = collection.snapshot()) {
      collection.delete(below(150));
      collection.upsert(List.of(document(199), document(1_000)));

      assertThat(snapshot.count(null)).isEqualTo(DOCUMENTS);
      assertThat(snapshot.count(below(150))).isEqualTo(150);
      assertThat(snapshot.scan(null, 10_000, null)).isEqualTo(documents);
      assertThat(snapshot.ids(null, 10_000, null)).hasSize(DOCUMENTS).contains("d0");
      assertThat(snapshot.get("d0")).isPresent();
      assertThat(snapshot.get("d1000")).isEmpty();
      assertThat(snapshot.getAll(List.of("d0", "d1000"))).hasSize(1);
      List<SearchResponse> after = snapshot.searchAll(requests);
      assertThat(after).hasSameSizeAs(before);
      for (int i = 0; i < requests.size(); i++) {
        assertSameHits(requests.get(i), after.get(i), before.get(i));
      }
      assertSameHits(requests.get(4), snapshot.search(requests.get(4)), before.get(4));
      assertThat(collection.count(null)).isEqualTo(51);
    }
    try (CollectionSnapshot snapshot = collection.snapshot()) {
      assertThat(snapshot.count(null)).isEqualTo(51);
    }
  }

  @Test
  void snapshot_closed_refusesReads() {
    CollectionSnapshot closed = collection.snapshot();
    CollectionSnapshot other = collection.snapshot();
    closed.close();
    closed.close();

    assertRefusesReads(closed);
    assertThat(other.count(null)).isEqualTo(DOCUMENTS);
    assertThat(collection.count(null)).isEqualTo(DOCUMENTS);
    other.close();
  }

  @Test
  void snapshot_storeClosed_refusesReadsAndClosesQuietly() {
    CollectionSnapshot snapshot = collection.snapshot();
    attune.close();

    assertRefusesReads(snapshot);
    snapshot.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> collection.snapshot())
        .withMessageContaining("'lexical' is closed");
  }

  private static void assertRefusesReads(CollectionReads snapshot) {
    SearchRequest request = SearchRequest.text("common").build();
    List<Runnable> reads =
        List.of(
            () -> snapshot.get("d0"),
            () -> snapshot.getAll(List.of("d0")),
            () -> snapshot.count(null),
            () -> snapshot.scan(null, 1, null),
            () -> snapshot.ids(null, 1, null),
            () -> snapshot.search(request),
            () -> snapshot.searchAll(List.of(request)));
    for (Runnable read : reads) {
      assertThatIllegalStateException()
          .isThrownBy(read::run)
          .withMessageContaining("snapshot of collection 'lexical' is closed");
    }
  }
}
