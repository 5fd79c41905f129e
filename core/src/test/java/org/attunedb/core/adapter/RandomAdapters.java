package org.attunedb.core.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.QueryMemory.Relevant;
import org.attunedb.core.search.SearchMode;

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

  /**
   * The same residual with a memory and profiles that all depend on the query.
   *
   * @param memory of queries of that dimension
   */
  public static AdapterWeights withMemory(AdapterWeights weights, QueryMemory memory) {
    return new AdapterWeights(
        weights.down(),
        weights.up(),
        weights.bias(),
        Map.of(
            SearchMode.VECTOR,
            new ModeProfile(true, new Blend(0.25f, 1), Blend.constant(0.5f), 0.4f),
            SearchMode.HYBRID,
            new ModeProfile(true, new Blend(0, 0.75f), new Blend(0.5f, 1f / 6), 1)),
        memory);
  }

  /** Random queries; each is about one to three of the documents, with shares above 0 to 1. */
  public static QueryMemory memory(
      int count, int dimension, List<String> documents, RandomGenerator random) {
    List<Embedding> queries = new ArrayList<>();
    List<List<Relevant>> relevant = new ArrayList<>();
    for (int q = 0; q < count; q++) {
      queries.add(Embedding.unit(vector(dimension, random)));
      Map<String, Relevant> own = new TreeMap<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        String document = documents.get(random.nextInt(documents.size()));
        own.put(document, new Relevant(document, i == 0 ? 1 : 1 - random.nextFloat() * 0.9f));
      }
      relevant.add(List.copyOf(own.values()));
    }
    return QueryMemory.of(queries, relevant, new Logistic(8, -4), new Logistic(6, -3));
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
