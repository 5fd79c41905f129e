package org.attunedb.core.adapter;

import java.util.Map;
import java.util.random.RandomGenerator;

/** Random adapters and vectors. */
public final class RandomAdapters {
  private RandomAdapters() {}

  /** Weights whose residual is about as long as the query; alpha 0.25 to 1. */
  public static AdapterWeights weights(int dimension, int rank, RandomGenerator random) {
    float[] bias = vector(dimension, random);
    for (int i = 0; i < dimension; i++) {
      bias[i] *= 0.1f;
    }
    return new AdapterWeights(
        scaled(rank * dimension, 1 / Math.sqrt(dimension), random),
        scaled(rank * dimension, 1 / Math.sqrt(rank), random),
        bias,
        0.25f + 0.75f * random.nextFloat());
  }

  /** A whole adapter for the embedder {@code model-1}. */
  public static Adapter adapter(int dimension, int rank, RandomGenerator random) {
    return new Adapter(
        new AdapterBinding(
            "model-1",
            dimension,
            "00ff",
            "abcd",
            "trainer-1",
            random.nextLong(),
            Map.of("recall@10", 0.75, "delta_recall@10", 0.125)),
        weights(dimension, rank, random));
  }

  /** Independent normally distributed components. */
  public static float[] vector(int dimension, RandomGenerator random) {
    return scaled(dimension, 1, random);
  }

  private static float[] scaled(int length, double scale, RandomGenerator random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }
}
