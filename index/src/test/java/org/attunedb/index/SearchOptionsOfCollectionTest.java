package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.SearchTimeoutException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Mmr;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats;
import org.attunedb.core.search.SearchTuning;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Diversity, timeouts, statistics, and hits after deletes, in every mode and similarity. */
class SearchOptionsOfCollectionTest extends StoreTest {
  private static final int DOCUMENTS = 150;
  private static final int DIMENSION = 5;

  private final SplittableRandom random = new SplittableRandom(21);
  private final Map<String, Document> live = new HashMap<>();

  @SuppressWarnings("NullAway.Init")
  private VectorCollection collection;

  private void fill(Similarity similarity) {
    collection = attune.createCollection("things", CollectionSpec.vectors(DIMENSION, similarity));
    collection.upsert(IntStream.range(0, 90).mapToObj(this::document).toList());
    collection.upsert(IntStream.range(90, DOCUMENTS).mapToObj(this::document).toList());
  }

  private Document document(int i) {
    String text = i % 6 == 5 ? null : "word ".repeat(1 + i) + "other";
    Embedding vector = text != null && i % 7 == 4 ? null : Vectors.random(DIMENSION, random);
    Metadata metadata = Metadata.builder().put("n", i).build();
    Document document = new Document("d" + i, text, metadata, vector);
    live.put(document.id(), document);
    return document;
  }

  private Query query() {
    return new Query.ByTextAndEmbedding("word", Vectors.random(DIMENSION, random));
  }

  @ParameterizedTest
  @EnumSource
  void search_mmr_equalsTheDefinition(Similarity similarity) {
    fill(similarity);
    for (SearchMode mode : SearchMode.values()) {
      for (double lambda : new double[] {0, 0.3, 0.7, 1}) {
        Query query = query();
        List<SearchHit> ranking = hits(SearchRequest.of(query).mode(mode).k(40));
        for (int k : new int[] {1, 10, 40}) {
          List<SearchHit> picked =
              hits(SearchRequest.of(query).mode(mode).k(k).mmr(new Mmr(lambda, 40)));

          List<SearchHit> expected = mmr(ranking, mode, similarity, lambda).subList(0, k);
          assertThat(picked)
              .as("%s lambda %s", mode, lambda)
              .extracting(SearchHit::id)
              .isEqualTo(expected.stream().map(SearchHit::id).toList());
          assertThat(picked)
              .extracting(SearchHit::score)
              .isEqualTo(expected.stream().map(SearchHit::score).toList());
          assertThat(picked)
              .extracting(SearchHit::rank)
              .isEqualTo(IntStream.rangeClosed(1, k).boxed().toList());
        }
      }
    }
  }

  private List<SearchHit> hits(SearchRequest.Builder request) {
    return collection.search(request.withDocuments(false).build()).hits();
  }

  private List<SearchHit> mmr(
      List<SearchHit> ranking, SearchMode mode, Similarity similarity, double lambda) {
    double best = ranking.getFirst().score();
    double worst = ranking.getLast().score();
    boolean plain = mode == SearchMode.VECTOR && similarity != Similarity.DOT_PRODUCT;
    List<SearchHit> left = new ArrayList<>(ranking);
    List<SearchHit> picked = new ArrayList<>();
    while (!left.isEmpty()) {
      SearchHit next = left.getFirst();
      double nextValue = Double.NEGATIVE_INFINITY;
      for (SearchHit hit : left) {
        double relevance = plain ? hit.score() : (hit.score() - worst) / (best - worst);
        double likeness =
            picked.stream()
                .mapToDouble(other -> likeness(similarity, vector(hit), vector(other)))
                .max()
                .orElse(0);
        double value = lambda * relevance - (1 - lambda) * likeness;
        if (value > nextValue + 1e-12) {
          next = hit;
          nextValue = value;
        }
      }
      left.remove(next);
      picked.add(next);
    }
    return picked;
  }

  private @Nullable Embedding vector(SearchHit hit) {
    return collection.get(hit.id()).orElseThrow().embedding();
  }

  private static double likeness(
      Similarity similarity, @Nullable Embedding a, @Nullable Embedding b) {
    return a == null || b == null
        ? 0
        : Vectors.score(
            similarity == Similarity.EUCLIDEAN ? Similarity.EUCLIDEAN : Similarity.COSINE, a, b);
  }

  @Test
  void search_mmrOverCopies_picksEachOnceFirst() {
    collection = attune.createCollection("copies", CollectionSpec.vectors(2, Similarity.COSINE));
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      documents.add(Document.of("near" + i, Embedding.of(1, 0)));
    }
    documents.add(Document.of("other", Embedding.of(1, 1)));
    documents.add(Document.of("far", Embedding.of(0, 1)));
    collection.upsert(documents);
    SearchRequest.Builder request = SearchRequest.vector(Embedding.of(1, 0.1f)).k(3);

