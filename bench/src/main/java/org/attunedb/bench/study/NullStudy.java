package org.attunedb.bench.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.server.cli.Out;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.JudgedQuery;

/** Trains again and again on labels that say nothing. */
final class NullStudy {
  private NullStudy() {}

  /**
   * One training.
   *
   * @param run its number, from 0
   * @param seconds wall time
   */
  record Run(int run, GateDecision decision, double seconds) {}

  /**
   * Runs the study.
   *
   * @param labels how many training queries each run draws, 2 to as many as there are
   * @param sink is given each run as soon as it has ended
   */
  static List<Run> run(
      BeirDataset dataset, int runs, int labels, long seed, Out out, Consumer<Run> sink)
      throws IOException, InterruptedException {
    List<Run> all = new ArrayList<>();
    try (StudyStore store = StudyStore.load(dataset, out)) {
      for (int run = 0; run < runs; run++) {
        List<JudgedQuery> drawn =
            LearningCurve.order(dataset.train().size(), seed + run).subList(0, labels).stream()
                .map(dataset.train()::get)
                .toList();
        Random random = Random.from(new SplittableRandom(~(seed + run)));
        store.forget();
        long start = System.nanoTime();
        GateDecision decision =
            store
                .train(ShuffledLabels.of(drawn, random), TrainingConfig.withSeed(seed + run))
                .decision();
        all.add(new Run(run, decision, (System.nanoTime() - start) / 1e9));
        sink.accept(all.getLast());
      }
    }
    return all;
  }
}
