package org.attunedb.training.internal;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** What one ranking, or the mean of several, is worth. All values 0 to 1. */
record Quality(double recallAt1, double recallAt10, double ndcgAt10) {
  /** What is maximised: finding relevant documents and ranking them high count alike. */
  double objective() {
    return (recallAt10 + ndcgAt10) / 2;
  }

  static Quality mean(Collection<Quality> qualities) {
    return new Quality(
        mean(qualities, Quality::recallAt1),
        mean(qualities, Quality::recallAt10),
        mean(qualities, Quality::ndcgAt10));
  }

  private static double mean(Collection<Quality> qualities, ToDoubleFunction<Quality> value) {
    return qualities.stream().mapToDouble(value).average().orElse(0);
  }
}
