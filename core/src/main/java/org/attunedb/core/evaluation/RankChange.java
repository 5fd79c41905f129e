package org.attunedb.core.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * Where the first relevant document of one query stood without and with the adapter.
 *
 * @param query index of the query in the evaluation, from 0
 * @param text what was asked; null for a query that is only a vector
 * @param seen whether a training query pointed to one of its relevant documents
 * @param before rank without the adapter, from 1; empty if no relevant document was within the
 *     depth of the evaluation
 * @param after rank with the adapter
 * @param movement log2(before / after): 1 for half the rank, -2 for four times the rank, 0 for the
 *     same. A rank beyond the depth counts as depth + 1
 */
public record RankChange(
    SearchMode mode,
    int query,
    @Nullable String text,
    boolean seen,
    OptionalInt before,
    OptionalInt after,
    double movement) {
  static RankChange of(
      SearchMode mode, int query, EvaluatedQuery asked, int before, int after, int depth) {
    double movement = Math.log((double) within(before, depth) / within(after, depth)) / Math.log(2);
    return new RankChange(
        mode,
        query,
        asked.text(),
        asked.seen(),
        found(before, depth),
        found(after, depth),
        movement);
  }

  /** The changes that rose, most first; of equal ones the earlier query. */
  static Stream<RankChange> risen(List<RankChange> changes, int limit) {
    return changes.stream()
        .filter(change -> change.movement() > 0)
        .sorted(Comparator.comparingDouble(RankChange::movement).reversed())
        .limit(limit);
  }

  /** The changes that fell, most first; of equal ones the earlier query. */
  static Stream<RankChange> fallen(List<RankChange> changes, int limit) {
    return changes.stream()
        .filter(change -> change.movement() < 0)
        .sorted(Comparator.comparingDouble(RankChange::movement))
        .limit(limit);
  }

  private static int within(int rank, int depth) {
    return Math.min(rank, depth + 1);
  }

  static OptionalInt found(int rank, int depth) {
    return rank <= depth ? OptionalInt.of(rank) : OptionalInt.empty();
  }
}
