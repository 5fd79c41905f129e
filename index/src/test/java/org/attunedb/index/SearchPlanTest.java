package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan;
import org.attunedb.core.search.SegmentPlan.Reason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What a search says of how it was done: a large segment with a graph, a small one without. */
@TestInstance(Lifecycle.PER_CLASS)
class SearchPlanTest {
  private static final int LARGE = 9_000;
  private static final int SMALL = 500;
  private static final int DIMENSION = 64;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 1);
  private final SplittableRandom random = new SplittableRandom(2);
  private final Embedding query = clustered.draw(random);
  private Path folder;
  private Attune attune;
  private VectorCollection collection;

  @BeforeAll
  void fill(@TempDir Path temporary) {
    folder = temporary;
    attune = Attune.open(folder);
    collection =
        attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    collection.upsert(documents(0, LARGE));
    collection.compact();
    collection.upsert(documents(LARGE, LARGE + SMALL));
  }

  private List<Document> documents(int from, int to) {
    List<Document> documents = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Metadata metadata = Metadata.builder().put("row", i).build();
      documents.add(new Document("d" + i, "word", metadata, clustered.draw(random)));
    }
    return documents;
  }

  @AfterAll
  void close() {
    attune.close();
  }

  private SearchStats ask(SearchRequest.Builder request) {
    return collection.search(request.withDocuments(false).build()).stats();
  }

  private SearchRequest.Builder request() {
    return SearchRequest.vector(query);
  }

  private static Filter rows(int below) {
    return new Filter.Lt("row", MetadataValue.of(below));
  }

  private static SegmentPlan large(SearchStats stats) {
    return stats.segments().getFirst();
  }

  private static SegmentPlan small(SearchStats stats) {
    return stats.segments().getLast();
  }

  @Test
  void segments_automatic_walkTheLargeOneAndScanTheSmallOne() {
    SearchStats stats = ask(request());

    assertThat(stats.plan()).isEqualTo(Plan.GRAPH);
    assertThat(stats.segments()).hasSize(2);
    SegmentPlan walked = large(stats);
    assertThat(walked.documents()).isEqualTo(LARGE);
    assertThat(walked.matching()).isEqualTo(LARGE);
    assertThat(walked.plan()).isEqualTo(Plan.GRAPH);
    assertThat(walked.reason()).isEqualTo(Reason.COST);
    assertThat(walked.ef()).isBetween(10, 128).isEqualTo(stats.ef());
    assertThat(walked.walkCost()).isLessThan(walked.scanCost());
    assertThat(walked.visited()).isBetween(10L, LARGE / 2L);
    SegmentPlan scanned = small(stats);
    assertThat(scanned.plan()).isEqualTo(Plan.EXACT);
    assertThat(scanned.reason()).isEqualTo(Reason.NO_GRAPH);
    assertThat(scanned.ef()).isZero();
    assertThat(scanned.walkCost()).isNull();
    assertThat(scanned.visited()).isEqualTo(SMALL);
    assertThat(stats.visited()).isEqualTo(walked.visited() + SMALL);
    assertThat(scanned.segment()).isNotEqualTo(walked.segment()).startsWith("_");
  }

  @Test
  void segments_requestedPlans_sayRequested() {
    SearchStats exact = ask(request().tuning(SearchTuning.exactScan()));
    assertThat(large(exact).plan()).isEqualTo(Plan.EXACT);
    assertThat(large(exact).reason()).isEqualTo(Reason.REQUESTED);
    assertThat(large(exact).visited()).isEqualTo(LARGE);

    SearchStats walk = ask(request().ef(77));
    assertThat(large(walk).plan()).isEqualTo(Plan.GRAPH);
    assertThat(large(walk).reason()).isEqualTo(Reason.REQUESTED);
    assertThat(walk.ef()).isEqualTo(77);
  }

  @Test
  void segments_selectiveFilter_isScannedBecauseItCostsLess() {
    SearchStats stats = ask(request().ef(50).filter(rows(90)));

    assertThat(stats.plan()).isEqualTo(Plan.EXACT);
    assertThat(large(stats).reason()).isEqualTo(Reason.COST);
    assertThat(large(stats).matching()).isEqualTo(90);
    assertThat(large(stats).documents()).isEqualTo(LARGE);
    assertThat(large(stats).ef()).isEqualTo(50);
    assertThat(large(stats).scanCost()).isLessThan(large(stats).walkCost());
    assertThat(small(stats).plan()).isEqualTo(Plan.NONE);
    assertThat(small(stats).reason()).isEqualTo(Reason.NO_MATCH);
    assertThat(small(stats).scanCost()).isNull();
    assertThat(stats.ef()).isZero();
  }

  @Test
  void segments_laterPage_isExact() {
    SearchResponse first = collection.search(request().k(5).build());
    SearchStats stats = ask(request().k(5).after(first.hits().getLast()));

    assertThat(large(stats).reason()).isEqualTo(Reason.LATER_PAGE);
    assertThat(stats.plan()).isEqualTo(Plan.EXACT);
  }

  @Test
  void segments_keywordSearch_areNone() {
    SearchStats stats =
        collection.search(SearchRequest.text("word").mode(SearchMode.KEYWORD).build()).stats();

    assertThat(stats.segments()).isEmpty();
    assertThat(stats.plan()).isEqualTo(Plan.NONE);
  }

  @Test
  void ef_reopenedCollection_isTheOneThatWasMeasured() {
    int measured = ask(request()).ef();
    assertThat(measured).isNotEqualTo(128);
    attune.close();
    attune = Attune.open(folder);
    collection = attune.collection("things");

    assertThat(ask(request()).ef()).isEqualTo(measured);
  }

  @Test
  void ef_moreHitsWanted_isLarger() {
    assertThat(ask(request().k(100)).ef()).isGreaterThan(ask(request().k(10)).ef());
  }
}
