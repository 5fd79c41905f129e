package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.FSDirectory;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an evaluation finds does not depend on what else the store or the machine does. */
@Timeout(180)
class RepeatableEvaluationTest {
  private static final int DIMENSION = 24;
  private static final int K = 10;
  private static final int QUERIES = 500;
  private static final String HELPERS = "attune-search-";

  @TempDir private Path folder;

  private final Clustered clustered = new Clustered(DIMENSION, 0.6, 0.2, 1);
  private final SplittableRandom random = new SplittableRandom(2);

  private List<Document> documents(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> Document.of("d" + i, clustered.draw(random)))
        .toList();
  }

  private void fill(int segments, int documents) {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things =
          attune.createCollection("things", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      for (int i = 0; i < segments; i++) {
        things.upsert(documents(i * documents, documents));
        things.checkpoint();
      }
      if (segments == 1) {
        things.compact();
      }
    }
  }

  /** Takes the calibrations out of the commit, as older versions wrote none. */
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

  /** Queries whose relevant documents are their true neighbours. */
  private LabelledQueries labels(VectorCollection things) {
    List<Embedding> queries = Stream.generate(() -> clustered.draw(random)).limit(QUERIES).toList();
    List<Relevance> relevance =
        queries.stream()
            .map(
                query ->
                    things.search(request(query).tuning(SearchTuning.exactScan()).build()).ids())
            .map(ids -> ids.stream().collect(Collectors.toMap(id -> id, id -> 1.0)))
            .map(Relevance::of)
            .toList();
    return new LabelledQueries(
        queries.stream().<Query>map(Query.ByEmbedding::new).toList(), relevance);
  }

  private static SearchRequest.Builder request(Embedding query) {
    return SearchRequest.vector(query).k(K).withDocuments(false);
  }

  private static EvaluationRequest evaluation(LabelledQueries labels) {
    return EvaluationRequest.of(labels)
        .withModes(SearchMode.VECTOR)
        .withMetrics(List.of(Metric.recall(K)));
  }

  private static List<String> helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(HELPERS))
        .toList();
  }

  /** Walks with the ef of a segment that was not measured find others than those that follow. */
  @Test
  void evaluate_segmentNotCalibratedYet_findsWhatIsFoundAfterwards() throws IOException {
    fill(1, 6_000);
    LabelledQueries labels;
    try (Attune attune = Attune.open(folder)) {
      labels = labels(attune.collection("things"));
    }
    forget();

    try (Attune attune = Attune.openReadOnly(folder)) {
      VectorCollection things = attune.collection("things");

      RecallReport first = things.deepMemory().evaluate(evaluation(labels));
      RecallReport second = things.deepMemory().evaluate(evaluation(labels));

      assertThat(first.rows()).isEqualTo(second.rows());
      SegmentPlan plan =
          things.search(request(clustered.draw(random)).build()).stats().segments().getFirst();
      assertThat(plan.plan()).isEqualTo(Plan.GRAPH);
      assertThat(plan.ef()).as("what it is without calibration").isNotEqualTo(128);
    }
  }

  @Test
  void evaluate_searchesHaveLearnedFromOthers_findsWhatWasFoundBefore()
      throws InterruptedException {
    fill(1, 6_000);
    try (Attune attune = Attune.open(folder)) {
      VectorCollection things = attune.collection("things");
      LabelledQueries labels = labels(things);
      RecallReport first = things.deepMemory().evaluate(evaluation(labels));
      // Far from all that is stored, so that they need much more.
      List<Embedding> others =
          Stream.generate(() -> Vectors.near(new double[DIMENSION], 1, random))
              .limit(2 * QUERIES)
              .toList();
      int before = ef(things);
      while (ef(things) == before) {
        others.forEach(other -> things.search(request(other).build()));
        Thread.sleep(50);
      }

      RecallReport second = things.deepMemory().evaluate(evaluation(labels));

      assertThat(second.rows()).isEqualTo(first.rows());
    }
  }

  private int ef(VectorCollection things) {
    SearchResponse found = things.search(request(clustered.draw(random)).build());
    return found.stats().segments().getFirst().ef();
  }

  /** Helpers would tell each other how far to walk, whenever they happen to be there. */
  @Test
  void evaluate_severalSegments_searchesThemInTheThreadOfTheQuery() {
    fill(4, 5_000);
    AttuneOptions options = AttuneOptions.defaults().withSearchThreads(3);
    try (Attune attune = Attune.open(folder, options)) {
      VectorCollection things = attune.collection("things");
      Embedding query = clustered.draw(random);
      Relevance relevance = Relevance.of(Map.of("d1", 1.0));
      LabelledQueries labels =
          new LabelledQueries(List.of(new Query.ByEmbedding(query)), List.of(relevance));
      assertThat(helpers()).isEmpty();

      things.deepMemory().evaluate(evaluation(labels));
      List<String> evaluating = helpers();
      things.search(request(query).tuning(SearchTuning.exactScan()).build());

      assertThat(evaluating).isEmpty();
      assertThat(helpers()).as("a search of the same has some").isNotEmpty();
    }
  }
}
