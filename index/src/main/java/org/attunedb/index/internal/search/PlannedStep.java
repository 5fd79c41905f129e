package org.attunedb.index.internal.search;

import java.time.Duration;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SegmentPlan;
import org.attunedb.core.search.SegmentPlan.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What to do with a segment.
 *
 * @param segment that is searched
 * @param ef candidates of the walk, taken or thought of; 0 if none was
 * @param scanCost predicted nanoseconds
 * @param walkCost predicted nanoseconds; infinite where no walk was thought of
 */
record PlannedStep(
    SearchedSegment segment, Plan plan, Reason reason, int ef, double scanCost, double walkCost) {
  /** Nothing, because there is nothing to find. */
  static PlannedStep none(SearchedSegment segment, Reason reason) {
    return new PlannedStep(segment, Plan.NONE, reason, 0, 0, Double.POSITIVE_INFINITY);
  }

  boolean isScan() {
    return plan == Plan.EXACT;
  }

  boolean isWalk() {
    return plan == Plan.GRAPH;
  }

  /** A scan where a walk was planned, which did not find enough. */
  PlannedStep scanned() {
    return isWalk()
        ? new PlannedStep(segment, Plan.EXACT, Reason.TOO_FEW_HITS, ef, scanCost, walkCost)
        : this;
  }

  /** The predicted nanoseconds of what is to be done. */
  double cost() {
    return switch (plan) {
      case NONE -> 0;
      case EXACT -> scanCost;
      case GRAPH -> walkCost;
    };
  }

  /** What was done. */
  SegmentPlan done(GraphWalk.Walked walked) {
    return new SegmentPlan(
        segment.profile().segment(),
        segment.matches().context().reader().numDocs(),
        segment.matches().count(),
        plan,
        reason,
        ef,
        duration(plan == Plan.NONE ? Double.POSITIVE_INFINITY : scanCost),
        duration(walkCost),
        walked.visited(),
        walked.rescored());
  }

  private static @Nullable Duration duration(double nanos) {
    return nanos == Double.POSITIVE_INFINITY ? null : Duration.ofNanos(Math.round(nanos));
  }
}
