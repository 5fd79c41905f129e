package org.attunedb.bench.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.JobState;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;

/**
 * Trains Attune and the recipes of others on the same draws of labels, and measures all on the same
 * test queries.
 */
final class LearningCurve {
  /** How reports name Attune. */
  static final String ATTUNE = "attune";

  private final BeirDataset dataset;
  private final TestQueries test;
  private final StudyStore store;
  private final DenseDataset dense;
  private final long seed;
  private final PerQuery baseVector;
  private final PerQuery baseHybrid;
  private final PerQuery baseExact;

  private LearningCurve(
      BeirDataset dataset, TestQueries test, StudyStore store, DenseDataset dense, long seed) {
    this.dataset = dataset;
    this.test = test;
    this.store = store;
    this.dense = dense;
    this.seed = seed;
    this.baseVector = search(SearchMode.VECTOR, AdapterChoice.none());
    this.baseHybrid = search(SearchMode.HYBRID, AdapterChoice.none());
    this.baseExact = exact(new Rival.Fitted(query -> query, dense.corpus()));
  }

  /**
   * Measures everything.
   *
   * @param sizes numbers of labels, each from 1 to the number of training queries
   * @param draws of labels for each size, at least 1; of one draw smaller sizes are the beginning
   *     of larger ones
   * @param sink is given each measurement as soon as it is made
   */
  static List<CurvePoint> run(
      BeirDataset dataset,
      List<Integer> sizes,
      int draws,
      long seed,
      Out out,
      Consumer<CurveMeasurement> sink)
      throws IOException, InterruptedException {
    TestQueries test = new TestQueries(dataset.test());
    DenseDataset dense = DenseDataset.of(dataset, test, out);
    try (StudyStore store = StudyStore.load(dataset, out)) {
      return new LearningCurve(dataset, test, store, dense, seed).run(sizes, draws, sink);
    }
  }

  private List<CurvePoint> run(List<Integer> sizes, int draws, Consumer<CurveMeasurement> sink)
      throws InterruptedException {
    List<CurvePoint> points = new ArrayList<>();
    for (int size : sizes) {
      List<List<CurveMeasurement>> byDraw = new ArrayList<>();
      for (int draw = 0; draw < draws; draw++) {
        List<CurveMeasurement> measured = measure(size, draw);
        measured.forEach(sink);
        byDraw.add(measured);
      }
      for (int i = 0; i < byDraw.getFirst().size(); i++) {
        int method = i;
        points.add(CurvePoint.of(byDraw.stream().map(draw -> draw.get(method)).toList(), seed));
      }
    }
    return points;
  }

  private List<CurveMeasurement> measure(int size, int draw) throws InterruptedException {
    List<Integer> chosen = order(dataset.train().size(), seed + draw).subList(0, size);
    List<CurveMeasurement> measured = new ArrayList<>(attune(chosen, draw));
    VectorLabels labels = dense.labels(dataset.train(), chosen);
    for (Rival rival : Rival.all()) {
      long start = System.nanoTime();
      Rival.Fitted fitted = rival.fit(dense.corpus(), labels, seed + draw);
      double seconds = secondsSince(start);
      measured.add(
          new CurveMeasurement(
              rival.label(),
              SearchMode.VECTOR,
              size,
              draw,
              true,
              "",
              seconds,
              exact(fitted),
              baseExact));
    }
    return measured;
  }

  /** All training queries in the order in which a draw takes them. */
  static List<Integer> order(int queries, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, queries).boxed().toList());
    Collections.shuffle(order, Random.from(new SplittableRandom(seed)));
    return order;
  }

  private List<CurveMeasurement> attune(List<Integer> chosen, int draw)
      throws InterruptedException {
    store.forget();
    long start = System.nanoTime();
    JobState.Completed completed =
        store.train(
            chosen.stream().map(dataset.train()::get).toList(),
            TrainingConfig.withSeed(seed + draw));
    double seconds = secondsSince(start);
    DeepMemory memory = store.collection().deepMemory();
    Set<SearchMode> better =
        completed
            .version()
            .map(version -> memory.adapter(version).weights().betterModes())
            .orElse(Set.of());
    List<CurveMeasurement> measured = new ArrayList<>();
    for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
      measured.add(
          new CurveMeasurement(
              ATTUNE,
              mode,
              chosen.size(),
              draw,
              better.contains(mode),
              completed.decision().reason(),
              seconds,
              search(mode, AdapterChoice.active()),
              mode == SearchMode.VECTOR ? baseVector : baseHybrid));
    }
    return measured;
  }

  private PerQuery search(SearchMode mode, AdapterChoice adapter) {
    return test.search(store.collection(), mode, adapter);
  }

  private PerQuery exact(Rival.Fitted fitted) {
    return PerQuery.of(fitted.rank(dense.test(), PerQuery.DEPTH), test.relevance());
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
