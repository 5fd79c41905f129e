package org.attunedb.bench.study;

import java.util.List;
import java.util.function.UnaryOperator;

/** A published recipe of others, re-implemented from its description. Stateless. */
sealed interface Rival permits LinearRival, TripletRival, NudgeRival {
  /** The recipes that a learning curve shows. */
  static List<Rival> all() {
    return List.of(
        new LinearRival(), TripletRival.validated(), TripletRival.unvalidated(), new NudgeRival());
  }

  /** How reports name it. */
  String label();

  /**
   * Fits it.
   *
   * @param labels at least one
   * @param seed of everything that is drawn
   */
  Fitted fit(DenseCorpus corpus, VectorLabels labels, long seed);

  /**
   * What a recipe has learned: search goes by the inner product of {@code query(q)} with the rows
   * of {@code corpus}.
   */
  record Fitted(UnaryOperator<float[]> query, DenseCorpus corpus) {
    /** The best rows' ids for each query, best first. */
    List<List<String>> rank(List<float[]> queries, int k) {
      return corpus.rank(queries.stream().map(query).toList(), k);
    }
  }
}
