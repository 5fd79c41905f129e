package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.RandomAdapters;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RankChange;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.index.Vectors.Scored;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports against figures computed plainly from all scores. */
class EvaluationOfCollectionTest extends StoreTest {
  private static final int DIMENSION = 6;
  private static final int DOCUMENTS = 150;
  private static final int QUERIES = 40;

  /** This query has relevant documents, but no such document exists. */
  private static final int ABSENT = 5;

  private final SplittableRandom random = new SplittableRandom(13);
  private final FakeTrainer trainer = new FakeTrainer();
  private final List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(i -> "d" + i).toList();
  private final List<Embedding> vectors =
      ids.stream().map(id -> Vectors.random(DIMENSION, random)).toList();
  private final List<Embedding> queries =
      IntStream.range(0, QUERIES).mapToObj(i -> Vectors.random(DIMENSION, random)).toList();
  private final List<List<RelevantDocument>> relevance =
      IntStream.range(0, QUERIES).mapToObj(this::judgments).toList();
  private final AdapterWeights weights = RandomAdapters.weights(DIMENSION, 2, random);
  private VectorCollection collection;

  @Override
  AttuneOptions options() {
    return AttuneOptions.defaults().withTrainer(() -> Optional.of(trainer));
  }

  /** The last query has no relevant document, one has none that exists. */
  private List<RelevantDocument> judgments(int query) {
    List<RelevantDocument> judgments = new ArrayList<>();
    for (int i = 0; i <= query % 3; i++) {
      int grade = query == QUERIES - 1 ? 0 : 1 + random.nextInt(3);
      judgments.add(
          new RelevantDocument(
              query == ABSENT ? "unknown" : ids.get(random.nextInt(DOCUMENTS)), grade));
    }
    return judgments;
  }

