package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Fusion;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchAfter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.Vectors.Scored;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The total order of hits where most scores are equal: few different vectors and texts, spread over
 * segments in an order that has nothing to do with the ids.
 */
class SearchOrderTest extends StoreTest {
  private static final int DOCUMENTS = 360;
  private static final int DIMENSION = 6;
  private static final List<String> TEXTS =
      List.of("blorp zant", "blorp quim vrok", "zant", "plux plux blorp");

  private final SplittableRandom random = new SplittableRandom(42);
  private final List<Embedding> vectors =
      IntStream.range(0, 7).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
  private final Map<String, Document> live = new TreeMap<>();

  @SuppressWarnings("NullAway.Init")
  private VectorCollection collection;

  private void fill(Similarity similarity) {
    collection = attune.createCollection("ties", CollectionSpec.vectors(DIMENSION, similarity));
    List<Integer> order = new ArrayList<>(IntStream.range(0, DOCUMENTS).boxed().toList());
    Collections.shuffle(order, new Random(9));
    for (int from = 0; from < DOCUMENTS; from += 120) {
      List<Document> batch = order.subList(from, from + 120).stream().map(this::document).toList();
      collection.upsert(batch);
      batch.forEach(document -> live.put(document.id(), document));
    }
    List<String> doomed = IntStream.range(0, 40).mapToObj(i -> id(i * 9)).toList();
    collection.delete(doomed);
    live.keySet().removeAll(doomed);
    assertThat(collection.stats().segments()).isGreaterThan(1);
  }

  private static String id(int i) {
    return "d" + i;
  }

  private Document document(int i) {
    String text = i % 8 == 3 ? null : TEXTS.get(random.nextInt(TEXTS.size()));
    Embedding vector =
        text != null && i % 10 == 7 ? null : vectors.get(random.nextInt(vectors.size()));
    return new Document(id(i), text, Metadata.builder().put("n", i % 30).build(), vector);
  }

  private static Query query(Embedding vector) {
    return new Query.ByTextAndEmbedding("blorp zant", vector);
  }

  private SearchRequest.Builder request(SearchMode mode, Query query) {
    return SearchRequest.of(query).mode(mode).k(1_000).withDocuments(false);
  }

  private List<SearchHit> search(SearchRequest.Builder request) {
    return collection.search(request.build()).hits();
  }

  private static List<String> ids(List<SearchHit> hits) {
    return hits.stream().map(SearchHit::id).toList();
  }

  private List<Scored> byVector(Embedding query) {
    List<Document> with = live.values().stream().filter(d -> d.embedding() != null).toList();
    return Vectors.bruteForce(
        collection.spec().similarity(),
        query,
        with.stream().map(Document::id).toList(),
        with.stream().map(Document::embedding).toList());
  }

