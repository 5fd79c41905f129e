package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.training.KeywordScores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which searches apply an adapter that was found better for some modes only. */
class AdapterModesTest extends StoreTest {
  private static final int DIMENSION = 6;
  private static final int DOCUMENTS = 200;

  private final SplittableRandom random = new SplittableRandom(23);
  private final FakeTrainer trainer = new FakeTrainer();
  private VectorCollection collection;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  /** Every tenth document has no vector, every tenth no text. */
  @BeforeEach
  void fill() {
    collection =
        attune.createCollection("modes", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    for (int from = 0; from < DOCUMENTS; from += 100) {
      collection.upsert(
          IntStream.range(from, from + 100)
              .mapToObj(
                  i ->
                      new Document(
                          "d" + i,
                          i % 10 == 1 ? null : "blorp " + "zant ".repeat(i % 7) + "w" + i,
                          Metadata.empty(),
                          i % 10 == 2 ? null : Vectors.random(DIMENSION, random)))
              .toList());
    }
  }

  private AdapterWeights weights(ModeProfile vector, ModeProfile hybrid) {
    AdapterWeights some = RandomAdapters.weights(DIMENSION, 2, random);
    QueryMemory memory =
        RandomAdapters.memory(
            40, DIMENSION, IntStream.range(0, DOCUMENTS).mapToObj(i -> "d" + i).toList(), random);
    return new AdapterWeights(
        some.down(),
        some.up(),
        some.bias(),
        Map.of(SearchMode.VECTOR, vector, SearchMode.HYBRID, hybrid),
        memory);
  }

  private static ModeProfile profile(boolean better) {
    return new ModeProfile(better, new Blend(0.5f, 1), new Blend(0.5f, 0.25f), 0.5f);
  }

  private void publish(AdapterWeights weights) throws InterruptedException {
    trainer.publish(weights);
    TrainingRequest request =
        TrainingRequest.of(
            LabelledQueries.ofVectors(
                List.of(Embedding.of(1, 0, 0, 0, 0, 0)),
                List.of(List.of(RelevantDocument.of("d0")))));
    assertThat(collection.deepMemory().train(request).await())
        .isInstanceOf(JobState.Completed.class);
  }

  private Query query(String text) {
    return new Query.ByTextAndEmbedding(text, Vectors.random(DIMENSION, random));
  }

  private SearchResponse search(SearchMode mode, Query query, AdapterChoice choice) {
    return collection.search(SearchRequest.of(query).mode(mode).k(150).adapter(choice).build());
  }

  private static List<SearchHit> hits(SearchResponse response) {
    return response.hits();
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void search_activeAdapter_isAppliedWhereItIsBetter(boolean vector, boolean hybrid)
      throws InterruptedException {
    publish(weights(profile(vector), profile(hybrid)));
    for (int q = 0; q < 10; q++) {
      Query query = query("blorp zant");

      assertApplied(vector, SearchMode.VECTOR, query);
      assertApplied(hybrid, SearchMode.HYBRID, query);
      assertApplied(false, SearchMode.KEYWORD, query);
    }
  }

  private void assertApplied(boolean applied, SearchMode mode, Query query) {
    SearchResponse without = search(mode, query, AdapterChoice.none());
    SearchResponse active = search(mode, query, AdapterChoice.active());
    SearchResponse named = search(mode, query, AdapterChoice.version("v1"));
    SearchResponse batched =
        collection.searchAll(List.of(SearchRequest.of(query).mode(mode).k(150).build())).getFirst();
    boolean possible = mode != SearchMode.KEYWORD;

    assertThat(without.stats().adapterVersion()).isNull();
    assertThat(active.stats().adapterVersion()).isEqualTo(applied ? "v1" : null);
    assertThat(named.stats().adapterVersion()).isEqualTo(possible ? "v1" : null);
    assertThat(hits(active)).isEqualTo(hits(applied ? named : without));
    assertThat(hits(batched)).isEqualTo(hits(active));
    if (possible) {
      assertThat(hits(named)).isNotEqualTo(hits(without));
    }
  }

  /** Without a known word hybrid search ranks by vectors alone. */
  @ParameterizedTest
  @CsvSource({"true,true,true", "true,false,true", "false,true,false", "false,false,false"})
  void search_hybridWithoutAKnownWord_appliesWhatVectorSearchIsBetterWith(
      boolean vector, boolean hybrid, boolean applied) throws InterruptedException {
    publish(weights(profile(vector), profile(hybrid)));
    for (int q = 0; q < 10; q++) {
      Query query = query("unheard");

      SearchResponse active = search(SearchMode.HYBRID, query, AdapterChoice.active());
      SearchResponse named = search(SearchMode.HYBRID, query, AdapterChoice.version("v1"));

      AdapterChoice same = applied ? AdapterChoice.version("v1") : AdapterChoice.none();
      assertThat(hits(active)).isEqualTo(hits(search(SearchMode.VECTOR, query, same)));
      assertThat(active.stats().adapterVersion()).isEqualTo(applied ? "v1" : null);
      assertThat(hits(named))
          .isEqualTo(hits(search(SearchMode.VECTOR, query, AdapterChoice.version("v1"))));
      assertThat(named.stats().adapterVersion()).isEqualTo("v1");
    }
  }

  /** The identity, with a memory and without one: the same hits to the last bit. */
  @ParameterizedTest
  @EnumSource
  void search_adapterThatDoesNothing_givesTheSameBits(SearchMode mode) throws InterruptedException {
    ModeProfile nothing = new ModeProfile(true, Blend.constant(0), Blend.constant(0.5f), 0);
    AdapterWeights some = RandomAdapters.weights(DIMENSION, 2, random);
    List<AdapterWeights> identities =
        List.of(
            weights(nothing, nothing), new AdapterWeights(some.down(), some.up(), some.bias(), 0));
    for (AdapterWeights identity : identities) {
      publish(identity);
      for (int q = 0; q < 30; q++) {
        Query query = query("blorp zant");

        assertThat(hits(search(mode, query, AdapterChoice.active())))
            .isEqualTo(hits(search(mode, query, AdapterChoice.none())));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true"})
  void evaluate_betterForOneMode_comparesOnlyThatOne(boolean vector, boolean hybrid)
      throws InterruptedException {
    publish(weights(profile(vector), profile(hybrid)));
    List<String> texts = new ArrayList<>();
    List<Embedding> embeddings = new ArrayList<>();
    List<List<RelevantDocument>> relevance = new ArrayList<>();
    for (int q = 0; q < 60; q++) {
      texts.add(q % 5 == 0 ? "unheard" : "blorp zant");
      embeddings.add(Vectors.random(DIMENSION, random));
      relevance.add(List.of(RelevantDocument.of("d" + random.nextInt(DOCUMENTS))));
    }
    EvaluationRequest request =
        EvaluationRequest.of(LabelledQueries.of(texts, embeddings, relevance))
            .withModes(SearchMode.VECTOR, SearchMode.HYBRID);

    RecallReport active = collection.deepMemory().evaluate(request);
    RecallReport named =
        collection.deepMemory().evaluate(request.withAdapter(AdapterChoice.version("v1")));

    assertThat(changes(active, SearchMode.VECTOR)).isEqualTo(vector);
    // A fifth of the queries has no known word, and is vector search.
    assertThat(changes(active, SearchMode.HYBRID)).isEqualTo(hybrid || vector);
    assertThat(changes(named, SearchMode.VECTOR)).isTrue();
    assertThat(changes(named, SearchMode.HYBRID)).isTrue();
    for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
      assertThat(active.value(mode, true, Subset.ALL, Metric.recall(10)).orElseThrow())
          .isEqualTo(recall(texts, embeddings, relevance, mode, AdapterChoice.active()));
      assertThat(named.value(mode, true, Subset.ALL, Metric.recall(10)).orElseThrow())
          .isEqualTo(recall(texts, embeddings, relevance, mode, AdapterChoice.version("v1")));
    }
  }

  private static boolean changes(RecallReport report, SearchMode mode) {
    Double with = report.value(mode, true, Subset.ALL, Metric.ndcg(10)).orElseThrow();
    Double without = report.value(mode, false, Subset.ALL, Metric.ndcg(10)).orElseThrow();
    return !with.equals(without);
  }

  private double recall(
      List<String> texts,
      List<Embedding> embeddings,
      List<List<RelevantDocument>> relevance,
      SearchMode mode,
      AdapterChoice choice) {
    int found = 0;
    for (int q = 0; q < texts.size(); q++) {
      Query query = new Query.ByTextAndEmbedding(texts.get(q), embeddings.get(q));
      List<String> ids = search(mode, query, choice).ids();
      String relevant = relevance.get(q).getFirst().documentId();
      found += ids.subList(0, Math.min(10, ids.size())).contains(relevant) ? 1 : 0;
    }
    return (double) found / texts.size();
  }

  /** Trainers see what keyword search finds, by row: documents with a vector in order of id. */
  @Test
  void train_queriesWithTexts_haveTheScoresOfKeywordSearch() throws InterruptedException {
    collection.delete(List.of("d3", "d140"));
    List<String> texts = List.of("blorp zant", "unheard", "zant zant w17 w42");
    List<Embedding> embeddings =
        texts.stream().map(text -> Vectors.random(DIMENSION, random)).toList();
    List<List<RelevantDocument>> relevance =
        texts.stream().map(text -> List.of(RelevantDocument.of("d0"))).toList();

    collection
        .deepMemory()
        .train(TrainingRequest.of(LabelledQueries.of(texts, embeddings, relevance)))
        .await();

    var set = trainer.sets().getFirst();
    Map<String, Integer> rows = new TreeMap<>();
    for (Document document : collection.scan(null, 1_000, null)) {
      if (document.embedding() != null) {
        assertThat(set.corpus().id(rows.size())).isEqualTo(document.id());
        rows.put(document.id(), rows.size());
      }
    }
    assertThat(set.corpus().size()).isEqualTo(rows.size());
    for (int q = 0; q < texts.size(); q++) {
      assertThat(set.queries().get(q).keywords()).isEqualTo(scores(texts.get(q), rows));
    }
    assertThat(set.queries().get(1).keywords().size()).isZero();
    assertThat(set.queries().get(0).keywords().size()).isGreaterThan(100);
  }

  private KeywordScores scores(String text, Map<String, Integer> rows) {
    List<SearchHit> hits =
        collection
            .search(SearchRequest.text(text).mode(SearchMode.KEYWORD).k(1_000).build())
            .hits()
            .stream()
            .filter(hit -> rows.containsKey(hit.id()))
            .toList();
    int[] rowByRank = new int[hits.size()];
    float[] scores = new float[hits.size()];
    for (int i = 0; i < scores.length; i++) {
      rowByRank[i] = rows.getOrDefault(hits.get(i).id(), -1);
      scores[i] = hits.get(i).score();
    }
    return KeywordScores.of(rowByRank, scores);
  }

  @Test
  void train_queriesWithoutTexts_haveNoKeywordScores() throws InterruptedException {
    publish(weights(profile(true), profile(true)));

    assertThat(trainer.sets().getFirst().queries().getFirst().keywords())
        .isEqualTo(KeywordScores.none());
  }
}
