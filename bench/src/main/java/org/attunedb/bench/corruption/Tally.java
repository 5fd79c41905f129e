package org.attunedb.bench.corruption;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts of a campaign.
 *
 * @param rows by type of file and kind of damage
 * @param violations what must not happen, with the damage that led to it
 */
record Tally(SortedMap<String, Row> rows, List<String> violations) {
  Tally {
    rows = new TreeMap<>(rows);
    violations = List.copyOf(violations);
  }

  /**
   * Counts of one type of file and kind of damage.
   *
   * @param cases how many times
   * @param reported by verification, naming the file
   * @param harmless not reported, and every answer exact
   * @param refused a collection, with a typed error
   * @param exact opened, and every answer exact
   */
  record Row(int cases, int reported, int harmless, int refused, int exact) {
    Row plus(boolean named, boolean isExact, boolean isRefused) {
      return new Row(
          cases + 1,
          reported + (named ? 1 : 0),
          harmless + (!named && isExact ? 1 : 0),
          refused + (isRefused ? 1 : 0),
          exact + (isExact ? 1 : 0));
    }
  }

  /** How many damages there were. */
  int cases() {
    return rows.values().stream().mapToInt(Row::cases).sum();
  }
}
