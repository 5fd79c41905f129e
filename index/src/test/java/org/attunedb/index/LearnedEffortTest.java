package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Searches that leave ef open, before and after the collection knows what queries it gets. */
@Timeout(180)
class LearnedEffortTest {
  private static final int DOCUMENTS = 10_000;
  private static final int DIMENSION = 24;
  private static final int QUERIES = 600;
  private static final int K = 10;

  @TempDir private Path folder;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 1);
  private final SplittableRandom random = new SplittableRandom(2);

  @BeforeEach
  void fill() {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things =
          attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      things.upsert(
          IntStream.range(0, DOCUMENTS)
              .mapToObj(i -> Document.of("d" + i, clustered.draw(random)))
              .toList());
      things.compact();
    }
  }

  private static List<Embedding> queries(Supplier<Embedding> drawn) {
    return Stream.generate(drawn).limit(QUERIES).toList();
  }

  /** From anywhere: nothing that is stored is near. */
  private Embedding outlier() {
    double[] vector = new double[DIMENSION];
    return Vectors.near(vector, 1, random);
  }

  private static SearchRequest.Builder request(Embedding query) {
    return SearchRequest.vector(query).k(K).withDocuments(false);
  }

  private static int ef(VectorCollection things, Embedding query) {
    List<SegmentPlan> segments = things.search(request(query).build()).stats().segments();
    assertThat(segments).hasSize(1);
    return segments.getFirst().ef();
  }

  private static double recall(
      VectorCollection things, List<Embedding> queries, SearchTuning tuning) {
    int found = 0;
    for (Embedding query : queries) {
      List<String> truth =
          things.search(request(query).tuning(SearchTuning.exactScan()).build()).ids();
      List<String> ids = things.search(request(query).tuning(tuning).build()).ids();
      found += (int) ids.stream().filter(truth::contains).count();
    }
    return (double) found / (K * queries.size());
  }

  private static double recall(VectorCollection things, List<Embedding> queries) {
    return recall(things, queries, SearchTuning.automatic());
  }

  /** Searches until something has changed: 512 different queries are a sample. */
  private static int learned(VectorCollection things, List<Embedding> queries, int before)
      throws InterruptedException {
    int ef = before;
    while (ef == before) {
      queries.forEach(query -> things.search(request(query).build()));
      Thread.sleep(50);
      ef = ef(things, queries.getFirst());
    }
    return ef;
  }

  @Test
  void search_queriesLikeTheVectors_comesToNeedLess() throws InterruptedException {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things = attune.collection("things");
      List<Embedding> queries = queries(() -> clustered.draw(random));
      int before = ef(things, queries.getFirst());

      int after = learned(things, queries, before);

      assertThat(after).isLessThan(before);
      assertThat(recall(things, queries(() -> clustered.draw(random)))).isGreaterThan(0.98);
    }
  }

  @Test
  void search_queriesFarFromAllVectors_comesToFindThemAndKeepsThat() throws InterruptedException {
    int before;
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things = attune.collection("things");
      List<Embedding> queries = queries(this::outlier);
      before = ef(things, queries.getFirst());
      double missed = 1 - recall(things, queries, SearchTuning.ef(before));

      int after = learned(things, queries, before);

      assertThat(after).isGreaterThan(before);
      assertThat(1 - recall(things, queries(this::outlier))).isLessThan(0.02).isLessThan(missed);
    }
    try (Attune attune = Attune.open(folder)) {
      assertThat(ef(attune.collection("things"), outlier())).isGreaterThan(before);
    }
  }
}
