package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.index.Rankings.assertRanking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchAfter;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.Vectors.Scored;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches that walk graphs: what they find of the true neighbours, and that filters cost none. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class GraphSearchContract {
  private static final int DOCUMENTS = 5_000;
  private static final int CLUSTERS = 50;
  private static final int DIMENSION = 32;
  private static final int QUERIES = 50;

  /** Beyond what any format compares again for ten hits, which a lower ef does not change. */
  private static final int HIGH_EF = 1_000;

  private final SplittableRandom random = new SplittableRandom(77);
  private final List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(i -> "d" + i).toList();
  private final List<Embedding> centres =
      IntStream.range(0, CLUSTERS).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
  private final int[] clusters = random.ints(DOCUMENTS, 0, CLUSTERS).toArray();
  private final List<Embedding> vectors =
      IntStream.of(clusters).mapToObj(c -> inCluster(c)).toList();
  private final List<Embedding> queries =
      IntStream.range(0, QUERIES).mapToObj(i -> inCluster(i % CLUSTERS)).toList();
  private final List<Integer> live =
      IntStream.range(0, DOCUMENTS).filter(i -> i % 9 != 4).boxed().toList();
  private final List<String> liveIds = live.stream().map(ids::get).toList();
  private final Map<Similarity, Map<Embedding, List<Scored>>> exactRankings =
      new EnumMap<>(Similarity.class);
  private final Map<Similarity, List<Embedding>> stored = new EnumMap<>(Similarity.class);
  private Attune attune;

  /** What the collections under test are made for. */
  abstract CollectionSpec spec(int dimension, Similarity similarity);

  /** Opens the store that the collections are made in. */
  Attune open(Path folder) {
    return Attune.open(folder);
  }

  /** The vector of a document, which searches are compared with: the given one unless rounded. */
  Embedding stored(VectorCollection collection, String id, Embedding given) {
    return given;
  }

  /** What walks find with an ef far beyond what is needed, where codes limit it. */
  double reachable() {
    return 0.99;
  }

  private Embedding inCluster(int cluster) {
    return Vectors.near(Vectors.doubles(centres.get(cluster)), 0.5, random);
  }

  @BeforeAll
  void fill(@TempDir Path folder) {
    attune = open(folder);
    for (Similarity similarity : Similarity.values()) {
      VectorCollection collection =
          attune.createCollection(name(similarity), spec(DIMENSION, similarity));
      collection.upsert(documents(0, 4_000));
      // The larger segment gets its graph, the later and smaller one is scanned.
      collection.compact();
      collection.upsert(documents(4_000, DOCUMENTS));
      // From both, and few enough that no merge takes the graph's segment for that.
      collection.delete(ids.stream().filter(id -> !liveIds.contains(id)).toList());
    }
  }

  private List<Document> documents(int from, int to) {
    List<Document> documents = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Metadata metadata = Metadata.builder().put("row", i).put("cluster", clusters[i]).build();
      documents.add(new Document(ids.get(i), null, metadata, vectors.get(i)));
    }
    return documents;
  }

  @AfterAll
  void close() {
    attune.close();
  }

  private static String name(Similarity similarity) {
    return similarity.name().toLowerCase(Locale.ROOT);
  }

  private VectorCollection collection(Similarity similarity) {
    return attune.collection(name(similarity));
  }

  @ParameterizedTest
  @EnumSource
  void search_graph_findsTheTrueNeighbours(Similarity similarity) {
    double found = 0;
    long visited = 0;
    for (Embedding query : queries) {
      // Setting ef asks for the graph, which so small a collection would not need.
      SearchResponse response =
          collection(similarity)
              .search(SearchRequest.vector(query).tuning(new SearchTuning(128, false)).build());
      List<Scored> exact = exact(similarity, query);

      assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
      assertThat(response.hits()).hasSize(10);
      found += overlap(response, exact.subList(0, 10)) / 10.0;
      visited += response.stats().visited();
    }
    assertThat(found / QUERIES).isGreaterThanOrEqualTo(0.95);
    assertThat(visited / QUERIES).isBetween(10L, DOCUMENTS - 1L);
  }

  @ParameterizedTest
  @EnumSource
  void search_exactScan_equalsBruteForce(Similarity similarity) {
    for (Embedding query : queries.subList(0, 10)) {
      SearchResponse response =
          collection(similarity)
              .search(SearchRequest.vector(query).k(100).tuning(SearchTuning.exactScan()).build());

      assertThat(response.stats().plan()).isEqualTo(Plan.EXACT);
      assertRanking(response.hits(), exact(similarity, query), 100, 2e-5);
    }
  }

  @Test
  void search_higherEf_visitsMoreAndFindsNoLess() {
    long[] visited = new long[2];
    double[] found = new double[2];
    for (Embedding query : queries) {
      List<Scored> exact = exact(Similarity.COSINE, query);
      for (int i = 0; i < 2; i++) {
        SearchResponse response =
            collection(Similarity.COSINE)
                .search(
                    SearchRequest.vector(query)
                        .tuning(new SearchTuning(i == 0 ? 10 : HIGH_EF, false))
                        .build());
        visited[i] += response.stats().visited();
        found[i] += overlap(response, exact.subList(0, 10));
      }
    }
    assertThat(visited[1]).isGreaterThan(visited[0]);
    assertThat(found[1]).isGreaterThanOrEqualTo(found[0]).isGreaterThan(reachable() * 10 * QUERIES);
  }

  @ParameterizedTest
  @EnumSource
  void search_pagesOfWalks_followEachOtherAndFindTheTrueNeighbours(Similarity similarity) {
    double found = 0;
    for (Embedding query : queries.subList(0, 10)) {
      List<SearchHit> hits = new ArrayList<>();
      SearchAfter after = SearchAfter.start();
      for (int page = 0; page < 3; page++) {
        SearchRequest request =
            SearchRequest.vector(query).k(20).ef(200).after(after).withDocuments(false).build();
        List<SearchHit> next = collection(similarity).search(request).hits();
        assertThat(next).hasSize(20);
        hits.addAll(next);
        after = SearchAfter.of(next.getLast());
      }

      List<String> got = hits.stream().map(SearchHit::id).toList();
      assertThat(got).doesNotHaveDuplicates();
      assertThat(hits).isSortedAccordingTo(Comparator.comparing(SearchHit::score).reversed());
      Set<String> truth =
          exact(similarity, query).stream().limit(60).map(Scored::id).collect(Collectors.toSet());
      found += got.stream().filter(truth::contains).count() / 60.0;
    }
    assertThat(found / 10).isGreaterThanOrEqualTo(0.95);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.1, 0.3, 0.45, 0.6, 0.9, 0.99})
  void search_filterUnrelatedToTheVectors_returnsKOfTheBest(double selectivity) {
    int below = (int) Math.round(selectivity * DOCUMENTS);
    Filter filter = new Filter.Lt("row", MetadataValue.of(below));

    for (Similarity similarity : Similarity.values()) {
      assertFiltered(similarity, filter, live(i -> i < below), queries.subList(0, 12));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.02, 0.3, 0.5, 0.9})
  void search_filterOnTheFarthestClusters_returnsKOfTheBest(double selectivity) {
    for (Embedding query : queries.subList(0, 6)) {
      TreeMap<Double, Integer> byCloseness = new TreeMap<>();
      for (int c = 0; c < CLUSTERS; c++) {
        byCloseness.put(Vectors.score(Similarity.COSINE, query, centres.get(c)), c);
      }
      Set<String> matching = new HashSet<>();
      List<MetadataValue> far = new ArrayList<>();
      for (int cluster : byCloseness.values()) {
        if (matching.size() < selectivity * live.size()) {
          far.add(MetadataValue.of(cluster));
          matching.addAll(live(i -> clusters[i] == cluster));
        }
      }

      assertFiltered(Similarity.COSINE, new Filter.In("cluster", far), matching, List.of(query));
    }
  }

  private Set<String> live(IntPredicate wanted) {
    return live.stream().filter(wanted::test).map(ids::get).collect(Collectors.toSet());
  }

  private void assertFiltered(
      Similarity similarity, Filter filter, Set<String> matching, List<Embedding> asked) {
    for (int k : new int[] {1, 10, 100, 1_000}) {
      double recall = 0;
      for (Embedding query : asked) {
        SearchRequest request =
            SearchRequest.vector(query)
                .k(k)
                .filter(filter)
                .tuning(new SearchTuning(1, false))
                .withDocuments(false)
                .build();

        SearchResponse response = collection(similarity).search(request);

        int expected = Math.min(k, matching.size());
        List<Scored> best =
            exact(similarity, query).stream()
                .filter(s -> matching.contains(s.id()))
                .limit(expected)
                .toList();
        assertThat(response.hits()).hasSize(expected);
        assertThat(matching).containsAll(response.ids());
        assertThat(response.ids()).doesNotHaveDuplicates();
        recall += overlap(response, best) / (double) expected;
      }
      if (k >= 100) {
        // An ef of 1 leaves k candidates.
        assertThat(recall / asked.size()).isGreaterThan(0.9);
      }
    }
  }

  private List<Scored> exact(Similarity similarity, Embedding query) {
    return exactRankings
        .computeIfAbsent(similarity, s -> new HashMap<>())
        .computeIfAbsent(
            query, q -> Vectors.bruteForce(similarity, q, liveIds, stored(similarity)));
  }

  private List<Embedding> stored(Similarity similarity) {
    return stored.computeIfAbsent(
        similarity,
        s -> live.stream().map(i -> stored(collection(s), ids.get(i), vectors.get(i))).toList());
  }

  private static long overlap(SearchResponse response, List<Scored> expected) {
    Set<String> found = Set.copyOf(response.ids());
    return expected.stream().filter(s -> found.contains(s.id())).count();
  }
}
