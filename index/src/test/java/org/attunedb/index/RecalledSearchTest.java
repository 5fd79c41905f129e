package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.QueryAdapter.Adapted;
import org.attunedb.core.adapter.QueryAdapter.Recalled;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.Mmr;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchAfter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Search with documents that the adapter's memory recalls, against scores made plainly of those of
 * a search without an adapter. Vectors and texts are few, so that most scores are equal.
 */
class RecalledSearchTest extends StoreTest {
  private static final int DIMENSION = 6;
  private static final int DOCUMENTS = 360;
  private static final int CANDIDATES = 100;
  private static final List<String> TEXTS =
      List.of("blorp zant", "blorp quim vrok", "zant", "plux plux blorp");

  private final SplittableRandom random = new SplittableRandom(42);
  private final List<Embedding> vectors =
      IntStream.range(0, 60).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
  private final FakeTrainer trainer = new FakeTrainer();
  private AdapterWeights weights;
  private LowRankAdapter adapter;
  private VectorCollection collection;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  /** Documents in three segments; some are gone, some have no vector, some no text. */
  @BeforeEach
  void fill() throws InterruptedException {
    collection =
        attune.createCollection("recalled", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    List<Integer> order = new ArrayList<>(IntStream.range(0, DOCUMENTS).boxed().toList());
    Collections.shuffle(order, new Random(9));
    for (int from = 0; from < DOCUMENTS; from += 120) {
      collection.upsert(order.subList(from, from + 120).stream().map(this::document).toList());
    }
    collection.delete(IntStream.range(0, 40).mapToObj(i -> "d" + i * 9).toList());
    assertThat(collection.stats().segments()).isGreaterThan(1);
    // The memory also names what is deleted or has never been.
    List<String> known = IntStream.range(0, DOCUMENTS + 30).mapToObj(i -> "d" + i).toList();
    QueryMemory memory = RandomAdapters.memory(50, DIMENSION, known, random);
    weights = RandomAdapters.withMemory(RandomAdapters.weights(DIMENSION, 3, random), memory);
    adapter = new LowRankAdapter(weights);
    publish(weights);
  }

  private void publish(AdapterWeights published) throws InterruptedException {
    trainer.publish(published);
    TrainingRequest request =
        TrainingRequest.of(
            LabelledQueries.ofVectors(
                List.of(Embedding.of(1, 0, 0, 0, 0, 0)),
                List.of(List.of(RelevantDocument.of("d1")))));
    assertThat(collection.deepMemory().train(request).await())
        .isInstanceOf(JobState.Completed.class);
  }

  private Document document(int i) {
    String text = i % 8 == 3 ? null : TEXTS.get(random.nextInt(TEXTS.size()));
    Embedding vector =
        text != null && i % 10 == 7 ? null : vectors.get(random.nextInt(vectors.size()));
    return new Document("d" + i, text, Metadata.builder().put("n", i % 30).build(), vector);
  }

  private Query query() {
    return new Query.ByTextAndEmbedding("blorp zant", Vectors.random(DIMENSION, random));
  }

  private static Embedding vector(Query query) {
    return ((Query.ByTextAndEmbedding) query).embedding();
  }

  private static SearchRequest.Builder request(SearchMode mode, Query query) {
    return SearchRequest.of(query).mode(mode).k(1_000).withDocuments(false);
  }

  /** An id and its score. */
  private record Scored(String id, float score) {
    static Scored of(SearchHit hit) {
      return new Scored(hit.id(), hit.score());
    }
  }

  private List<Scored> search(SearchRequest.Builder request) {
    return collection.search(request.build()).hits().stream().map(Scored::of).toList();
  }

  private static List<Scored> sorted(Map<String, Float> scores) {
    return scores.entrySet().stream()
        .map(e -> new Scored(e.getKey(), e.getValue()))
        .sorted(Comparator.comparing(Scored::score).reversed().thenComparing(Scored::id))
        .toList();
  }

  private static List<Scored> first(int k, List<Scored> ranking) {
    return ranking.subList(0, Math.min(k, ranking.size()));
  }

  /** Without an adapter, everything that matches. */
  private List<Scored> plain(SearchMode mode, Query query, @Nullable Filter filter) {
    return search(
        request(mode, query)
            .adapter(AdapterChoice.none())
            .tuning(SearchTuning.exactScan())
            .filter(filter));
  }

  private static Query with(Embedding vector) {
    return new Query.ByTextAndEmbedding("blorp zant", vector);
  }

  private static Map<String, Float> bonuses(Adapted adapted) {
    Map<String, Float> bonuses = new HashMap<>();
    for (Recalled recalled : adapted.recalled()) {
      bonuses.put(recalled.document(), recalled.bonus());
    }
    return bonuses;
  }

  /** Score and bonus of everything that matches. */
  private List<Scored> byVector(Query query, @Nullable Filter filter) {
    Adapted adapted = adapter.apply(vector(query), SearchMode.VECTOR);
    Map<String, Float> bonuses = bonuses(adapted);
    Map<String, Float> scores = new HashMap<>();
    for (Scored hit : plain(SearchMode.VECTOR, with(adapted.vector()), filter)) {
      scores.put(hit.id, hit.score + bonuses.getOrDefault(hit.id, 0f));
    }
    return sorted(scores);
  }

  /** {@code (1 - w)·v + w·t + bonus} over the candidates of both rankings and the recalled. */
  private List<Scored> hybrid(
      Query query,
      double weight,
      int candidates,
      @Nullable Filter filter,
      Map<String, Float> bonuses) {
    Adapted adapted = adapter.apply(vector(query), SearchMode.HYBRID);
    List<Scored> byVector = plain(SearchMode.VECTOR, with(adapted.vector()), filter);
    List<Scored> byKeyword = plain(SearchMode.KEYWORD, query, filter);
    Map<String, Float> v = new HashMap<>();
    byVector.forEach(hit -> v.put(hit.id, hit.score));
    Map<String, Float> t = new HashMap<>();
    byKeyword.forEach(hit -> t.put(hit.id, hit.score));
    Set<String> union = new LinkedHashSet<>();
    first(candidates, byVector).forEach(hit -> union.add(hit.id));
    first(candidates, byKeyword).forEach(hit -> union.add(hit.id));
    bonuses.keySet().stream().filter(matching(filter)).forEach(union::add);
    float first = byVector.getFirst().score;
    float last = byVector.get(Math.min(CANDIDATES, byVector.size()) - 1).score;
    float best = byKeyword.getFirst().score;
    Map<String, Float> scores = new HashMap<>();
    for (String id : union) {
      float own = v.getOrDefault(id, last);
      double position = own < last ? 0 : first > last ? (own - last) / (first - last) : 1;
      scores.put(
          id,
          (float)
              ((1 - weight) * position
                  + weight * t.getOrDefault(id, 0f) / best
                  + bonuses.getOrDefault(id, 0f)));
    }
    return sorted(scores);
  }

  private List<Scored> hybrid(Query query, int candidates, @Nullable Filter filter) {
    Adapted adapted = adapter.apply(vector(query), SearchMode.HYBRID);
    return hybrid(query, adapted.keywordWeight(), candidates, filter, bonuses(adapted));
  }

  private List<Scored> expected(SearchMode mode, Query query, int k, @Nullable Filter filter) {
    return mode == SearchMode.VECTOR
        ? byVector(query, filter)
        : hybrid(query, Math.max(k, CANDIDATES), filter);
  }

  /** Ids of the documents that exist and match {@code n < below}. */
  private Predicate<String> matching(@Nullable Filter filter) {
    Set<String> ids = new LinkedHashSet<>();
    collection.scan(null, 1_000, filter).forEach(document -> ids.add(document.id()));
    return ids::contains;
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "HYBRID"})
  void search_recalledDocuments_equalsScoreAndBonus(SearchMode mode) {
    int moved = 0;
    for (int q = 0; q < 6; q++) {
      Query query = query();
      for (int k : new int[] {1, 2, 10, 45, 99, 100, 101, 300, 1_000}) {
        List<Scored> expected = expected(mode, query, k, null);

        List<Scored> hits = search(request(mode, query).k(k));

        assertThat(hits).isEqualTo(first(k, expected));
        moved += hits.equals(first(k, plain(mode, query, null))) ? 0 : 1;
      }
    }
    assertThat(moved).isGreaterThan(45);
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "HYBRID"})
  void search_filter_recallsOnlyWhatMatches(SearchMode mode) {
    for (int below : new int[] {1, 2, 15, 29}) {
      Filter filter = new Filter.Lt("n", MetadataValue.of(below));
      Query query = query();
      for (int k : new int[] {1, 10, 1_000}) {
        assertThat(search(request(mode, query).k(k).filter(filter)))
            .isEqualTo(first(k, expected(mode, query, k, filter)));
      }
    }
    Filter none = new Filter.Lt("n", MetadataValue.of(-1));
    assertThat(search(request(mode, query()).filter(none))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "HYBRID"})
  void search_offset_leavesOutTheFirst(SearchMode mode) {
    Query query = query();
    for (int offset : new int[] {1, 10, 60, 200}) {
      List<Scored> expected = first(offset + 25, expected(mode, query, offset + 25, null));

      assertThat(search(request(mode, query).k(25).offset(offset)))
          .isEqualTo(expected.subList(Math.min(offset, expected.size()), expected.size()));
    }
    assertThat(search(request(mode, query).k(10).offset(9_990))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "HYBRID"})
  void search_minScore_countsTheBonus(SearchMode mode) {
    Query query = query();
    List<Scored> expected = first(100, expected(mode, query, 100, null));
    for (int place : new int[] {0, 3, 30, 99}) {
      float least = expected.get(place).score;

      assertThat(search(request(mode, query).k(100).minScore((double) least)))
          .isEqualTo(expected.stream().filter(hit -> hit.score >= least).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "HYBRID"})
  void search_pagesFromTheStart_areTheWholeOrder(SearchMode mode) {
    for (int q = 0; q < 3; q++) {
      Query query = query();
      Filter filter = q == 1 ? new Filter.Lt("n", MetadataValue.of(20)) : null;
      List<Scored> expected = expected(mode, query, DOCUMENTS, filter);
      for (int k : new int[] {1, 7, 64, 1_000}) {
        List<Scored> paged = new ArrayList<>();
        SearchRequest.Builder request = request(mode, query).k(k).filter(filter);
        List<SearchHit> page = collection.search(request.after(SearchAfter.start()).build()).hits();
        while (!page.isEmpty()) {
          page.forEach(hit -> paged.add(Scored.of(hit)));
          page = collection.search(request.after(page.getLast()).build()).hits();
        }

        assertThat(paged).isEqualTo(expected);
      }
    }
  }

  @Test
  void search_givenKeywordWeight_leavesTheMemoryOut() {
    for (double weight : new double[] {0, 0.3, 1}) {
      Query query = query();

      assertThat(
              search(
                  request(SearchMode.HYBRID, query)
                      .k(50)
                      .fusion(new Fusion.WeightedScores(weight))))
          .isEqualTo(first(50, hybrid(query, weight, CANDIDATES, null, Map.of())));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.7, 1})
  void search_mmr_picksByScoreAndBonus(double lambda) {
    Map<String, Embedding> vectorById = new HashMap<>();
    for (Document document : collection.scan(null, 1_000, null)) {
      if (document.embedding() != null) {
        vectorById.put(document.id(), document.embedding().normalized());
      }
    }
    for (int q = 0; q < 5; q++) {
      Query query = query();
      List<Scored> candidates = first(40, byVector(query, null));
      assertThat(adapter.apply(vector(query), SearchMode.VECTOR).recalled()).isNotEmpty();

      List<Scored> hits = search(request(SearchMode.VECTOR, query).k(12).mmr(new Mmr(lambda, 40)));

      assertMmr(hits, candidates, vectorById, lambda);
    }
  }

  /**
   * Each hit is, up to rounding, as good a pick as the best that was left; scores that a memory
   * raised count by their place between the last and the first.
   */
  private static void assertMmr(
      List<Scored> hits,
      List<Scored> candidates,
      Map<String, Embedding> vectorById,
      double lambda) {
    assertThat(hits).hasSize(12);
    assertThat(hits.getFirst().score).isEqualTo(candidates.getFirst().score);
    assertThat(candidates).containsAll(hits);
    float first = candidates.getFirst().score;
    float last = candidates.getLast().score;
    ToDoubleFunction<Scored> relevance = hit -> (hit.score - last) / (double) (first - last);
    List<Scored> left = new ArrayList<>(candidates);
    List<Scored> picked = new ArrayList<>();
    for (Scored hit : hits) {
      double best =
          left.stream()
              .mapToDouble(c -> value(c, picked, vectorById, lambda, relevance))
              .max()
              .orElseThrow();
      assertThat(value(hit, picked, vectorById, lambda, relevance)).isGreaterThan(best - 1e-5);
      left.remove(hit);
      picked.add(hit);
    }
  }

  private static double value(
      Scored hit,
      List<Scored> picked,
      Map<String, Embedding> vectorById,
      double lambda,
      ToDoubleFunction<Scored> relevance) {
    Embedding own = vector(vectorById, hit);
    double likeness =
        picked.stream().mapToDouble(other -> own.dot(vector(vectorById, other))).max().orElse(0);
    return lambda * relevance.applyAsDouble(hit) - (1 - lambda) * likeness;
  }

  private static Embedding vector(Map<String, Embedding> vectorById, Scored hit) {
    return Objects.requireNonNull(vectorById.get(hit.id));
  }

  /** A walk finds nearly all; what is recalled is scored exactly and never missed. */
  @Test
  void search_graph_holdsEveryRecalledDocumentThatBelongsThere() throws InterruptedException {
    VectorCollection large =
        attune.createCollection("graph", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    collection = large;
    for (int from = 0; from < 4_000; from += 2_000) {
      large.upsert(
          IntStream.range(from, from + 2_000)
              .mapToObj(i -> Document.of("d" + i, Vectors.random(DIMENSION, random)))
              .toList());
    }
    large.compact();
    publish(weights);
    int overlap = 0;
    for (int q = 0; q < 30; q++) {
      Query query = new Query.ByEmbedding(Vectors.random(DIMENSION, random));
      Embedding given = ((Query.ByEmbedding) query).embedding();
      Adapted adapted = adapter.apply(given, SearchMode.VECTOR);
      Map<String, Float> scores = new HashMap<>();
      for (Scored hit :
          search(
              request(SearchMode.VECTOR, new Query.ByEmbedding(adapted.vector()))
                  .adapter(AdapterChoice.none())
                  .tuning(SearchTuning.exactScan())
                  .k(4_000))) {
        scores.put(hit.id, hit.score + bonuses(adapted).getOrDefault(hit.id, 0f));
      }
      List<Scored> expected = first(25, sorted(scores));

      var response =
          large.search(
              request(SearchMode.VECTOR, query).k(25).tuning(new SearchTuning(60, false)).build());

      List<Scored> hits = response.hits().stream().map(Scored::of).toList();
      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      assertThat(hits).hasSize(25);
      assertThat(hits)
          .isSortedAccordingTo(
              Comparator.comparing(Scored::score).reversed().thenComparing(Scored::id));
      assertThat(hits).allSatisfy(hit -> assertThat(scores).containsEntry(hit.id, hit.score));
      assertThat(hits)
          .containsAll(
              expected.stream().filter(hit -> bonuses(adapted).containsKey(hit.id)).toList());
      overlap += (int) expected.stream().filter(hits::contains).count();
    }
    assertThat(overlap).isGreaterThan(30 * 25 * 95 / 100);
  }

  /** Where documents changed after training: another text and vector under a remembered id. */
  @Test
  void search_recalledDocumentWasReplaced_isScoredByItsNewVector() {
    Query query = query();
    String id =
        adapter.apply(vector(query), SearchMode.VECTOR).recalled().stream()
            .map(Recalled::document)
            .filter(matching(null))
            .findFirst()
            .orElseThrow();

    collection.upsert(List.of(Document.of(id, Vectors.random(DIMENSION, random))));

    assertThat(search(request(SearchMode.VECTOR, query))).isEqualTo(byVector(query, null));
  }
}
