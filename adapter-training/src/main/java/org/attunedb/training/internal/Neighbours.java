package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.training.CancellationToken;

/**
 * For held-out queries the closest of the queries that an adapter may remember, by the cosine of
 * their base vectors; and what that tells. Search finds them in two steps, which now and then
 * misses one.
 */
final class Neighbours {
  /** How many of the closest are kept. */
  static final int CLOSEST = 16;

  /** So many of the closest teach how likely a neighbour is about the same document. */
  private static final int TEACHING = 5;

  /** As many documents as search lets a memory recall. */
  private static final int MAX_RECALLED = 100;

  /** Cosines held at a time: 32 MB. */
  private static final int MAX_COSINES = 8 << 20;

  /** The closest remembered queries of one query, closest first. */
  private static final class Close {
    private final int[] queries;
    private final float[] cosines;

    Close(int[] queries, float[] cosines) {
      this.queries = queries;
      this.cosines = cosines;
    }
  }

  private final Tensors tensors;
  private final List<Targets> targets;
  private final Close[] close;

  /** Without any yet. */
  Neighbours(Tensors tensors, List<Targets> targets) {
    this.tensors = tensors;
    this.targets = targets;
    this.close = new Close[targets.size()];
  }

  /** Finds the neighbours of some queries; of at most as many remembered ones as search knows. */
  void find(List<Integer> queries, List<Integer> remembered, CancellationToken cancellation) {
    int[] known =
        remembered.stream().limit(QueryMemory.MAX_QUERIES).mapToInt(query -> query).toArray();
    if (known.length == 0) {
      queries.forEach(query -> close[query] = new Close(known, new float[0]));
      return;
    }
    int chunk = Math.max(1, MAX_COSINES / known.length);
    try (NDManager scope = tensors.step()) {
      NDArray transposed = tensors.queries(scope, known).transpose();
      for (int from = 0; from < queries.size(); from += chunk) {
        cancellation.throwIfCancelled();
        int to = Math.min(queries.size(), from + chunk);
        int[] batch = queries.subList(from, to).stream().mapToInt(query -> query).toArray();
        float[] cosines = cosines(batch, transposed);
        IntStream.range(0, batch.length)
            .parallel()
            .forEach(i -> close[batch[i]] = close(cosines, i * known.length, known));
      }
    }
  }

  private float[] cosines(int[] batch, NDArray transposed) {
    try (NDManager step = tensors.step()) {
      return tensors.queries(step, batch).matMul(transposed).toFloatArray();
    }
  }

  private static Close close(float[] cosines, int offset, int[] known) {
    int[] places = Largest.of(cosines, offset, known.length, CLOSEST);
    int[] queries = new int[places.length];
    float[] values = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      queries[i] = known[places[i]];
      values[i] = cosines[offset + places[i]];
    }
    return new Close(queries, values);
  }

  /** The cosine to the closest remembered query; -1 if none is remembered. */
  double closeness(int query) {
    return close[query].cosines.length == 0 ? -1 : close[query].cosines[0];
  }

  /** From a cosine to the probability that both queries have a relevant document in common. */
  Logistic sameDocument(List<Integer> queries) {
    List<Double> cosines = new ArrayList<>();
    List<Boolean> same = new ArrayList<>();
    for (int query : queries) {
      Close own = close[query];
      for (int i = 0; i < Math.min(TEACHING, own.queries.length); i++) {
        cosines.add((double) own.cosines[i]);
        same.add(targets.get(query).meets(targets.get(own.queries[i])));
      }
    }
    boolean[] facts = new boolean[same.size()];
    for (int i = 0; i < facts.length; i++) {
      facts[i] = same.get(i);
    }
    return LogisticFit.of(cosines.stream().mapToDouble(c -> c).toArray(), facts);
  }

  /** What the memory says about a query: the best recalled columns with their probabilities. */
  ColumnScores recall(int query, Logistic sameDocument) {
    Map<Integer, Float> recalled = new HashMap<>();
    Close own = close[query];
    for (int i = 0; i < own.queries.length; i++) {
      Targets known = targets.get(own.queries[i]);
      double probability = sameDocument.at(own.cosines[i]);
      double[] grades = known.grades();
      double best = Arrays.stream(grades).max().orElse(1);
      for (int t = 0; t < known.size(); t++) {
        recalled.merge(known.column(t), (float) (probability * grades[t] / best), Math::max);
      }
    }
    SortedMap<Integer, Float> kept = new TreeMap<>();
    recalled.entrySet().stream()
        .sorted(
            Map.Entry.<Integer, Float>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MAX_RECALLED)
        .forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
    return ColumnScores.of(kept);
  }
}