  /** Equal texts have equal scores, whose values {@link KeywordSearchTest} holds. */
  private List<Scored> byKeyword(Query query) {
    return search(request(SearchMode.KEYWORD, query)).stream()
        .map(hit -> new Scored(hit.id(), hit.score()))
        .sorted(Vectors.bestFirst())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void search_equalVectors_areOrderedByIdAlsoAtTheCut(Similarity similarity) {
    fill(similarity);
    for (int q = 0; q < 10; q++) {
      Embedding query = Vectors.random(DIMENSION, random);
      List<String> expected = byVector(query).stream().map(Scored::id).toList();

      for (int k : new int[] {1, 2, 3, 10, 45, 46, 47, 48, 49, 50, 100, 200, 1_000}) {
        assertThat(ids(search(request(SearchMode.VECTOR, query(query)).k(k))))
            .isEqualTo(expected.subList(0, Math.min(k, expected.size())));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void search_equalVectorsAndFilter_areOrderedByIdAlsoAtTheCut(Similarity similarity) {
    fill(similarity);
    Embedding query = Vectors.random(DIMENSION, random);
    for (int below : new int[] {0, 1, 2, 15, 29}) {
      Filter filter = new Filter.Lt("n", MetadataValue.of(below));
      List<String> expected =
          byVector(query).stream()
              .map(Scored::id)
              .filter(id -> Integer.parseInt(id.substring(1)) % 30 < below)
              .toList();

      for (int k : new int[] {1, 5, 10, 30, 1_000}) {
        assertThat(ids(search(request(SearchMode.VECTOR, query(query)).k(k).filter(filter))))
            .isEqualTo(expected.subList(0, Math.min(k, expected.size())));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "COSINE")
  void search_equalTexts_areOrderedByIdAlsoAtTheCut(Similarity similarity) {
    fill(similarity);
    Query query = query(vectors.getFirst());
    List<Scored> scored = byKeyword(query);
    List<String> expected = scored.stream().map(Scored::id).toList();
    long withWords =
        live.values().stream()
            .filter(d -> d.text() != null && d.text().matches(".*(blorp|zant).*"))
            .count();

    assertThat(expected).hasSize((int) withWords);
    // Two of the texts are alike in length and in the words asked for.
    assertThat(scored.stream().map(Scored::score).distinct()).hasSize(TEXTS.size() - 1);
    for (int k = 1; k <= 1_000; k += k < 120 ? 1 : 97) {
      assertThat(ids(search(request(SearchMode.KEYWORD, query).k(k))))
          .isEqualTo(expected.subList(0, Math.min(k, expected.size())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void search_weightedScores_areOrderedByIdAlsoAtTheCut(Similarity similarity) {
    fill(similarity);
    for (double weight : new double[] {0, 0.4, 1}) {
      Query query = query(Vectors.random(DIMENSION, random));

      for (int k : new int[] {1, 10, 50, 99, 100}) {
        List<String> expected =
            weighted(query, weight, 100).stream().limit(k).map(Scored::id).toList();
        assertThat(
                ids(
                    search(
                        request(SearchMode.HYBRID, query)
                            .k(k)
                            .fusion(new Fusion.WeightedScores(weight)))))
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void search_reciprocalRanks_areOrderedByIdAlsoAtTheCut(Similarity similarity) {
    fill(similarity);
    for (int constant : new int[] {1, 60}) {
      Query query = query(Vectors.random(DIMENSION, random));

      for (int k : new int[] {1, 10, 50, 99, 100}) {
        List<Scored> expected = reciprocalRank(query, constant, 100).stream().limit(k).toList();
        List<SearchHit> hits =
            search(
                request(SearchMode.HYBRID, query).k(k).fusion(new Fusion.ReciprocalRank(constant)));

        assertThat(ids(hits)).isEqualTo(expected.stream().map(Scored::id).toList());
        assertThat(hits)
            .allSatisfy(hit -> assertThat(hit.score()).isBetween(0f, 2f / (constant + 1)));
      }
    }
  }

  private List<Scored> reciprocalRank(Query query, int constant, int candidates) {
    Map<String, Double> sums = new HashMap<>();
    for (List<Scored> ranking : List.of(byVector(vector(query)), byKeyword(query))) {
      for (int i = 0; i < Math.min(candidates, ranking.size()); i++) {
        sums.merge(ranking.get(i).id(), 1.0 / (constant + i + 1), Double::sum);
      }
    }
    return sorted(sums);
  }

  private static Embedding vector(Query query) {
    return ((Query.ByTextAndEmbedding) query).embedding();
  }

  /** {@code (1 - w)·v + w·t}; see {@link Fusion}. */
  private List<Scored> weighted(Query query, double weight, int candidates) {
    List<Scored> byVector = byVector(vector(query));
    List<Scored> byKeyword = byKeyword(query);
    double v1 = byVector.getFirst().score();
    double v100 = byVector.get(99).score();
    Map<String, Double> v = new HashMap<>();
    byVector.forEach(s -> v.put(s.id(), Math.max(0, (s.score() - v100) / (v1 - v100))));
    Map<String, Double> t = new HashMap<>();
    byKeyword.forEach(s -> t.put(s.id(), s.score() / byKeyword.getFirst().score()));
    Set<String> union = new LinkedHashSet<>();
    byVector.stream().limit(candidates).map(Scored::id).forEach(union::add);
    byKeyword.stream().limit(candidates).map(Scored::id).forEach(union::add);
    Map<String, Double> sums = new HashMap<>();
    for (String id : union) {
      sums.put(id, (1 - weight) * v.getOrDefault(id, 0.0) + weight * t.getOrDefault(id, 0.0));
    }
    return sorted(sums);
  }

  private static List<Scored> sorted(Map<String, Double> sums) {
    return sums.entrySet().stream()
        .map(e -> new Scored(e.getKey(), e.getValue().floatValue()))
        .sorted(Vectors.bestFirst())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void search_pagesFromTheStart_areTheWholeOrder(Similarity similarity) {
    fill(similarity);
    Query query = query(Vectors.random(DIMENSION, random));

    assertPages(
        request(SearchMode.VECTOR, query),
        byVector(vector(query)).stream().map(Scored::id).toList());
    assertPages(
        request(SearchMode.KEYWORD, query), byKeyword(query).stream().map(Scored::id).toList());
    assertPages(
        request(SearchMode.HYBRID, query).fusion(new Fusion.WeightedScores(0.3)),
        weighted(query, 0.3, DOCUMENTS).stream().map(Scored::id).toList());
    assertPages(
        request(SearchMode.HYBRID, query).fusion(new Fusion.ReciprocalRank(60)),
        reciprocalRank(query, 60, DOCUMENTS).stream().map(Scored::id).toList());
  }

  private void assertPages(SearchRequest.Builder request, List<String> expected) {
    try (CollectionSnapshot snapshot = collection.snapshot()) {
      collection.delete(List.of("none"));
      for (int k : new int[] {1, 7, 64, 1_000}) {
        List<String> paged = new ArrayList<>();
        List<SearchHit> page =
            snapshot.search(request.k(k).after(SearchAfter.start()).build()).hits();
        while (!page.isEmpty()) {
          assertThat(page).hasSizeLessThanOrEqualTo(k);
          assertThat(page.getFirst().rank()).isEqualTo(1);
          paged.addAll(ids(page));
          page = snapshot.search(request.after(page.getLast()).build()).hits();
        }

        assertThat(paged).isEqualTo(expected);
      }
    } finally {
      request.after((SearchAfter) null);
    }
  }

  @ParameterizedTest
  @EnumSource(SearchMode.class)
  void search_afterAPlaceWithoutHit_goesOnBehindIt(SearchMode mode) {
    fill(Similarity.COSINE);
    Query query = query(vectors.getFirst());
    List<SearchHit> all = search(request(mode, query).after(SearchAfter.start()));
    SearchHit hit = all.get(20);

    assertThat(ids(search(request(mode, query).after(new SearchAfter(hit.score(), "d")))))
        .isEqualTo(all.stream().filter(h -> h.score() <= hit.score()).map(SearchHit::id).toList());
    assertThat(ids(search(request(mode, query).after(new SearchAfter(hit.score(), "e")))))
        .isEqualTo(all.stream().filter(h -> h.score() < hit.score()).map(SearchHit::id).toList());
    assertThat(search(request(mode, query).after(new SearchAfter(-1e30f, "")))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SearchMode.class)
  void search_offset_leavesOutTheFirst(SearchMode mode) {
    fill(Similarity.EUCLIDEAN);
    Query query = query(Vectors.random(DIMENSION, random));
    for (int offset : new int[] {0, 1, 10, 60}) {
      List<SearchHit> all = search(request(mode, query).k(offset + 25));

      assertThat(search(request(mode, query).k(25).offset(offset)))
          .isEqualTo(all.subList(offset, offset + 25));
    }
    assertThat(search(request(mode, query).k(10).offset(9_990))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SearchMode.class)
  void search_minScore_keepsTheHitsFromThereOn(SearchMode mode) {
    fill(Similarity.DOT_PRODUCT);
    Query query = query(Vectors.random(DIMENSION, random));
    List<SearchHit> all = search(request(mode, query).k(100));
    for (SearchHit hit : List.of(all.get(0), all.get(30), all.get(99))) {
      for (double least : new double[] {hit.score(), Math.nextUp((double) hit.score())}) {
        assertThat(search(request(mode, query).k(100).minScore(least)))
            .isEqualTo(all.stream().filter(h -> h.score() >= least).toList());
        assertThat(search(request(mode, query).k(100 - 20).offset(20).minScore(least)))
            .isEqualTo(all.stream().skip(20).filter(h -> h.score() >= least).toList());
      }
    }
    assertThat(search(request(mode, query).minScore(1e30))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void search_graph_ordersEqualVectorsById(Similarity similarity) {
    collection = attune.createCollection("graph", CollectionSpec.vectors(DIMENSION, similarity));
    List<Embedding> distinct =
        IntStream.range(0, 400).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
    List<Integer> order = new ArrayList<>(IntStream.range(0, 4_000).boxed().toList());
    Collections.shuffle(order, new Random(9));
    for (List<Integer> part : List.of(order.subList(0, 2_500), order.subList(2_500, 4_000))) {
      List<Document> batch =
          part.stream().map(i -> Document.of(id(i), distinct.get(i % 400))).toList();
      collection.upsert(batch);
      batch.forEach(document -> live.put(document.id(), document));
      if (part.size() == 2_500) {
        // This segment gets its graph, the later and smaller one is scanned.
        collection.compact();
      }
    }
    long found = 0;
    long foundBehind = 0;
    for (int q = 0; q < 40; q++) {
      Embedding query = Vectors.random(DIMENSION, random);
      SearchRequest.Builder request =
          request(SearchMode.VECTOR, query(query)).k(25).tuning(new SearchTuning(25, false));
      List<String> expected = byVector(query).stream().map(Scored::id).toList();

      var first = collection.search(request.build());
      var second =
          collection.search(
              request.after(first.hits().getLast()).tuning(new SearchTuning(200, false)).build());

      assertThat(first.stats().plan()).isEqualTo(Plan.GRAPH);
      assertThat(second.stats().plan()).isEqualTo(Plan.GRAPH);
      assertThat(first.hits()).hasSize(25).isSortedAccordingTo(SearchOrderTest::compare);
      assertThat(second.hits()).hasSize(25).isSortedAccordingTo(SearchOrderTest::compare);
      assertThat(compare(first.hits().getLast(), second.hits().getFirst())).isNegative();
      found += overlap(first.ids(), expected.subList(0, 25));
      int place = expected.indexOf(first.hits().getLast().id()) + 1;
      foundBehind += overlap(second.ids(), expected.subList(place, place + 25));
    }
    // Ten share each vector: a walk that cut them by number would find 22.5 of 25 at best.
    assertThat(found).isGreaterThan(40 * 23L);
    assertThat(foundBehind).isGreaterThan(40 * 23L);
  }

  private static long overlap(List<String> found, List<String> expected) {
    return expected.stream().filter(Set.copyOf(found)::contains).count();
  }

  private static int compare(SearchHit a, SearchHit b) {
    int byScore = Float.compare(b.score(), a.score());
    return byScore != 0 ? byScore : a.id().compareTo(b.id());
  }
}
