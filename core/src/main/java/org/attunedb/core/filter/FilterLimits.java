package org.attunedb.core.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** Walks a filter without recursion, so that a hostile depth can't exhaust the stack. */
final class FilterLimits {
  private FilterLimits() {}

  private record Level(Filter filter, int depth) {}

  static void require(Filter root) {
    Deque<Level> pending = new ArrayDeque<>();
    pending.push(new Level(root, 1));
    int terms = 0;
    while (!pending.isEmpty()) {
      Level level = pending.pop();
      if (level.depth > Filter.MAX_DEPTH) {
        throw tooComplex("is nested more than " + Filter.MAX_DEPTH + " levels deep");
      }
      terms += 1 + listedValues(level.filter);
      if (terms > Filter.MAX_TERMS) {
        throw tooComplex("has more than " + Filter.MAX_TERMS + " terms");
      }
      for (Filter child : children(level.filter)) {
        pending.push(new Level(child, level.depth + 1));
      }
    }
  }

  private static int listedValues(Filter filter) {
    return switch (filter) {
      case Filter.In in -> in.values().size();
      case Filter.Nin nin -> nin.values().size();
      default -> 0;
    };
  }

  private static List<Filter> children(Filter filter) {
    return switch (filter) {
      case Filter.And and -> and.filters();
      case Filter.Or or -> or.filters();
      case Filter.Not not -> List.of(not.filter());
      default -> List.of();
    };
  }

  private static InvalidInputException tooComplex(String how) {
    return new InvalidInputException(ErrorCode.FILTER_TOO_COMPLEX, "filter " + how);
  }
}
