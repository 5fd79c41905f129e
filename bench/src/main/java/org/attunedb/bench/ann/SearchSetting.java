package org.attunedb.bench.ann;

import java.util.OptionalDouble;

/**
 * How to search.
 *
 * @param k hits wanted
 * @param plan who chooses between graph and scan
 * @param ef candidates of a walk, at least k; 0 unless the plan is {@link Plan#GRAPH}
 * @param target recall that the engine is to choose its ef for, above 0 and below 1; 0 unless the
 *     plan is {@link Plan#TARGET}
 * @param selectivity share of the rows that the filter lets through; empty for no filter
 */
record SearchSetting(int k, Plan plan, int ef, double target, OptionalDouble selectivity) {
  /** Who chooses. */
  enum Plan {
    /** The engine. */
    AUTO,
    /** The graph is walked with this ef. */
    GRAPH,
    /** Every row that the filter lets through is compared. */
    EXACT,
    /** The graph is walked with an ef that the engine chooses for a recall. */
    TARGET
  }

  boolean accepts(int row) {
    return selectivity.isEmpty()
        || Attributes.of(row) < Attributes.limit(selectivity.getAsDouble());
  }

  /** For people. */
  String label() {
    String how =
        switch (plan) {
          case AUTO -> "auto";
          case GRAPH -> "ef=" + ef;
          case EXACT -> "exact";
          case TARGET -> "recall=" + target;
        };
    return selectivity.isEmpty() ? how : how + " filter=" + selectivity.getAsDouble();
  }
}
