package org.attunedb.bench.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.Blend;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.AdapterTrainer;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.core.training.TrainingContext;
import org.attunedb.core.training.TrainingSet;

/**
 * Publishes random weights at once: the time that a search takes does not depend on what an adapter
 * has learned. As a trainer, so that the adapter gets into the store by the public way.
 */
record RandomAdapter(int rank) implements AdapterTrainer {
  private static final float ALPHA = 0.5f;
  private static final float KEYWORD_WEIGHT = 0.3f;

  @Override
  public String name() {
    return "random";
  }

  @Override
  public Result train(TrainingSet set, TrainingConfig config, TrainingContext context) {
    return new Result(
        new GateDecision(GateDecision.Outcome.PUBLISHED, "not trained", Map.of()),
        Optional.of(weights(set.corpus().dimension(), rank, config.seed())));
  }

  /** Weights whose residual is about as long as the query. */
  static AdapterWeights weights(int dimension, int rank, long seed) {
    Random random = new Random(seed);
    return new AdapterWeights(
        gaussian(random, rank * dimension, 1 / Math.sqrt(rank)),
        gaussian(random, rank * dimension, 1 / Math.sqrt(dimension)),
        gaussian(random, dimension, 0.1 / Math.sqrt(dimension)),
        ALPHA);
  }

  /** The same with a memory of so many random queries on which everything depends; 0 for none. */
  static AdapterWeights weights(int dimension, int rank, int remembered, long seed) {
    AdapterWeights plain = weights(dimension, rank, seed);
    if (remembered == 0) {
      return plain;
    }
    List<List<QueryMemory.Relevant>> relevant = new ArrayList<>(remembered);
    for (int q = 0; q < remembered; q++) {
      relevant.add(List.of(new QueryMemory.Relevant("document-" + q, 1)));
    }
    QueryMemory memory =
        QueryMemory.of(
            unitVectors(remembered, dimension, seed + 1),
            relevant,
            Logistic.UNKNOWN,
            Logistic.UNKNOWN);
    ModeProfile profile =
        new ModeProfile(true, new Blend(ALPHA / 2, ALPHA), Blend.constant(KEYWORD_WEIGHT), 1);
    return new AdapterWeights(
        plain.down(),
        plain.up(),
        plain.bias(),
        Map.of(SearchMode.VECTOR, profile, SearchMode.HYBRID, profile),
        memory);
  }

  /** Unit vectors in random directions; hardly any component is zero. */
  static List<Embedding> unitVectors(int count, int dimension, long seed) {
    Random random = new Random(seed);
    List<Embedding> vectors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      vectors.add(Embedding.of(gaussian(random, dimension, 1)).normalized());
    }
    return vectors;
  }

  private static float[] gaussian(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
