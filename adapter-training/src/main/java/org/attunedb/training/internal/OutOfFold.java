package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The quality of every query's ranking, in the order of the queries. */
final class OutOfFold {
  /** Which part of the queries is averaged over. */
  enum Part {
    ALL,
    SEEN,
    UNSEEN
  }

  private final Quality[] qualities;
  private final BitSet seen;

  /** Starts at the given qualities, which queries keep that nothing else is put for. */
  OutOfFold(List<Quality> base, BitSet seen) {
    this.qualities = base.toArray(Quality[]::new);
    this.seen = seen;
  }

  /** A copy to which measurements can be added. */
  OutOfFold copy() {
    return new OutOfFold(Arrays.asList(qualities), seen);
  }

  void put(List<Integer> queries, List<Quality> measured) {
    for (int i = 0; i < queries.size(); i++) {
      qualities[queries.get(i)] = measured.get(i);
    }
  }

  Quality mean(Part part) {
    return Quality.mean(members(part));
  }

  boolean isEmpty(Part part) {
    return members(part).isEmpty();
  }

  private List<Quality> members(Part part) {
    List<Quality> members = new ArrayList<>();
    for (int q = 0; q < qualities.length; q++) {
      if (part == Part.ALL || (part == Part.SEEN) == seen.get(q)) {
        members.add(qualities[q]);
      }
    }
    return members;
  }

  /** Query by query, this value minus that of the base. */
  double[] differencesFrom(OutOfFold base, ToDoubleFunction<Quality> value) {
    double[] differences = new double[qualities.length];
    for (int q = 0; q < differences.length; q++) {
      differences[q] = value.applyAsDouble(qualities[q]) - value.applyAsDouble(base.qualities[q]);
    }
    return differences;
  }
}
