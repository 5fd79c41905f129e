package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The quality of the rankings of some queries. Immutable. */
final class OutOfFold {
  /** Which part of the queries is averaged over. */
  enum Part {
    ALL,
    SEEN,
    UNSEEN
  }

  private final List<Integer> queries;
  private final List<Quality> qualities;
  private final BitSet seen;

  /**
   * Qualities of queries.
   *
   * @param queries which queries
   * @param qualities in the order of the queries
   * @param seen which of all queries are seen
   */
  OutOfFold(List<Integer> queries, List<Quality> qualities, BitSet seen) {
    if (queries.size() != qualities.size()) {
      throw new IllegalArgumentException(
          "%d qualities of %d queries".formatted(qualities.size(), queries.size()));
    }
    this.queries = List.copyOf(queries);
    this.qualities = List.copyOf(qualities);
    this.seen = seen;
  }

  Quality mean(Part part) {
    return Quality.mean(members(part));
  }

  boolean isEmpty(Part part) {
    return members(part).isEmpty();
  }

  /** The mean objective where seen and unseen queries count alike, however many there are. */
  double balanced() {
    if (isEmpty(Part.SEEN) || isEmpty(Part.UNSEEN)) {
      return mean(Part.ALL).objective();
    }
    return (mean(Part.SEEN).objective() + mean(Part.UNSEEN).objective()) / 2;
  }

  private List<Quality> members(Part part) {
    List<Quality> members = new ArrayList<>();
    for (int i = 0; i < qualities.size(); i++) {
      if (part == Part.ALL || (part == Part.SEEN) == seen.get(queries.get(i))) {
        members.add(qualities.get(i));
      }
    }
    return members;
  }

  /** Query by query, this value minus that of the base, which is about the same queries. */
  double[] differencesFrom(OutOfFold base, ToDoubleFunction<Quality> value) {
    double[] differences = new double[qualities.size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] =
          value.applyAsDouble(qualities.get(i)) - value.applyAsDouble(base.qualities.get(i));
    }
    return differences;
  }
}
