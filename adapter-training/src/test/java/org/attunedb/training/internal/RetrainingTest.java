package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.AdapterTrainer.Result;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.CheckpointStore;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.core.training.Incumbent;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingListener;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.DjlAdapterTrainer;
import org.attunedb.training.Synthetic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trainings where an adapter is in use already. */
@Timeout(300)
class RetrainingTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.withSeed(42).withRank(16).withThreads(1).withMaxEpochs(4);

  /** 300 queries about 240 documents. */
  private static final TrainingSet SET = new Synthetic(1).trainingSet(240, 60);

  private static final List<LabelledQuery> OLD = SET.queries().subList(0, 150);
  private static final List<LabelledQuery> NEW = SET.queries().subList(150, 300);

  /** An adapter that was trained on some queries. */
  private record InUse(
      QueryAdapter adapter,
      Set<Embedding> queries,
      Set<SearchMode> modes,
      Optional<Map<String, Double>> heldOutOfTheSame)
      implements Incumbent {
    @Override
    public String version() {
      return "v7";
    }

    @Override
    public boolean isUsedBy(SearchMode mode) {
      return modes.contains(mode);
    }

    @Override
    public boolean remembers(LabelledQuery query) {
      return queries.contains(query.vector());
    }

    @Override
    public boolean remembersAll() {
      return true;
    }

    @Override
    public Answer apply(Embedding query, SearchMode mode) {
      QueryAdapter.Adapted adapted = adapter.apply(query, mode);
      return new Answer(
          adapted.vector(),
          adapted.keywordWeight(),
          adapted.recalled().stream()
              .map(r -> new Bonus(Integer.parseInt(r.document().substring(1)), r.bonus()))
              .toList());
    }
  }

  private static Set<Embedding> vectors(List<LabelledQuery> queries) {
    return new HashSet<>(queries.stream().map(query -> query.vector().normalized()).toList());
  }

  private static Result train(List<LabelledQuery> queries, List<LabelledQuery> carried) {
    return train(queries, carried, Optional.empty());
  }

  private static Result train(
      List<LabelledQuery> queries, List<LabelledQuery> carried, Optional<Incumbent> incumbent) {
    return new DjlAdapterTrainer()
        .train(
            new TrainingSet(SET.corpus(), queries, carried),
            CONFIG,
            new TrainingContext(
                TrainingListener.none(),
                new CancellationToken(),
                CheckpointStore.none(),
                incumbent));
  }

  private static Incumbent inUse(AdapterWeights weights, List<LabelledQuery> trainedOn) {
    return new InUse(
        new LowRankAdapter(weights),
        vectors(trainedOn),
        Set.of(SearchMode.VECTOR),
        Optional.empty());
  }

  @Test
  void train_carriedQueries_areLearnedButJudgeNothing() {
    Result alone = train(NEW, List.of());
    Result carrying = train(NEW, OLD);

    LowRankAdapter learned = new LowRankAdapter(carrying.weights().orElseThrow());
    assertThat(learned.memory().orElseThrow().count()).isEqualTo(300);
    assertThat(OLD).allMatch(query -> !learned.remembered(query.vector(), 0.98).isEmpty());
    // The figures are about the same queries: without an adapter they are the same.
    for (String base : List.of("base_recall@10", "base_recall@1", "base_ndcg@10")) {
      assertThat(carrying.decision().metrics().get(base))
          .isEqualTo(alone.decision().metrics().get(base));
    }
    assertThat(carrying.weights()).isNotEqualTo(alone.weights());
  }

  @Test
  void train_fewLabelsAndManyCarriedQueries_areTooFewLabels() {
    assertThat(train(NEW.subList(0, 31), OLD).decision().outcome())
        .isEqualTo(Outcome.TOO_FEW_LABELS);
  }

  @Test
  void train_adapterInUseOfTheOtherHalf_isReplacedByOneThatKeepsIt() {
    AdapterWeights first = train(OLD, List.of()).weights().orElseThrow();

    Result second = train(NEW, OLD, Optional.of(inUse(first, OLD)));

    assertThat(second.decision().published()).as(second.decision().reason()).isTrue();
    assertThat(second.decision().reason())
        .contains("against version 'v7' +", "on 150 queries that neither was trained on");
    assertThat(second.decision().metrics())
        .containsEntry("succession_queries", 150.0)
        .containsKey("succession_incumbent_recall@10");
  }

  @Test
  void train_adapterInUseThatWasTrainedOnMore_stays() {
    // What it knows of the documents of new queries it did not learn from these queries.
    AdapterWeights best = train(SET.queries(), List.of()).weights().orElseThrow();

    Result second = train(NEW, List.of(), Optional.of(inUse(best, List.of())));

    assertThat(second.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(second.decision().reason())
        .startsWith("vector search is better with version 'v7': -");
    assertThat(second.weights()).isEmpty();
  }

  @Test
  void train_adapterInUseThatKnowsEveryQuery_stays() {
    AdapterWeights same = train(NEW, List.of()).weights().orElseThrow();

    Result second = train(NEW, List.of(), Optional.of(inUse(same, NEW)));

    assertThat(second.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(second.decision().reason())
        .startsWith(
            "vector search keeps version 'v7', which was trained on all but 0 of the queries");
  }

  @Test
  void train_sameLabelsAsTheAdapterInUse_comparesHeldOutFigures() {
    Result first = train(NEW, List.of());
    Map<String, Double> figures = new HashMap<>(first.decision().metrics());
    Incumbent equal = trainedOnTheSame(first, figures);

    Result again = train(NEW, List.of(), Optional.of(equal));
    figures.merge("held_out_recall@10", 0.01, Double::sum);
    Result better = train(NEW, List.of(), Optional.of(trainedOnTheSame(first, figures)));

    assertThat(again.decision().published()).as(again.decision().reason()).isTrue();
    assertThat(again.decision().reason()).contains("not worse than version 'v7': held-out");
    assertThat(again.weights()).isEqualTo(first.weights());
    assertThat(better.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(better.decision().reason())
        .startsWith("vector search is better with version 'v7': held-out");
  }

  private static Incumbent trainedOnTheSame(Result result, Map<String, Double> figures) {
    return new InUse(
        new LowRankAdapter(result.weights().orElseThrow()),
        vectors(NEW),
        Set.of(SearchMode.VECTOR),
        Optional.of(Map.copyOf(figures)));
  }

  @Test
  void train_modeThatCannotBeMeasured_isNotLost() {
    AdapterWeights best = train(SET.queries(), List.of()).weights().orElseThrow();
    // No query has words, so that hybrid search is not measured.
    Incumbent hybrid =
        new InUse(new LowRankAdapter(best), Set.of(), Set.of(SearchMode.HYBRID), Optional.empty());

    Result second = train(NEW, List.of(), Optional.of(hybrid));

    assertThat(second.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(second.decision().reason())
        .startsWith("hybrid search uses version 'v7' and could not be measured");
  }

  /** Each new query was learned before with a vector that has moved since. */
  @Test
  void train_carriedQueriesThatAreTheJudgedOnesInDisguise_giveNothingAway() {
    List<LabelledQuery> moved =
        NEW.stream()
            .map(query -> new LabelledQuery(moved(query.vector()), query.labels()))
            .toList();

    Result alone = train(NEW, List.of());
    Result disguised = train(NEW, moved);

    // Twice as many queries to learn from help a little; with its own twin among them a held-out
    // query would nearly always be found.
    assertThat(heldOut(disguised)).isLessThan(heldOut(alone) + 0.15).isLessThan(0.5);
  }

  private static double heldOut(Result result) {
    return result.decision().metrics().getOrDefault("held_out_recall@10", Double.NaN);
  }

  private static Embedding moved(Embedding vector) {
    float[] components = vector.toArray();
    for (int i = 0; i < components.length; i++) {
      components[i] *= i % 2 == 0 ? 1.3f : 0.8f;
    }
    return Embedding.of(components).normalized();
  }
}
