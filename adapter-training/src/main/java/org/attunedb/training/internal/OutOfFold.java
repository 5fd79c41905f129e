package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
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
  private final int[] groups;

  /**
   * Qualities of queries.
   *
   * @param queries which queries
   * @param qualities in the order of the queries
   * @param seen which of all queries are seen
   * @param groups of each of all queries, the number of the group that it shares documents with
   */
  OutOfFold(List<Integer> queries, List<Quality> qualities, BitSet seen, int[] groups) {
    if (queries.size() != qualities.size()) {
      throw new IllegalArgumentException(
          "%s qualities of %s queries".formatted(qualities.size(), queries.size()));
    }
    this.queries = List.copyOf(queries);
    this.qualities = List.copyOf(qualities);
    this.seen = seen;
    this.groups = groups;
  }

  Quality mean(Part part) {
    return Quality.mean(of(part).qualities);
  }

  /** The queries of a part alone. */
  OutOfFold of(Part part) {
    return part == Part.ALL ? this : where(query -> (part == Part.SEEN) == seen.get(query));
  }

  /** The queries that pass a test. */
  OutOfFold where(IntPredicate test) {
    List<Integer> kept = new ArrayList<>();
    List<Quality> values = new ArrayList<>();
    for (int i = 0; i < qualities.size(); i++) {
      if (test.test(queries.get(i))) {
        kept.add(queries.get(i));
        values.add(qualities.get(i));
      }
    }
    return new OutOfFold(kept, values, seen, groups);
  }

  /** Other rankings of the same queries. */
  OutOfFold withQualities(List<Quality> others) {
    return new OutOfFold(queries, others, seen, groups);
  }

  /** Which queries. */
  List<Integer> queries() {
    return queries;
  }

  boolean isEmpty(Part part) {
    return of(part).qualities.isEmpty();
  }

  /** The mean objective where seen and unseen queries count alike, however many there are. */
  double balanced() {
    if (isEmpty(Part.SEEN) || isEmpty(Part.UNSEEN)) {
      return mean(Part.ALL).objective();
    }
    return (mean(Part.SEEN).objective() + mean(Part.UNSEEN).objective()) / 2;
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

  /** The group of each query, in their order. */
  int[] groups() {
    return queries.stream().mapToInt(query -> groups[query]).toArray();
  }
}