  @BeforeEach
  void fill() {
    collection =
        attune.createCollection("measured", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
    collection.upsert(
        IntStream.range(0, DOCUMENTS)
            .mapToObj(i -> new Document(ids.get(i), "blorp " + i, Metadata.empty(), vectors.get(i)))
            .toList());
  }

  private void publish() throws InterruptedException {
    trainer.publish(weights);
    TrainingRequest request =
        TrainingRequest.of(
            LabelledQueries.ofVectors(queries.subList(0, 10), relevance.subList(0, 10)));
    assertThat(collection.deepMemory().train(request).await())
        .isInstanceOf(JobState.Completed.class);
  }

  private EvaluationRequest request() {
    return EvaluationRequest.of(LabelledQueries.ofVectors(queries, relevance));
  }

  @Test
  void evaluate_withAndWithoutAdapter_equalsPlainFormulas() throws InterruptedException {
    publish();

    RecallReport report = collection.deepMemory().evaluate(request());

    assertThat(report.queries()).isEqualTo(QUERIES - 2);
    assertThat(report.skippedQueries()).isEqualTo(2);
    assertThat(report.absentQueries()).isEqualTo(1);
    assertThat(report.adapterVersion()).isEqualTo("v1");
    Set<String> trained = relevant(IntStream.range(0, 10).boxed().toList());
    assertReport(report, trained);
  }

  @Test
  void evaluate_givenTrainingDocuments_splitsByThese() throws InterruptedException {
    publish();
    Set<String> given = relevant(List.of(20, 21, 22, ABSENT));

    RecallReport report = collection.deepMemory().evaluate(request().withTrainingDocuments(given));

    assertReport(report, given);
  }

  @Test
  void evaluate_afterReopening_knowsTheTrainingDocuments() throws InterruptedException {
    publish();
    RecallReport before = collection.deepMemory().evaluate(request());
    reopen();

    RecallReport after = attune.collection("measured").deepMemory().evaluate(request());

    assertThat(after.rows()).isEqualTo(before.rows());
    assertThat(after.deltas()).isEqualTo(before.deltas());
  }

  @Test
  void evaluate_noActiveAdapter_hasEqualRows() {
    RecallReport report = collection.deepMemory().evaluate(request());

    for (Metric metric : EvaluationRequest.standardMetrics()) {
      assertThat(report.value(SearchMode.VECTOR, true, Subset.ALL, metric))
          .isPresent()
          .isEqualTo(report.value(SearchMode.VECTOR, false, Subset.ALL, metric));
    }
    assertThat(report.deltas()).allSatisfy(delta -> assertThat(delta.delta()).isZero());
    assertThat(report.row(SearchMode.VECTOR, true, Subset.SEEN).orElseThrow().queries()).isZero();
  }

  @Test
  void evaluate_severalModes_haveRowsAndKeywordsNoneWithAdapter() throws InterruptedException {
    publish();
    List<String> texts = IntStream.range(0, QUERIES).mapToObj(i -> "blorp " + i).toList();
    EvaluationRequest request =
        EvaluationRequest.of(LabelledQueries.of(texts, queries, relevance))
            .withModes(SearchMode.values());

    RecallReport report = collection.deepMemory().evaluate(request);

    assertThat(report.row(SearchMode.KEYWORD, false, Subset.ALL)).isPresent();
    assertThat(report.row(SearchMode.KEYWORD, true, Subset.ALL)).isEmpty();
    assertThat(report.row(SearchMode.HYBRID, false, Subset.ALL)).isPresent();
    assertThat(report.row(SearchMode.HYBRID, true, Subset.ALL)).isPresent();
    assertThat(report.value(SearchMode.VECTOR, true, Subset.ALL, Metric.recall(10)))
        .isEqualTo(
            collection
                .deepMemory()
                .evaluate(request())
                .value(SearchMode.VECTOR, true, Subset.ALL, Metric.recall(10)));
  }

  @Test
  void evaluate_adapterNone_hasNoRowsWithAdapter() throws InterruptedException {
    publish();

    RecallReport report =
        collection.deepMemory().evaluate(request().withAdapter(AdapterChoice.none()));

    assertThat(report.rows()).hasSize(3).allSatisfy(row -> assertThat(row.adapter()).isFalse());
    assertThat(report.deltas()).isEmpty();
  }

  @Test
  void evaluate_zeroQueryVector_countsAsNothingFound() {
    List<Embedding> zero = List.of(Embedding.of(new float[DIMENSION]));

    RecallReport report =
        collection
            .deepMemory()
            .evaluate(
                EvaluationRequest.of(
                    LabelledQueries.ofVectors(zero, List.of(List.of(RelevantDocument.of("d1"))))));

    assertThat(report.value(SearchMode.VECTOR, false, Subset.ALL, Metric.recall(100)))
        .contains(0.0);
  }

  @Test
  void evaluate_listener_hearsEverySearchInOrder() throws InterruptedException {
    publish();
    List<Long> heard = new ArrayList<>();
    EvaluationRequest request =
        request().withListener((done, total) -> heard.add(1_000_000L * total + done));

    collection.deepMemory().evaluate(request);

    assertThat(heard)
        .isSorted()
        .startsWith(1_000_000L * 2 * QUERIES)
        .endsWith(1_000_000L * 2 * QUERIES + 2 * QUERIES);
  }

  @Test
  void evaluate_rankChanges_areTheRanksOfSearches() throws InterruptedException {
    publish();
    LowRankAdapter adapter = new LowRankAdapter(weights);

    RecallReport report = collection.deepMemory().evaluate(request());

    assertThat(report.rankChanges(SearchMode.VECTOR)).hasSize(QUERIES - 2);
    for (RankChange change : report.rankChanges()) {
      Embedding query = queries.get(change.query());
      assertThat(change.before()).isEqualTo(firstRank(query, change.query()));
      assertThat(change.after()).isEqualTo(firstRank(adapter.adapt(query), change.query()));
    }
  }

  private OptionalInt firstRank(Embedding query, int q) {
    List<String> ranking =
        Vectors.bruteForce(Similarity.COSINE, query, ids, vectors).stream()
            .map(Scored::id)
            .limit(100)
            .toList();
    return relevance.get(q).stream()
        .mapToInt(d -> ranking.indexOf(d.documentId()) + 1)
        .filter(rank -> rank > 0)
        .min();
  }

  @Test
  void evaluate_costs_countTheStoredTexts() throws InterruptedException {
    publish();
    ReportSettings settings =
        ReportSettings.defaults().withCostK(7).withTokens(text -> text.length());

    CostComparison cost =
        collection
            .deepMemory()
            .evaluate(request().withSettings(settings))
            .cost(SearchMode.VECTOR, Subset.ALL)
            .orElseThrow();

    double expected =
        IntStream.range(0, QUERIES - 1)
            .filter(q -> q != ABSENT)
            .map(
                q ->
                    Vectors.bruteForce(Similarity.COSINE, queries.get(q), ids, vectors).stream()
                        .limit(7)
                        .mapToInt(hit -> ("blorp " + hit.id().substring(1)).length())
                        .sum())
            .average()
            .orElseThrow();
    assertThat(cost.tokens()).isCloseTo(expected, within(1e-9));
  }

  @Test
  void evaluate_moreHitsThanDocuments_isFine() throws InterruptedException {
    publish();
    EvaluationRequest request =
        request().withMetrics(EvaluationRequest.metrics(List.of(1, DOCUMENTS + 50)));

    RecallReport report = collection.deepMemory().evaluate(request);

    assertThat(report.curve(SearchMode.VECTOR, true, Subset.ALL).orElseThrow().recall())
        .hasSize(DOCUMENTS + 50)
        .endsWith(1.0);
    assertThat(report.rankChanges()).allSatisfy(change -> assertThat(change.after()).isPresent());
  }

  @Test
  void evaluate_noAdapterOrNoQueries_explainsNothing() {
    RecallReport none = collection.deepMemory().evaluate(request());
    RecallReport empty =
        collection
            .deepMemory()
            .evaluate(EvaluationRequest.of(LabelledQueries.ofVectors(List.of(), List.of())));

    assertThat(none.adapterVersion()).isNull();
    assertThat(none.costs()).isEmpty();
    assertThat(none.movers()).isEmpty();
    assertThat(none.rankChanges()).isNotEmpty().allMatch(change -> change.movement() == 0);
    assertThat(empty.queries()).isZero();
    assertThat(empty.row(SearchMode.VECTOR, true, Subset.ALL).orElseThrow().values()).isEmpty();
  }

  private Set<String> relevant(List<Integer> members) {
    Set<String> documents = new HashSet<>();
    for (int q : members) {
      relevance.get(q).stream()
          .filter(d -> d.grade() > 0 && ids.contains(d.documentId()))
          .forEach(d -> documents.add(d.documentId()));
    }
    return documents;
  }

  private void assertReport(RecallReport report, Set<String> trained) {
    LowRankAdapter adapter = new LowRankAdapter(weights);
    for (Subset subset : Subset.values()) {
      List<Integer> members =
          IntStream.range(0, QUERIES - 1)
              .filter(q -> q != ABSENT)
              .filter(
                  q -> {
                    boolean seen =
                        relevance.get(q).stream().anyMatch(d -> trained.contains(d.documentId()));
                    return subset == Subset.ALL || seen == (subset == Subset.SEEN);
                  })
              .boxed()
              .toList();
      assertThat(members).isNotEmpty();
      for (boolean adapted : new boolean[] {false, true}) {
        RecallReport.Row row = report.row(SearchMode.VECTOR, adapted, subset).orElseThrow();
        assertThat(row.queries()).isEqualTo(members.size());
        for (Metric metric : EvaluationRequest.standardMetrics()) {
          double mean =
              members.stream()
                  .mapToDouble(
                      q -> {
                        Embedding query = queries.get(q);
                        return naive(metric, adapted ? adapter.adapt(query) : query, q);
                      })
                  .average()
                  .orElseThrow();
          assertThat(report.value(SearchMode.VECTOR, adapted, subset, metric).orElseThrow())
              .as("%s %s adapted %s", subset, metric, adapted)
              .isCloseTo(mean, within(1e-12));
        }
      }
    }
  }

  private double naive(Metric metric, Embedding query, int q) {
    List<String> ranking =
        Vectors.bruteForce(Similarity.COSINE, query, ids, vectors).stream()
            .map(Scored::id)
            .limit(metric.k())
            .toList();
    Map<String, Double> grades = new HashMap<>();
    relevance.get(q).forEach(d -> grades.merge(d.documentId(), d.grade(), Math::max));
    double found = ranking.stream().filter(grades::containsKey).count();
    return switch (metric.kind()) {
      case RECALL -> found / grades.size();
      case MRR ->
          IntStream.range(0, ranking.size())
              .filter(i -> grades.containsKey(ranking.get(i)))
              .mapToDouble(i -> 1.0 / (i + 1))
              .findFirst()
              .orElse(0);
      case NDCG -> {
        double gain = 0;
        for (int i = 0; i < ranking.size(); i++) {
          gain += grades.getOrDefault(ranking.get(i), 0.0) / (Math.log(i + 2) / Math.log(2));
        }
        List<Double> best = new ArrayList<>(grades.values());
        best.sort(Comparator.reverseOrder());
        double ideal = 0;
        for (int i = 0; i < Math.min(metric.k(), best.size()); i++) {
          ideal += best.get(i) / (Math.log(i + 2) / Math.log(2));
        }
        yield gain / ideal;
      }
      case PRECISION, HIT -> throw new IllegalArgumentException(metric.label());
    };
  }

  @Test
  void evaluate_adapterThatIsBetterInOneMode_namesTheOther() throws InterruptedException {
    ModeProfile better = ModeProfile.constant(1);
    ModeProfile worse =
        new ModeProfile(false, better.alpha(), better.keywordWeight(), better.memoryWeight());
    AdapterWeights vectorOnly =
        new AdapterWeights(
            weights.down(),
            weights.up(),
            weights.bias(),
            Map.of(SearchMode.VECTOR, better, SearchMode.HYBRID, worse),
            null);
    trainer.publish(vectorOnly);
    TrainingRequest training =
        TrainingRequest.of(
            LabelledQueries.of(
                Collections.nCopies(10, "blorp"),
                queries.subList(0, 10),
                relevance.subList(0, 10)));
    collection.deepMemory().train(training).await();
    EvaluationRequest both =
        EvaluationRequest.of(
                LabelledQueries.of(
                    Collections.nCopies(queries.size(), "blorp"), queries, relevance))
            .withModes(SearchMode.VECTOR, SearchMode.KEYWORD, SearchMode.HYBRID);

    RecallReport active = collection.deepMemory().evaluate(both);
    RecallReport named =
        collection.deepMemory().evaluate(both.withAdapter(AdapterChoice.version("v1")));

    assertThat(active.untouchedModes()).containsExactly(SearchMode.HYBRID);
    assertThat(named.untouchedModes()).isEmpty();
    assertThat(named.row(SearchMode.HYBRID, true, Subset.ALL))
        .isNotEqualTo(active.row(SearchMode.HYBRID, true, Subset.ALL));
  }
}
