package org.attunedb.bench.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.CorpusVectors;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;

/**
 * Learns nothing, but keeps the vectors that a trainer is given: the public way to the vectors of
 * documents and queries exactly as Attune searches with them. Each query must be labelled with one
 * document, of a grade that is its index plus 1, by which its vector is found again. For one
 * training.
 */
final class CapturingTrainer implements AdapterTrainer {
  private final CountDownLatch captured = new CountDownLatch(1);
  private List<String> ids = List.of();
  private float[][] rows = new float[0][];
  private Map<Integer, float[]> queries = Map.of();

  @Override
  public String name() {
    return "capture-1";
  }

  @Override
  public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
    CorpusVectors corpus = set.corpus();
    // The order of ids, which decides between equal scores in Attune, too.
    List<Integer> order = new ArrayList<>(IntStream.range(0, corpus.size()).boxed().toList());
    order.sort(Comparator.comparing(corpus::id));
    ids = order.stream().map(corpus::id).toList();
    rows = new float[corpus.size()][corpus.dimension()];
    for (int i = 0; i < rows.length; i++) {
      corpus.copyRow(order.get(i), rows[i], 0);
    }
    queries = new HashMap<>();
    for (TrainingSet.LabelledQuery query : set.queries()) {
      queries.put((int) query.labels().getFirst().grade() - 1, query.vector().toArray());
    }
    captured.countDown();
    return new Result(
        new GateDecision(GateDecision.Outcome.NO_IMPROVEMENT, "nothing was trained", Map.of()),
        Optional.empty());
  }

  /** The documents in the order of their ids, once the training has ended. */
  DenseCorpus corpus() throws InterruptedException {
    captured.await();
    return new DenseCorpus(ids, rows);
  }

  /** The vector of a query; zero if no word of it is known. */
  float[] query(int index) throws InterruptedException {
    captured.await();
    return queries.getOrDefault(index, new float[rows[0].length]);
  }
}
