package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Searches that say which part of the true neighbours they want, and what the planner makes of it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class TargetRecallTest {
  private static final int DOCUMENTS = 8_000;
  private static final int DIMENSION = 24;

  private final SplittableRandom random = new SplittableRandom(3);
  private final List<Embedding> centres =
      IntStream.range(0, 20).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
  private final List<Embedding> queries = IntStream.range(0, 100).mapToObj(this::near).toList();
  private final Attune attune = Attune.inMemory();
  private VectorCollection collection;

  private Embedding near(int i) {
    return Vectors.near(Vectors.doubles(centres.get(i % centres.size())), 0.8, random);
  }

  @BeforeAll
  void fill() {
    collection =
        attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.EUCLIDEAN));
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      Metadata metadata = Metadata.builder().put("row", (i * 7_919) % DOCUMENTS).build();
      documents.add(new Document("d" + i, null, metadata, near(i)));
    }
    collection.upsert(documents);
    collection.compact();
  }

  @AfterAll
  void close() {
    attune.close();
  }

  private record Outcome(double recall, double visited, Plan plan) {}

  private Outcome ask(SearchTuning tuning, int k, @Nullable Filter filter) {
    double found = 0;
    double visited = 0;
    Plan plan = Plan.NONE;
    for (Embedding query : queries) {
      SearchRequest.Builder request = SearchRequest.vector(query).k(k).filter(filter);
      Set<String> truth =
          new HashSet<>(collection.search(request.tuning(SearchTuning.exactScan()).build()).ids());
      SearchResponse response = collection.search(request.tuning(tuning).build());
      found += response.ids().stream().filter(truth::contains).count() / (double) truth.size();
      visited += response.stats().visited();
      plan = response.stats().plan();
    }
    return new Outcome(found / queries.size(), visited / queries.size(), plan);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.8, 0.9, 0.95, 0.99})
  void search_targetRecall_isReached(double target) {
    assertThat(ask(SearchTuning.recall(target), 10, null).recall())
        .isGreaterThanOrEqualTo(target - 0.01);
  }

  @Test
  void search_higherTarget_comparesMore() {
    Outcome low = ask(SearchTuning.recall(0.5), 10, null);
    Outcome high = ask(SearchTuning.recall(0.99), 10, null);

    assertThat(low.plan()).isEqualTo(Plan.GRAPH);
    assertThat(high.visited()).isGreaterThan(low.visited());
  }

  @Test
  void search_selectiveFilter_isScannedEvenWithEf() {
    Filter one = new Filter.Lt("row", MetadataValue.of(DOCUMENTS / 100));

    Outcome outcome = ask(SearchTuning.ef(50), 10, one);

    assertThat(outcome.plan()).isEqualTo(Plan.EXACT);
    assertThat(outcome.recall()).isEqualTo(1);
    assertThat(outcome.visited()).isEqualTo(DOCUMENTS / 100.0);
  }

  @Test
  void search_wideFilter_walksTheGraph() {
    Filter most = new Filter.Lt("row", MetadataValue.of(DOCUMENTS * 95 / 100));

    assertThat(ask(SearchTuning.ef(16), 10, most).plan()).isEqualTo(Plan.GRAPH);
  }

  @Test
  void search_kAboveTheLiveDocuments_returnsAll() {
    Filter few = new Filter.Lt("row", MetadataValue.of(7));
    SearchRequest request =
        SearchRequest.vector(queries.getFirst()).k(1_000).filter(few).recall(0.9).build();

    assertThat(collection.search(request).hits()).hasSize(7);
  }

  @Test
  void search_efBelowK_returnsK() {
    assertThat(
            collection.search(SearchRequest.vector(queries.getFirst()).k(50).ef(1).build()).hits())
        .hasSize(50);
  }

  /** Their differences are longer than any vector that is accepted. */
  @Test
  void compact_longestVectors_isCalibratedAndWritesGoOn() {
    VectorCollection longest =
        attune.createCollection(
            "longest", CollectionSpec.vectors(DIMENSION, Similarity.DOT_PRODUCT));
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      float[] components = Vectors.random(DIMENSION, random).normalized().toArray();
      for (int c = 0; c < DIMENSION; c++) {
        components[c] *= 1.8e19f;
      }
      documents.add(Document.of("d" + i, Embedding.of(components)));
    }
    longest.upsert(documents);

    longest.compact();

    longest.upsert(List.of(documents.getFirst()));
    SearchRequest request = SearchRequest.vector(queries.getFirst()).recall(0.9).build();
    assertThat(longest.search(request).hits()).hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
  void recall_outOfRange_isRefused(double target) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> SearchTuning.recall(target))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OPTION_OUT_OF_RANGE))
        .withMessageContaining("recall is " + target);
  }

  @Test
  void recall_besideEf_isRefused() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> new SearchTuning(10, false, 0.9))
        .withMessage("recall is 0.9 beside ef or exact, expected one of them");
  }
}
