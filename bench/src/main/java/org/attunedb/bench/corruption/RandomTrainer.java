package org.attunedb.bench.corruption;

import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;

/** Publishes random weights: an adapter that changes every ranking. */
record RandomTrainer(int dimension, RandomGenerator random) implements AdapterTrainer {
  private static final int RANK = 3;

  @Override
  public String name() {
    return "random-1";
  }

  @Override
  public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
    AdapterWeights weights =
        new AdapterWeights(
            components(RANK * dimension), components(RANK * dimension), components(dimension), 1f);
    return new Result(
        new GateDecision(Outcome.PUBLISHED, "always", Map.of("recall@10", 0.5)),
        Optional.of(weights));
  }

  private float[] components(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.4 * random.nextGaussian());
    }
    return values;
  }
}
