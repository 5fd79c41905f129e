package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.training.CancellationToken;

/** Ranks every candidate for queries by exact scores, and measures where the relevant ones are. */
final class HeldOutRanks {
  /** Scores held at a time: 32 MB. */
  private static final int MAX_SCORES = 8 << 20;

  /** What happens to the query vectors before documents are ranked. */
  @FunctionalInterface
  interface Adaptation {
    /**
     * Adapts a batch.
     *
     * @param queries shape {@code [batch, dimension]}
     * @param indexes which queries they are
     */
    NDArray apply(NDArray queries, int[] indexes);
  }

  private final Tensors tensors;
  private final List<Targets> targets;
  private final int candidates;
  private final CancellationToken cancellation;
  private final int maxScores;

  HeldOutRanks(
      Tensors tensors, List<Targets> targets, int candidates, CancellationToken cancellation) {
    this(tensors, targets, candidates, cancellation, MAX_SCORES);
  }

  HeldOutRanks(
      Tensors tensors,
      List<Targets> targets,
      int candidates,
      CancellationToken cancellation,
      int maxScores) {
    this.tensors = tensors;
    this.targets = targets;
    this.candidates = candidates;
    this.cancellation = cancellation;
    this.maxScores = maxScores;
  }

  /** Makes something of the scores of one query. */
  @FunctionalInterface
  interface Reader<T> {
    /**
     * Reads scores; called in parallel.
     *
     * @param scores of all candidates of several queries
     * @param offset of this query's first score
     * @param width number of candidates
     */
    T read(int query, float[] scores, int offset, int width);
  }

  /**
   * The quality of each query's ranking.
   *
   * @param queries which queries
   * @param adaptation what happens to their vectors first
   * @throws java.util.concurrent.CancellationException if the training was cancelled
   */
  List<Quality> measure(List<Integer> queries, Adaptation adaptation) {
    return map(
        queries,
        adaptation,
        (query, scores, offset, width) -> quality(targets.get(query), scores, offset));
  }

  /** Ranks every candidate for each query and reads the scores, in the order of the queries. */
  <T> List<T> map(List<Integer> queries, Adaptation adaptation, Reader<T> reader) {
    List<T> result = new ArrayList<>(queries.size());
    int chunk = Math.max(1, maxScores / candidates);
    for (int from = 0; from < queries.size(); from += chunk) {
      cancellation.throwIfCancelled();
      int to = Math.min(queries.size(), from + chunk);
      int[] batch = queries.subList(from, to).stream().mapToInt(q -> q).toArray();
      float[] scores = scores(batch, adaptation);
      result.addAll(
          IntStream.range(0, batch.length)
              .parallel()
              .mapToObj(i -> reader.read(batch[i], scores, i * candidates, candidates))
              .toList());
    }
    return result;
  }

  private float[] scores(int[] batch, Adaptation adaptation) {
    try (NDManager step = tensors.step()) {
      NDArray adapted = adaptation.apply(tensors.queries(step, batch), batch);
      return adapted.matMul(tensors.documentsTransposed()).toFloatArray();
    }
  }

  private Quality quality(Targets own, float[] scores, int offset) {
    int[] ranks = own.ranks(scores, offset, candidates);
    double[] grades = own.grades();
    return new Quality(
        Metric.recall(1).ofRanks(ranks, grades),
        Metric.recall(10).ofRanks(ranks, grades),
        Metric.ndcg(10).ofRanks(ranks, grades));
  }
}
