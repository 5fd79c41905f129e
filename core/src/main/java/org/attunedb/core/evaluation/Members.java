package org.attunedb.core.evaluation;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.RecallReport.Subset;

/** Which of the queries are counted, and in which subset. Immutable. */
final class Members {
  private final List<EvaluatedQuery> queries;

  Members(List<EvaluatedQuery> queries) {
    this.queries = queries;
  }

  /** Indexes of the counted queries of a subset, ascending. */
  int[] of(Subset subset) {
    return IntStream.range(0, queries.size())
        .filter(q -> belongs(queries.get(q), subset))
        .toArray();
  }

  /** A value for each of them. */
  DoubleStream values(Subset subset, IntToDoubleFunction value) {
    return IntStream.of(of(subset)).mapToDouble(value);
  }

  int size(Subset subset) {
    return of(subset).length;
  }

  /** The subsets that have any. */
  List<Subset> nonEmpty() {
    return List.of(Subset.values()).stream().filter(subset -> size(subset) > 0).toList();
  }

  private static boolean belongs(EvaluatedQuery query, Subset subset) {
    return query.isCounted()
        && switch (subset) {
          case ALL -> true;
          case SEEN -> query.seen();
          case UNSEEN -> !query.seen();
        };
  }
}
