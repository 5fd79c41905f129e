package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.index.Rankings.assertRanking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.Vectors.Scored;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Hybrid rankings against the formulas, computed from the two whole rankings. */
class HybridSearchTest extends StoreTest {
  private static final int DOCUMENTS = 400;
  private static final int DIMENSION = 8;

  /** Of each ranking so many take part at least. */
  private static final int CANDIDATES = 100;

  private static final List<String> WORDS =
      List.of("blorp", "zant", "quim", "vrok", "plux", "drin", "gax", "mub", "tolk", "werf");

  private final SplittableRandom random = new SplittableRandom(11);

  private VectorCollection fill(Similarity similarity) {
    VectorCollection collection =
        attune.createCollection("hybrid", CollectionSpec.vectors(DIMENSION, similarity));
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      Metadata metadata = Metadata.builder().put("n", i).build();
      // Some have no text and some no vector.
      String text = i % 7 == 0 ? null : text();
      Embedding vector = text != null && i % 11 == 1 ? null : Vectors.random(DIMENSION, random);
      documents.add(new Document("d" + i, text, metadata, vector));
    }
    collection.upsert(documents.subList(0, 150));
    collection.upsert(documents.subList(150, DOCUMENTS));
    return collection;
  }

  /** Frequencies from 1 to 300, so that equal keyword scores don't occur. */
  private String text() {
    return WORDS.stream()
        .filter(word -> random.nextInt(10) > 0)
        .map(word -> (word + " ").repeat(1 + random.nextInt(300)))
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @EnumSource
  void search_weightedScores_equalsTheFormula(Similarity similarity) {
    VectorCollection collection = fill(similarity);
    for (double weight : new double[] {0, 0.3, 0.5, 1}) {
      for (int q = 0; q < 8; q++) {
        Query query = query();
        for (int k : new int[] {1, 10, 100, 150, 1_000}) {
          Fusion fusion = new Fusion.WeightedScores(weight);

          List<SearchHit> hits = search(collection, query, SearchMode.HYBRID, fusion, k, null);

          assertRanking(hits, weighted(collection, query, weight, k, null), k, 1e-4);
        }
      }
    }
  }

  @Test
  void search_automaticFusionWithoutAdapter_weighsBothAlike() {
    VectorCollection collection = fill(Similarity.COSINE);
    Query query = query();

    assertThat(search(collection, query, SearchMode.HYBRID, Fusion.automatic(), 20, null))
        .isEqualTo(
            search(collection, query, SearchMode.HYBRID, new Fusion.WeightedScores(0.5), 20, null));
  }

  @ParameterizedTest
  @CsvSource({"1", "60"})
  void search_reciprocalRank_equalsTheFormula(int constant) {
    VectorCollection collection = fill(Similarity.COSINE);
    for (int q = 0; q < 20; q++) {
      Query query = query();
      for (int k : new int[] {1, 10, 150}) {
        Fusion fusion = new Fusion.ReciprocalRank(constant);

        List<SearchHit> hits = search(collection, query, SearchMode.HYBRID, fusion, k, null);

        int candidates = Math.max(k, CANDIDATES);
        Map<String, Double> sums = new HashMap<>();
        for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.KEYWORD)) {
          search(collection, query, mode, fusion, candidates, null)
              .forEach(hit -> sums.merge(hit.id(), 1.0 / (constant + hit.rank()), Double::sum));
        }
        assertRanking(hits, sorted(sums), k, 1e-6);
      }
    }
  }

  @Test
  void search_hybridWithFilter_fusesTheFilteredRankings() {
    VectorCollection collection = fill(Similarity.COSINE);
    Filter filter = new Filter.Lt("n", MetadataValue.of(120));
    for (int q = 0; q < 20; q++) {
      Query query = query();

      List<SearchHit> hits =
          search(collection, query, SearchMode.HYBRID, new Fusion.WeightedScores(0.4), 30, filter);

      assertRanking(hits, weighted(collection, query, 0.4, 30, filter), 30, 1e-4);
      assertThat(hits).allMatch(hit -> Integer.parseInt(hit.id().substring(1)) < 120);
    }
  }

  @Test
  void search_largerK_keepsTheOrderOfTheFirst() {
    VectorCollection collection = fill(Similarity.COSINE);
    for (int q = 0; q < 20; q++) {
      Query query = query();
      List<SearchHit> hundred =
          search(collection, query, SearchMode.HYBRID, Fusion.automatic(), 100, null);

      assertThat(search(collection, query, SearchMode.HYBRID, Fusion.automatic(), 10, null))
          .isEqualTo(hundred.subList(0, 10));
    }
  }

  @Test
  void search_noKnownWord_isTheVectorRankingAndSaysSo() {
    VectorCollection collection = fill(Similarity.COSINE);
    Embedding vector = Vectors.random(DIMENSION, random);
    Query query = new Query.ByTextAndEmbedding("the unheard", vector);

    SearchResponse hybrid =
        collection.search(SearchRequest.of(query).mode(SearchMode.HYBRID).k(20).build());

    assertThat(hybrid.ids())
        .isEqualTo(collection.search(SearchRequest.vector(vector).k(20).build()).ids());
    assertThat(hybrid.stats().warnings())
        .containsExactly("no word of the query occurs in the collection: no keyword ranking");
  }

  @Test
  void search_noDocumentHasAVector_isTheKeywordRanking() {
    VectorCollection collection =
        attune.createCollection("texts", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    collection.upsert(
        List.of(
            Document.of("once", "blorp zant quim"),
            Document.of("twice", "blorp blorp"),
            Document.of("never", "zant")));
    Query query = new Query.ByTextAndEmbedding("blorp", Vectors.random(DIMENSION, random));

    List<SearchHit> hits =
        search(collection, query, SearchMode.HYBRID, Fusion.automatic(), 10, null);

    assertThat(hits).extracting(SearchHit::id).containsExactly("twice", "once");
    assertThat(hits).allSatisfy(hit -> assertThat(hit.score()).isFinite());
  }

  private Query query() {
    int first = random.nextInt(WORDS.size() - 3);
    return new Query.ByTextAndEmbedding(
        String.join(" ", WORDS.subList(first, first + 4)), Vectors.random(DIMENSION, random));
  }

  private static List<SearchHit> search(
      VectorCollection collection,
      Query query,
      SearchMode mode,
      Fusion fusion,
      int k,
      @Nullable Filter filter) {
    return collection
        .search(
            SearchRequest.of(query)
                .mode(mode)
                .fusion(fusion)
                .k(k)
                .filter(filter)
                .tuning(SearchTuning.exactScan())
                .withDocuments(false)
                .build())
        .hits();
  }

  /** {@code (1 - w)·v + w·t} over the first candidates of both rankings; see {@link Fusion}. */
  private static List<Scored> weighted(
      VectorCollection collection, Query query, double weight, int k, @Nullable Filter filter) {
    Fusion any = Fusion.automatic();
    List<SearchHit> byVector = search(collection, query, SearchMode.VECTOR, any, DOCUMENTS, filter);
    List<SearchHit> byKeyword =
        search(collection, query, SearchMode.KEYWORD, any, DOCUMENTS, filter);
    double v1 = byVector.getFirst().score();
    double v100 = byVector.get(Math.min(CANDIDATES, byVector.size()) - 1).score();
    double best = byKeyword.isEmpty() ? 1 : byKeyword.getFirst().score();
    Map<String, Double> v = new HashMap<>();
    Map<String, Double> t = new HashMap<>();
    byVector.forEach(hit -> v.put(hit.id(), Math.max(0, (hit.score() - v100) / (v1 - v100))));
    byKeyword.forEach(hit -> t.put(hit.id(), hit.score() / best));
    Set<String> candidates = new LinkedHashSet<>();
    for (List<SearchHit> ranking : List.of(byVector, byKeyword)) {
      ranking.stream().limit(Math.max(k, CANDIDATES)).map(SearchHit::id).forEach(candidates::add);
    }
    Map<String, Double> sums = new HashMap<>();
    for (String id : candidates) {
      sums.put(id, (1 - weight) * v.getOrDefault(id, 0.0) + weight * t.getOrDefault(id, 0.0));
    }
    return sorted(sums);
  }

  private static List<Scored> sorted(Map<String, Double> sums) {
    return sums.entrySet().stream()
        .map(e -> new Scored(e.getKey(), e.getValue()))
        .sorted(Vectors.bestFirst())
        .toList();
  }
}