    assertThat(hits(request)).extracting(SearchHit::id).containsExactly("near0", "near1", "near10");
    assertThat(hits(request.mmr(new Mmr(0.5, 50))))
        .extracting(SearchHit::id)
        .startsWith("near0")
        .contains("far");
    assertThat(hits(request.k(2).offset(1))).extracting(SearchHit::rank).containsExactly(2, 3);
  }

  @ParameterizedTest
  @EnumSource(SearchMode.class)
  void search_noTimeLeft_isATypedFault(SearchMode mode) {
    fill(Similarity.COSINE);
    SearchRequest.Builder request =
        SearchRequest.of(query()).mode(mode).filter(new Filter.Exists("n"));

    assertThatExceptionOfType(SearchTimeoutException.class)
        .isThrownBy(() -> collection.search(request.timeout(Duration.ofNanos(1)).build()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SEARCH_TIMEOUT))
        .withMessageContaining("PT0.000000001S");
    assertThatExceptionOfType(SearchTimeoutException.class)
        .isThrownBy(() -> collection.searchAll(List.of(request.build())));
  }

  @ParameterizedTest
  @EnumSource(SearchMode.class)
  void search_enoughTime_answersAsWithoutTimeout(SearchMode mode) {
    fill(Similarity.DOT_PRODUCT);
    SearchRequest.Builder request =
        SearchRequest.of(query()).mode(mode).k(50).filter(Filter.not(Filter.eq("n", 3)));
    List<SearchHit> expected = collection.search(request.build()).hits();

    for (Duration timeout : List.of(Duration.ofDays(1), Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThat(collection.search(request.timeout(timeout).build()).hits()).isEqualTo(expected);
    }
  }

  @Test
  void stats_filteredSearch_countsWhatItDid() {
    fill(Similarity.COSINE);
    Filter filter = new Filter.Lt("n", MetadataValue.of(60));
    long withVector =
        live.values().stream()
            .filter(d -> d.embedding() != null && filter.matches(d.metadata()))
            .count();

    SearchStats vector = stats(SearchMode.VECTOR, filter);
    assertThat(vector.matched()).isEqualTo(60);
    assertThat(vector.visited()).isEqualTo(withVector);
    assertThat(vector.rescored()).isZero();
    assertThat(vector.elapsed()).isPositive();
    SearchStats keyword = stats(SearchMode.KEYWORD, filter);
    assertThat(keyword.matched()).isNull();
    assertThat(keyword.visited()).isZero();
    SearchStats hybrid = stats(SearchMode.HYBRID, filter);
    assertThat(hybrid.matched()).isEqualTo(60);
    assertThat(hybrid.rescored()).isEqualTo(60);
    assertThat(stats(SearchMode.VECTOR, null).matched()).isNull();
  }

  private SearchStats stats(SearchMode mode, @Nullable Filter filter) {
    return collection.search(SearchRequest.of(query()).mode(mode).filter(filter).build()).stats();
  }

  @ParameterizedTest
  @EnumSource(SearchMode.class)
  void search_unknownFilterField_hasNoHitsAndSaysSo(SearchMode mode) {
    fill(Similarity.COSINE);
    collection.upsert(
        List.of(new Document("x", "word", Metadata.of("gone", "v"), Embedding.of(1, 2, 3, 4, 5))));
    collection.delete(List.of("x"));
    Filter filter =
        Filter.and(
            Filter.eq("m", 1), Filter.not(Filter.or(Filter.eq("n", 2), Filter.eq("gone", "v"))));

    SearchResponse response =
        collection.search(SearchRequest.of(query()).mode(mode).filter(filter).build());

    assertThat(response.hits()).isEmpty();
    assertThat(response.stats().warnings())
        .containsExactly(
            "no document has the metadata field 'gone'", "no document has the metadata field 'm'");
    assertThat(stats(mode, Filter.eq("n", 2)).warnings()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void search_afterDeletesAndReplacements_hasKOfTheBest(Similarity similarity) {
    fill(similarity);
    if (similarity != Similarity.COSINE) {
      Document zero = Document.of("zero", Embedding.of(new float[DIMENSION]));
      collection.upsert(List.of(zero));
      live.put("zero", zero);
    }
    for (int round = 0; round < 20; round++) {
      List<String> doomed =
          live.keySet().stream().sorted().skip(random.nextInt(9)).limit(6).toList();
      assertThat(collection.delete(doomed)).isEqualTo(doomed.size());
      live.keySet().removeAll(doomed);
      collection.upsert(List.of(document(random.nextInt(DOCUMENTS))));
      Embedding query = Vectors.random(DIMENSION, random);
      for (Filter filter : new Filter[] {null, new Filter.Lt("n", MetadataValue.of(70))}) {
        List<Document> matching =
            live.values().stream()
                .filter(d -> d.embedding() != null)
                .filter(d -> filter == null || filter.matches(d.metadata()))
                .toList();
        List<Vectors.Scored> expected =
            Vectors.bruteForce(
                similarity,
                query,
                matching.stream().map(Document::id).toList(),
                matching.stream().map(Document::embedding).toList());
        for (SearchTuning tuning :
            List.of(
                SearchTuning.automatic(), SearchTuning.exactScan(), new SearchTuning(20, false))) {
          for (int k : new int[] {1, 10, 1_000}) {
            List<SearchHit> hits =
                hits(SearchRequest.vector(query).k(k).filter(filter).tuning(tuning));

            assertThat(hits).hasSize(Math.min(k, expected.size()));
            if (tuning.ef() == 0 || k == 1_000) {
              Rankings.assertRanking(hits, expected, k, 2e-5);
            }
          }
        }
      }
    }
  }
}
