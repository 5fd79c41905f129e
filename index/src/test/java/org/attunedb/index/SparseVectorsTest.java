package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan;
import org.attunedb.core.search.SegmentPlan.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Segments with a graph in which some documents have no vector. */
@Timeout(120)
class SparseVectorsTest {
  private static final int DIMENSION = 24;
  private static final int DOCUMENTS = 9_000;
  private static final int QUERIES = 20;

  /** One of so many has a vector and is chosen; all without one are. */
  private static final int CHOSEN = 150;

  private final SplittableRandom random = new SplittableRandom(5);

  @ParameterizedTest
  @EnumSource
  void compact_everyThirdDocumentWithoutVector_isCalibratedAndFindsTheNeighbours(
      VectorFormat format) {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection =
          attune.createCollection(
              "things",
              CollectionSpec.vectors(DIMENSION, Similarity.COSINE).withVectorFormat(format));
      List<Document> documents = new ArrayList<>();
      for (int i = 0; i < DOCUMENTS; i++) {
        Embedding vector = i % 3 == 0 ? null : Vectors.random(DIMENSION, random);
        boolean chosen = i % 3 == 0 || i % CHOSEN == 1;
        documents.add(new Document("d" + i, "text", chosen(chosen), vector));
      }
      collection.upsert(documents);
      collection.compact();

      double found = 0;
      for (int q = 0; q < QUERIES; q++) {
        Embedding query = Vectors.random(DIMENSION, random);
        Set<String> truth =
            new HashSet<>(search(collection, query, SearchTuning.exactScan()).ids());
        SearchResponse response = search(collection, query, SearchTuning.ef(200));
        assertThat(response.stats().plan()).isEqualTo(Plan.GRAPH);
        found += response.ids().stream().filter(truth::contains).count() / 10.0;
        assertThat(search(collection, query, SearchTuning.recall(0.9)).stats().segments())
            .extracting(SegmentPlan::ef)
            .allMatch(ef -> ef > 0);
      }
      assertThat(found / QUERIES).isGreaterThanOrEqualTo(0.9);
      assertScanOfChosen(collection);
      assertCountedWithoutDeleted(collection);
    }
  }

  /** A third of all, of which hardly any has a vector. */
  private void assertScanOfChosen(VectorCollection collection) {
    SearchResponse all = search(collection, query(), SearchTuning.exactScan());
    SearchResponse chosen = collection.search(chosen().ef(10).build());

    SegmentPlan plan = chosen.stats().segments().getFirst();
    assertThat(plan.plan()).isEqualTo(Plan.EXACT);
    assertThat(plan.reason()).isEqualTo(Reason.COST);
    assertThat(plan.matching()).isEqualTo(DOCUMENTS / 3 + DOCUMENTS / CHOSEN);
    assertThat(plan.visited()).isEqualTo(DOCUMENTS / CHOSEN);
    assertThat(chosen.hits()).hasSize(10);
    assertCost(plan, DOCUMENTS / CHOSEN, all.stats().segments().getFirst(), DOCUMENTS * 2 / 3);
  }

  /** The same nanoseconds for each vector. */
  private static void assertCost(SegmentPlan plan, int vectors, SegmentPlan other, int others) {
    long nanos = Objects.requireNonNull(plan.scanCost()).toNanos();
    long othersNanos = Objects.requireNonNull(other.scanCost()).toNanos();
    assertThat(nanos / (double) vectors)
        .isCloseTo(othersNanos / (double) others, withinPercentage(0.1));
  }

  private void assertCountedWithoutDeleted(VectorCollection collection) {
    SegmentPlan before =
        search(collection, query(), SearchTuning.exactScan()).stats().segments().getFirst();
    BulkLoad hold = collection.bulkLoad(progress -> {});
    try {
      collection.delete(List.of("d0", "d1", "d2", "d3", "d4"));
      SegmentPlan after =
          search(collection, query(), SearchTuning.exactScan()).stats().segments().getFirst();
      assertThat(after.documents()).isEqualTo(DOCUMENTS - 5);
      assertCost(after, DOCUMENTS * 2 / 3 - 3, before, DOCUMENTS * 2 / 3);
      SegmentPlan chosen = collection.search(chosen().build()).stats().segments().getFirst();
      assertThat(chosen.visited()).isEqualTo(DOCUMENTS / CHOSEN - 1);
      assertCost(chosen, DOCUMENTS / CHOSEN - 1, before, DOCUMENTS * 2 / 3);
    } finally {
      hold.close();
    }
  }

  @Test
  void search_filterOfTextOnlyDocumentsAndAFew_isAScanOfTheFew() {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection =
          attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      List<Document> documents = new ArrayList<>();
      for (int i = 0; i < DOCUMENTS; i++) {
        boolean text = i % 2 == 0;
        Metadata chosen = chosen(text || i % 100 == 1);
        documents.add(new Document("d" + i, "text", chosen, text ? null : query()));
      }
      collection.upsert(documents);
      collection.compact();

      SegmentPlan plan = collection.search(chosen().ef(10).build()).stats().segments().getFirst();

      // As many matches as vectors: a walk would be cheaper than comparing all of them.
      assertThat(plan.matching()).isEqualTo(DOCUMENTS / 2 + DOCUMENTS / 100);
      assertThat(plan.plan()).isEqualTo(Plan.EXACT);
      assertThat(plan.visited()).isEqualTo(DOCUMENTS / 100);
    }
  }

  @Test
  void search_onlyTextOnlyDocumentsMatch_comparesNothing() {
    try (Attune attune = Attune.inMemory()) {
      VectorCollection collection =
          attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      collection.upsert(
          List.of(
              new Document("a", "text", chosen(true), null),
              new Document("b", "text", chosen(false), query())));
      collection.compact();

      SearchResponse none = collection.search(chosen().build());

      assertThat(none.hits()).isEmpty();
      SegmentPlan plan = none.stats().segments().getFirst();
      assertThat(plan.plan()).isEqualTo(Plan.NONE);
      assertThat(plan.reason()).isEqualTo(Reason.NO_VECTORS);
      assertThat(plan.matching()).isEqualTo(1);
    }
  }

  private Embedding query() {
    return Vectors.random(DIMENSION, random);
  }

  private static Metadata chosen(boolean chosen) {
    return Metadata.builder().put("chosen", chosen).build();
  }

  private SearchRequest.Builder chosen() {
    return SearchRequest.vector(query()).k(10).filter(Filter.eq("chosen", true));
  }

  private static SearchResponse search(
      VectorCollection collection, Embedding query, SearchTuning tuning) {
    return collection.search(SearchRequest.vector(query).k(10).tuning(tuning).build());
  }
}
