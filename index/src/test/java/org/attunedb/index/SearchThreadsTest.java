package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.SearchTimeoutException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same files searched by one thread and by several: a store of four segments, a third of whose
 * vectors come twice, so that ids decide between them across segments. Components are whole
 * numbers, whose sums don't depend on the order in which a processor adds them.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SearchThreadsTest {
  private static final int DIMENSION = 192;
  private static final int BATCH = 3_000;
  private static final int BATCHES = 4;
  private static final int THREADS = 4;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 31);
  private final SplittableRandom random = new SplittableRandom(32);
  private final List<Embedding> queries = IntStream.range(0, 60).mapToObj(i -> draw()).toList();
  private Attune alone;
  private Attune together;

  @BeforeAll
  void fill(@TempDir Path folder) {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection collection =
          attune.createCollection(
              "things", CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN));
      List<Embedding> seen = new ArrayList<>();
      for (int batch = 0; batch < BATCHES; batch++) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          int row = batch * BATCH + i;
          boolean again = batch > 0 && random.nextInt(3) == 0;
          Embedding vector = again ? seen.get(random.nextInt(seen.size())) : draw();
          seen.add(vector);
          // Ids in another order than rows.
          String id = "d" + (row * 7_919 % (BATCH * BATCHES));
          Metadata metadata = Metadata.builder().put("row", row).build();
          documents.add(new Document(id, null, metadata, vector));
        }
        collection.upsert(documents);
      }
      Searches.awaitGraphs(collection, queries.getFirst());
    }
    AttuneOptions reading = AttuneOptions.defaults().withMode(OpenMode.READ_ONLY);
    alone = Attune.open(folder, reading);
    together = Attune.open(folder, reading.withSearchThreads(THREADS));
  }

  private Embedding draw() {
    Embedding drawn = clustered.draw(random);
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = Math.round(20 * drawn.get(i));
    }
    return Embedding.of(components);
  }

  @AfterAll
  void close() {
    alone.close();
    together.close();
  }

  private static SearchResponse ask(Attune store, SearchRequest.Builder request) {
    return store.collection("things").search(request.withDocuments(false).build());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 2_000})
  void search_exactScanByFourThreads_isTheSame(int k) {
    for (Embedding query : queries.subList(0, 20)) {
      SearchRequest.Builder request =
          SearchRequest.vector(query).k(k).tuning(SearchTuning.exactScan());

      SearchResponse expected = ask(alone, request);
      SearchResponse response = ask(together, request);

      assertThat(response.hits()).isEqualTo(expected.hits());
      assertThat(response.stats().segments()).isEqualTo(expected.stats().segments());
      assertThat(response.stats().segments()).hasSizeGreaterThan(2);
    }
  }

  @Test
  void search_pagesAndFiltersByFourThreads_areTheSame() {
    Filter half = new Filter.Lt("row", MetadataValue.of(BATCH * BATCHES / 2));
    for (Embedding query : queries.subList(0, 10)) {
      SearchRequest.Builder request =
          SearchRequest.vector(query).k(30).filter(half).tuning(SearchTuning.exactScan());
      SearchResponse expected = ask(alone, request);
      assertThat(ask(together, request).hits()).isEqualTo(expected.hits());

      request.after(expected.hits().get(11)).tuning(SearchTuning.automatic());
      assertThat(ask(together, request).hits()).isEqualTo(ask(alone, request).hits());
    }
  }

  /** With an ef at which walks find everything the order of the segments has no influence. */
  @Test
  void search_walkThatFindsAllByFourThreads_isTheSame() {
    for (Embedding query : queries) {
      SearchRequest.Builder request = SearchRequest.vector(query).k(10).ef(1_000);

      assertThat(ask(together, request).hits()).isEqualTo(ask(alone, request).hits());
    }
  }

  @ParameterizedTest
  @CsvSource({"0.9", "0.95", "0.99"})
  void search_targetRecallByFourThreads_findsAsMuch(double target) {
    double[] found = new double[2];
    long[] visited = new long[2];
    for (Embedding query : queries) {
      SearchRequest.Builder request = SearchRequest.vector(query).k(10);
      var truth = new HashSet<>(ask(alone, request.tuning(SearchTuning.exactScan())).ids());
      request.tuning(SearchTuning.recall(target));
      for (int i = 0; i < 2; i++) {
        SearchResponse response = ask(i == 0 ? alone : together, request);
        found[i] += response.ids().stream().filter(truth::contains).count() / 10.0;
        visited[i] += response.stats().visited();
      }
    }
    assertThat(found[0] / queries.size()).isGreaterThanOrEqualTo(target);
    assertThat(found[1] / queries.size()).isGreaterThanOrEqualTo(target);
    // The floor that one segment raises spares the others, in whatever order they are walked.
    assertThat(visited[1]).isLessThan(2 * visited[0]);
  }

  @Test
  void search_timeoutByFourThreads_endsAll() {
    SearchRequest.Builder request =
        SearchRequest.vector(queries.getFirst())
            .tuning(SearchTuning.exactScan())
            .timeout(Duration.ofNanos(1));

    assertThatExceptionOfType(SearchTimeoutException.class)
        .isThrownBy(() -> ask(together, request));
    assertThat(ask(together, SearchRequest.vector(queries.getFirst())).hits()).hasSize(10);
  }

  @Test
  void search_severalSegments_isSharedWithHelpers() {
    int started = helpers();
    for (Embedding query : queries) {
      ask(together, SearchRequest.vector(query).tuning(SearchTuning.exactScan()));
    }

    assertThat(helpers()).isBetween(Math.max(1, started), THREADS - 1);
  }

  private static int helpers() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("attune-search-"))
            .count();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 257})
  void options_searchThreadsOutOfRange_isRefused(int threads) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> AttuneOptions.defaults().withSearchThreads(threads))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OPTION_OUT_OF_RANGE))
        .withMessage("searchThreads is " + threads + ", expected 1 to 256");
  }

  @Test
  void options_default_searchesInTheCallersThread() {
    assertThat(AttuneOptions.defaults().searchThreads()).isEqualTo(1);
  }

  @Test
  void segments_sharedSearch_areInTheOrderOfTheIndex() {
    List<String> expected =
        ask(alone, SearchRequest.vector(queries.getFirst())).stats().segments().stream()
            .map(SegmentPlan::segment)
            .toList();

    assertThat(ask(together, SearchRequest.vector(queries.getFirst())).stats().segments())
        .extracting(SegmentPlan::segment)
        .isEqualTo(expected);
  }
}
