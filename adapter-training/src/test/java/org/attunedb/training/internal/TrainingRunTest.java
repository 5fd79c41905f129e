package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterBinding;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.AdapterTrainer.Result;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.core.training.KeywordScores;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingEvent;
import org.attunedb.core.training.TrainingEvent.Stepped;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.DjlAdapterTrainer;
import org.attunedb.training.Matrix;
import org.attunedb.training.Synthetic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings: what is sealed, what is taken up, what each mode gets. */
@Timeout(300)
class TrainingRunTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.withSeed(42).withRank(16).withThreads(1).withMaxEpochs(4);
  private static final Synthetic PROBLEM = new Synthetic(1);

  /** 500 queries: enough for a sealed part. */
  private static final TrainingSet SET = PROBLEM.trainingSet(400, 100);

  /** Keeps contents in memory. */
  private static final class Contents implements CheckpointStore {
    private final Map<String, byte[]> byName = new TreeMap<>();

    @Override
    public Optional<byte[]> read(String name) {
      return Optional.ofNullable(byName.get(name));
    }

    @Override
    public void write(String name, byte[] content) {
      byName.put(name, content);
    }
  }

  private static Result train(TrainingSet set) {
    return new DjlAdapterTrainer().train(set, CONFIG, TrainingContext.none());
  }

  private static byte[] encoded(Result result) {
    AdapterWeights weights = result.weights().orElseThrow();
    AdapterBinding binding =
        new AdapterBinding("m", weights.dimension(), "c", "l", "t", 42, Map.of());
    return AdapterFile.encode(new Adapter(binding, weights));
  }

  /** What was chosen, and the figures of the queries that it was chosen on. */
  private static Map<String, Double> openMetrics(Result result) {
    Map<String, Double> open = new TreeMap<>(result.decision().metrics());
    open.keySet().removeIf(name -> !name.matches("held_out_.*|.*alpha_.*|.*_weight.*"));
    return open;
  }

  /**
   * Queries about one document each, sealed, now point to documents that no query is about: what is
   * chosen stays, what is confirmed does not.
   */
  @Test
  void run_otherLabelsOfSealedQueries_changeNoChoice() {
    FoldPlan plan = FoldPlan.of(SET.queries(), 5, ~CONFIG.seed());
    List<LabelledQuery> changed = new ArrayList<>(SET.queries());
    int next = 400;
    for (int q : plan.heldOut(0)) {
      int row = changed.get(q).labels().getFirst().row();
      // Documents from 100 on have one query, so that no group changes.
      if (row >= 100) {
        changed.set(q, new LabelledQuery(changed.get(q).vector(), List.of(new Label(next++, 1))));
      }
    }
    assertThat(next).isGreaterThan(440);

    Result before = train(SET);
    Result after = train(new TrainingSet(SET.corpus(), changed));

    assertThat(openMetrics(before))
        .containsKeys("alpha_seen", "memory_weight", "held_out_recall@10");
    assertThat(openMetrics(after)).isEqualTo(openMetrics(before));
    assertThat(before.decision().published()).isTrue();
    assertThat(before.decision().reason()).contains("on sealed queries");
    assertThat(after.decision().metrics().get("recall@10"))
        .isLessThan(before.decision().metrics().get("recall@10"));
  }

  /** The counterpart: an open query's label does count. */
  @Test
  void run_otherLabelsOfOpenQueries_changeFigures() {
    FoldPlan plan = FoldPlan.of(SET.queries(), 5, ~CONFIG.seed());
    List<LabelledQuery> changed = new ArrayList<>(SET.queries());
    int next = 400;
    for (int q : plan.training(0).subList(150, 250)) {
      changed.set(q, new LabelledQuery(changed.get(q).vector(), List.of(new Label(next++, 1))));
    }

    assertThat(openMetrics(train(new TrainingSet(SET.corpus(), changed))))
        .isNotEqualTo(openMetrics(train(SET)));
  }

  @Test
  void run_fewerThanFiveHundredQueries_sealsNone() {
    Result result = train(new TrainingSet(SET.corpus(), SET.queries().subList(0, 499)));

    assertThat(result.decision().published()).as(result.decision().reason()).isTrue();
    assertThat(result.decision().metrics().get("recall@10"))
        .isEqualTo(result.decision().metrics().get("held_out_recall@10"));
    assertThat(result.decision().reason()).contains("held-out");
  }

  /** Stopped in each stage, and taken up again: the bytes of a run without a stop. */
  @Test
  void run_takenUpFromCheckpoints_givesTheSameBytes() {
    Result whole = train(SET);
    List<String> stages = new ArrayList<>();
    Contents contents = new Contents();
    for (int attempt = 0; attempt < 20; attempt++) {
      List<String> fitted = new ArrayList<>();
      CancellationToken token = new CancellationToken();
      TrainingContext context =
          new TrainingContext(event -> stopInTheSecondStage(event, fitted, token), token, contents);
      try {
        Result result = new DjlAdapterTrainer().train(SET, CONFIG, context);

        assertThat(result.decision()).isEqualTo(whole.decision());
        assertThat(encoded(result)).isEqualTo(encoded(whole));
        stages.addAll(fitted);
        // Two or three folds, the rehearsal and the final fit, each fitted once to its end.
        assertThat(attempt).isGreaterThan(2);
        assertThat(stages).doesNotHaveDuplicates().contains("rehearsal", "final fit");
        return;
      } catch (CancellationException e) {
        stages.add(fitted.getFirst());
      }
    }
    throw new AssertionError("never came to an end: " + stages);
  }

  private static void stopInTheSecondStage(
      TrainingEvent event, List<String> fitted, CancellationToken token) {
    if (event instanceof Stepped step && !fitted.contains(step.stage())) {
      fitted.add(step.stage());
      if (fitted.size() > 1) {
        token.cancel();
      }
    }
  }

  @Test
  void run_damagedCheckpoints_fitsAnew() {
    Contents contents = new Contents();
    TrainingSet set = PROBLEM.trainingSet(150, 40);
    TrainingContext context = new TrainingContext(event -> {}, new CancellationToken(), contents);
    byte[] first = encoded(new DjlAdapterTrainer().train(set, CONFIG, context));
    assertThat(contents.byName).containsKey("final-fit");
    contents.byName.replaceAll((name, content) -> new byte[content.length]);

    assertThat(encoded(new DjlAdapterTrainer().train(set, CONFIG, context))).isEqualTo(first);
  }

  /** Another training's checkpoints fit by name, but were made by another number of steps. */
  @Test
  void run_checkpointsOfAnotherConfiguration_areNotTakenUp() {
    Contents contents = new Contents();
    TrainingSet set = PROBLEM.trainingSet(150, 40);
    TrainingContext context = new TrainingContext(event -> {}, new CancellationToken(), contents);
    new DjlAdapterTrainer().train(set, CONFIG.withMaxEpochs(6), context);

    assertThat(encoded(new DjlAdapterTrainer().train(set, CONFIG, context)))
        .isEqualTo(encoded(train(set)));
  }

  @Test
  void run_cancelledBefore_writesNoCheckpoint() {
    Contents contents = new Contents();
    CancellationToken token = new CancellationToken();
    token.cancel();

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(
            () ->
                new DjlAdapterTrainer()
                    .train(SET, CONFIG, new TrainingContext(event -> {}, token, contents)));
    assertThat(contents.byName).isEmpty();
  }

  /**
   * Two thirds of the query vectors are their documents', the others are noise: there is nothing to
   * learn for vectors. Keywords mislead: many wrong documents score as high as can be.
   */
  private static TrainingSet misleadingKeywords(int queries) {
    SplittableRandom random = new SplittableRandom(6);
    float[][] rows = new float[400][16];
    for (float[] row : rows) {
      fill(row, random);
    }
    List<LabelledQuery> labelled = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      float[] vector = new float[16];
      fill(vector, random);
      int[] wrong = random.ints(0, 400).distinct().filter(r -> r >= 300).limit(90).toArray();
      float[] scores = new float[90];
      for (int i = 0; i < 90; i++) {
        scores[i] = 2 - i / 900f;
      }
      labelled.add(
          new LabelledQuery(
              Embedding.unit(q % 3 == 0 ? vector : rows[q]),
              List.of(new Label(q, 1)),
              KeywordScores.of(wrong, scores)));
    }
    return new TrainingSet(Matrix.of(rows), labelled);
  }

  private static void fill(float[] vector, SplittableRandom random) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
  }

  @Test
  void run_onlyHybridSearchGains_isPublishedForThatAlone() {
    Result result = train(misleadingKeywords(240));

    assertThat(result.decision().published()).as(result.decision().reason()).isTrue();
    AdapterWeights weights = result.weights().orElseThrow();
    assertThat(weights.betterModes()).containsExactly(SearchMode.HYBRID);
    assertThat(weights.profile(SearchMode.HYBRID).keywordWeight().seen()).isLessThan(0.5f);
    assertThat(result.decision().reason())
        .contains("vector search stays as it was")
        .contains("hybrid search is better");
    assertThat(result.decision().metrics().get("hybrid_recall@10"))
        .isGreaterThan(result.decision().metrics().get("hybrid_base_recall@10"));
    assertThat(result.decision().metrics())
        .containsEntry("better", 0.0)
        .containsEntry("hybrid_better", 1.0);
  }

  @Test
  void run_noKeywords_isBetterForVectorSearchAlone() {
    Result result = train(SET);
    AdapterWeights weights = result.weights().orElseThrow();

    assertThat(weights.betterModes()).containsExactly(SearchMode.VECTOR);
    assertThat(result.decision().metrics())
        .containsEntry("better", 1.0)
        .doesNotContainKey("hybrid_better");
    assertThat(weights.profile(SearchMode.HYBRID).alpha()).isEqualTo(Blend.constant(0));
    assertThat(weights.profile(SearchMode.HYBRID).memoryWeight()).isZero();
    assertThat(weights.memory().orElseThrow().count()).isEqualTo(500);
  }

  /** Every document has three queries that hardly differ: the memory knows what they are about. */
  @Test
  void run_nearDuplicates_areRemembered() {
    SplittableRandom random = new SplittableRandom(3);
    float[][] rows = new float[300][32];
    List<LabelledQuery> labelled = new ArrayList<>();
    for (int d = 0; d < 300; d++) {
      fill(rows[d], random);
      float[] query = new float[32];
      fill(query, random);
      for (int copy = 0; copy < 3 && d < 60; copy++) {
        float[] near = query.clone();
        near[copy] += 1e-3f;
        labelled.add(new LabelledQuery(Embedding.unit(near), List.of(new Label(d, 1))));
      }
    }
    TrainingSet set = new TrainingSet(Matrix.of(rows), labelled);

    Result result = train(set);

    assertThat(result.decision().published()).as(result.decision().reason()).isTrue();
    assertThat(result.decision().metrics().get("seen_recall@10")).isGreaterThan(0.95);
    AdapterWeights weights = result.weights().orElseThrow();
    assertThat(weights.memory().orElseThrow().sameDocument().at(1)).isGreaterThan(0.5);
    assertThat(encoded(train(set))).isEqualTo(encoded(result));
  }

  /** Vectors, keywords and labels have nothing to do with each other. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void run_randomLabelsWithKeywords_areNotPublished(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[200][16];
    for (float[] row : rows) {
      fill(row, random);
    }
    List<LabelledQuery> labelled = new ArrayList<>();
    for (int q = 0; q < 200; q++) {
      float[] vector = new float[16];
      fill(vector, random);
      int[] words = random.ints(0, 200).distinct().limit(40).toArray();
      float[] scores = new float[40];
      for (int i = 0; i < 40; i++) {
        scores[i] = 5 - i / 10f;
      }
      labelled.add(
          new LabelledQuery(
              Embedding.unit(vector),
              List.of(new Label(random.nextInt(200), 1)),
              KeywordScores.of(words, scores)));
    }

    Result result = train(new TrainingSet(Matrix.of(rows), labelled));

    assertThat(result.decision().published()).as(result.decision().reason()).isFalse();
  }

  @Test
  void foldPlan_ofMembers_leavesOthersOutOfEveryFold() {
    List<Integer> members = IntStream.range(0, 500).filter(q -> q % 3 != 0).boxed().toList();

    FoldPlan plan = FoldPlan.of(SET.queries(), members, 3, 5);

    List<Integer> heldOut = new ArrayList<>();
    for (int fold = 0; fold < 3; fold++) {
      heldOut.addAll(plan.heldOut(fold));
      List<Integer> both = new ArrayList<>(plan.heldOut(fold));
      both.addAll(plan.training(fold));
      assertThat(both).containsExactlyInAnyOrderElementsOf(members);
    }
    assertThat(heldOut).containsExactlyInAnyOrderElementsOf(members);
    // Seen by members alone: a query whose only companion is left out is not.
    for (int q : members) {
      int row = SET.queries().get(q).labels().getFirst().row();
      boolean seen =
          members.stream()
              .anyMatch(
                  other ->
                      plan.foldOf(other) != plan.foldOf(q)
                          && SET.queries().get(other).labels().getFirst().row() == row);
      assertThat(plan.seen(SET.queries()).get(q)).isEqualTo(seen);
    }
    assertThat(plan.seen(SET.queries()).stream().allMatch(q -> q % 3 != 0)).isTrue();
  }
}
