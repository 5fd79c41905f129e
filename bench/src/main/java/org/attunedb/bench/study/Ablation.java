package org.attunedb.bench.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.AdapterImport;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.JobState;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.JudgedQuery;
import org.attunedb.server.workflow.DatasetLoader;

/** Takes a published adapter apart, and trains others of other ranks. Used once, by one thread. */
final class Ablation {
  /** The modes that adapters are applied to. */
  static final List<SearchMode> MODES = List.of(SearchMode.VECTOR, SearchMode.HYBRID);

  /** How reports name search without an adapter. */
  static final String NONE = "none";

  private final BeirDataset dataset;
  private final TestQueries test;
  private final StudyStore store;
  private final long seed;
  private final Consumer<AblationRow> sink;
  private final Map<Subset, int[]> members = new EnumMap<>(Subset.class);

  private Ablation(BeirDataset dataset, StudyStore store, long seed, Consumer<AblationRow> sink) {
    this.dataset = dataset;
    this.test = new TestQueries(dataset.test());
    this.store = store;
    this.seed = seed;
    this.sink = sink;
    Set<String> trained = DatasetLoader.relevantDocuments(dataset.train());
    for (Subset subset : Subset.values()) {
      members.put(
          subset,
          IntStream.range(0, test.size())
              .filter(q -> isIn(subset, test.queries().get(q), trained))
              .toArray());
    }
  }

  private static boolean isIn(Subset subset, JudgedQuery query, Set<String> trained) {
    boolean seen =
        query.relevance().grades().keySet().stream()
            .anyMatch(id -> query.relevance().isRelevant(id) && trained.contains(id));
    return switch (subset) {
      case ALL -> true;
      case SEEN -> seen;
      case UNSEEN -> !seen;
    };
  }

  /**
   * What was trained.
   *
   * @param decision the verdict on the adapter that is taken apart
   * @param weights that adapter; empty if it was not published
   * @param ranks the verdicts on adapters of other ranks
   */
  record Result(GateDecision decision, Optional<AdapterWeights> weights, List<RankVerdict> ranks) {}

  /** The verdict on an adapter of some rank. */
  record RankVerdict(int rank, GateDecision decision) {}

  /** How many ways to search are measured at most. */
  static int ways(int ranks) {
    return 1 + Variant.values().length + ranks;
  }

  /**
   * Runs the study.
   *
   * @param ranks of which adapters are trained beside the one of the default rank
   * @param sink is given each row as soon as it is measured
   */
  static Result run(
      BeirDataset dataset, List<Integer> ranks, long seed, Out out, Consumer<AblationRow> sink)
      throws IOException, InterruptedException {
    try (StudyStore store = StudyStore.load(dataset, out)) {
      return new Ablation(dataset, store, seed, sink).run(ranks);
    }
  }

  private Result run(List<Integer> ranks) throws InterruptedException {
    TrainingConfig config = TrainingConfig.withSeed(seed);
    List<PerQuery> base = search(AdapterChoice.none());
    JobState.Completed completed = store.train(dataset.train(), config);
    Optional<String> version = completed.version();
    if (version.isEmpty()) {
      measure(NONE, base, base, base);
      return new Result(completed.decision(), Optional.empty(), List.of());
    }
    List<PerQuery> full = search(AdapterChoice.version(version.get()));
    measure(NONE, base, base, full);
    DeepMemory memory = store.collection().deepMemory();
    Adapter adapter = memory.adapter(version.get());
    for (Variant variant : Variant.values()) {
      Adapter changed = new Adapter(adapter.binding(), variant.of(adapter.weights()));
      String imported =
          memory
              .importVersion(AdapterFile.encode(changed), variant.label(), AdapterImport.defaults())
              .name();
      measure(variant.label(), search(AdapterChoice.version(imported)), base, full);
      memory.delete(imported);
    }
    List<RankVerdict> verdicts = new ArrayList<>();
    for (int rank : ranks) {
      // Each is judged alone, not beside the version that is active.
      memory.deactivate();
      JobState.Completed other = store.train(dataset.train(), config.withRank(rank));
      verdicts.add(new RankVerdict(rank, other.decision()));
      if (other.version().isPresent()) {
        AdapterChoice choice = AdapterChoice.version(other.version().get());
        measure("rank " + rank, search(choice), base, full);
      }
    }
    return new Result(completed.decision(), Optional.of(adapter.weights()), verdicts);
  }

  /** One element a mode. */
  private List<PerQuery> search(AdapterChoice adapter) {
    return MODES.stream().map(mode -> test.search(store.collection(), mode, adapter)).toList();
  }

  private void measure(
      String variant, List<PerQuery> values, List<PerQuery> base, List<PerQuery> full) {
    for (int mode = 0; mode < MODES.size(); mode++) {
      for (Subset subset : Subset.values()) {
        int[] queries = members.getOrDefault(subset, new int[0]);
        if (queries.length > 0) {
          sink.accept(
              AblationRow.of(
                  variant,
                  MODES.get(mode),
                  subset,
                  new AblationRow.Compared(
                      values.get(mode).at(queries),
                      base.get(mode).at(queries),
                      full.get(mode).at(queries)),
                  seed));
        }
      }
    }
  }
}
