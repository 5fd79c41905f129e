package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.FSDirectory;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan;
import org.attunedb.core.search.SegmentPlan.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Searches for a recall in a segment whose commit has no calibration, as older versions wrote. */
@Timeout(120)
class UncalibratedSearchTest {
  private static final int DOCUMENTS = 6_000;
  private static final int DIMENSION = 24;

  @TempDir private Path folder;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 1);
  private final SplittableRandom random = new SplittableRandom(2);
  private final Embedding query = clustered.draw(random);

  @BeforeEach
  void fill() throws IOException {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things =
          attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      things.upsert(
          IntStream.range(0, DOCUMENTS)
              .mapToObj(i -> Document.of("d" + i, clustered.draw(random)))
              .toList());
      things.compact();
    }
    forget();
  }

  /** Takes the calibrations out of the commit. */
  private void forget() throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig().setOpenMode(OpenMode.APPEND).setMergePolicy(NoMergePolicy.INSTANCE);
    try (FSDirectory index = FSDirectory.open(folder.resolve("collections/things/index"));
        IndexWriter writer = new IndexWriter(index, config)) {
      Map<String, String> data = new HashMap<>();
      writer.getLiveCommitData().forEach(entry -> data.put(entry.getKey(), entry.getValue()));
      assertThat(data.keySet().removeIf(key -> key.startsWith("attune.calibration."))).isTrue();
      writer.setLiveCommitData(data.entrySet());
      writer.commit();
    }
  }

  private SearchRequest.Builder request() {
    return SearchRequest.vector(query).withDocuments(false);
  }

  private static SegmentPlan segment(SearchResponse response) {
    assertThat(response.stats().segments()).hasSize(1);
    return response.stats().segments().getFirst();
  }

  @Test
  void search_recall_isAnsweredByAScanUntilTheSegmentIsMeasuredInTheBackground()
      throws InterruptedException {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things = attune.collection("things");
      List<String> truth = things.search(request().tuning(SearchTuning.exactScan()).build()).ids();

      SearchResponse first = things.search(request().recall(0.95).build());

      assertThat(segment(first).plan()).isEqualTo(Plan.EXACT);
      assertThat(segment(first).reason()).isEqualTo(Reason.UNCALIBRATED);
      assertThat(segment(first).visited()).as("no measurement in it").isEqualTo(DOCUMENTS);
      assertThat(first.ids()).isEqualTo(truth);
      SearchResponse later = first;
      while (segment(later).reason() == Reason.UNCALIBRATED) {
        Thread.sleep(10);
        later = things.search(request().recall(0.95).build());
      }
      assertThat(segment(later).plan()).isEqualTo(Plan.GRAPH);
    }
  }

  @Test
  void search_recallWithATimeout_hasItMeasured() throws InterruptedException {
    try (Attune attune = Attune.openReadOnly(folder)) {
      VectorCollection things = attune.collection("things");
      SearchRequest request = request().recall(0.95).timeout(Duration.ofMinutes(1)).build();
      while (segment(things.search(request)).reason() == Reason.UNCALIBRATED) {
        Thread.sleep(10);
      }
      assertThat(segment(things.search(request)).plan()).isEqualTo(Plan.GRAPH);
    }
  }

  @Test
  void search_everythingOpen_walksAsFarAsIsUsualAndHasItMeasured() throws InterruptedException {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things = attune.collection("things");

      SegmentPlan first = segment(things.search(request().build()));

      assertThat(first.ef()).isEqualTo(128);
      SegmentPlan later = first;
      while (later.ef() == 128) {
        Thread.sleep(10);
        later = segment(things.search(request().build()));
      }
      SegmentPlan wanted = segment(things.search(request().recall(0.99).build()));
      assertThat(wanted.reason()).isEqualTo(Reason.COST);
      assertThat(later.ef()).isEqualTo(wanted.ef());
    }
  }

  @Test
  void close_whileItIsMeasured_endsThat() {
    Attune attune = Attune.open(folder);
    attune.collection("things").search(request().recall(0.95).build());

    attune.close();

    try (Attune again = Attune.open(folder)) {
      assertThat(again.collection("things").count(null)).isEqualTo(DOCUMENTS);
    }
  }

  private int measured(VectorCollection things) throws InterruptedException {
    SearchResponse answer = things.search(request().recall(0.99).build());
    while (segment(answer).reason() == Reason.UNCALIBRATED) {
      Thread.sleep(10);
      answer = things.search(request().recall(0.99).build());
    }
    return answer.stats().ef();
  }

  @Test
  void close_measuredInTheBackgroundAndNothingWritten_isKept() throws InterruptedException {
    int measured;
    try (Attune attune = Attune.open(folder)) {
      measured = measured(attune.collection("things"));
    }
    try (Attune attune = Attune.open(folder)) {
      SearchRequest request = request().recall(0.99).build();
      SegmentPlan first = segment(attune.collection("things").search(request));
      assertThat(first.reason()).isEqualTo(Reason.COST);
      assertThat(first.ef()).isEqualTo(measured);
    }
  }

  @Test
  void checkpoint_measuredInTheBackground_isKept() throws InterruptedException {
    int measured;
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things = attune.collection("things");
      measured = measured(things);
      things.upsert(List.of(Document.of("new", clustered.draw(random))));
      things.checkpoint();
    }
    try (Attune attune = Attune.open(folder)) {
      SearchRequest request = request().recall(0.99).build();
      assertThat(attune.collection("things").search(request).stats().ef()).isEqualTo(measured);
    }
  }
}
