package org.attunedb.core.adapter;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;

/** Holds bridges against pairs that they were not fitted from. Immutable. */
final class BridgeJudge {
  /** Stands for what was not measured yet. */
  static final EmbeddingBridge.Agreement NOTHING = new EmbeddingBridge.Agreement(1, 0, 0, 0);

  private static final int DEPTH = 10;

  private final Embedding[] newVectors;
  private final Embedding[] oldVectors;

  /**
   * Takes the held-out pairs.
   *
   * @param places which of the vectors they are
   */
  BridgeJudge(Embedding[] newVectors, Embedding[] oldVectors, int[] places) {
    this.newVectors = chosen(newVectors, places);
    this.oldVectors = chosen(oldVectors, places);
  }

  private static Embedding[] chosen(Embedding[] vectors, int[] places) {
    return Arrays.stream(places).mapToObj(place -> vectors[place]).toArray(Embedding[]::new);
  }

  /** Mean cosine between mapped vectors and the old model's own. */
  double cosine(EmbeddingBridge bridge, int start, int end) {
    double sum = 0;
    for (int i = start; i < end; i++) {
      sum += bridge.map(newVectors[i]).dot(oldVectors[i]);
    }
    return Math.clamp(sum / (end - start), -1, 1);
  }

  /** What a bridge achieves on queries of a range, among all texts but the query's own. */
  EmbeddingBridge.Agreement agreement(EmbeddingBridge bridge, int start, int end) {
    double mapped = 0;
    double old = 0;
    for (int i = start; i < end; i++) {
      Set<Integer> truth = first(i, newVectors[i], newVectors);
      mapped += share(truth, first(i, bridge.map(newVectors[i]), oldVectors));
      old += share(truth, first(i, oldVectors[i], oldVectors));
    }
    int queries = end - start;
    return new EmbeddingBridge.Agreement(
        queries, cosine(bridge, start, end), mapped / queries, old / queries);
  }

  private static double share(Set<Integer> truth, Set<Integer> found) {
    return (double) found.stream().filter(truth::contains).count() / truth.size();
  }

  private static Set<Integer> first(int own, Embedding query, Embedding[] documents) {
    double[] scores =
        IntStream.range(0, documents.length).mapToDouble(d -> query.dot(documents[d])).toArray();
    IntToDoubleFunction score = d -> scores[d];
    return new HashSet<>(
        IntStream.range(0, documents.length)
            .filter(d -> d != own)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer d) -> -score.applyAsDouble(d)))
            .limit(DEPTH)
            .toList());
  }
}
