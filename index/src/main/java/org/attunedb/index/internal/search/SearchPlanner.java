package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan.Reason;
import org.attunedb.index.VectorFormat;

/**
 * Decides for each search and segment whether to compare the query with every matching vector or to
 * walk the graph, and how far. Thread-safe.
 */
final class SearchPlanner {
  /** What a walk is to find of the true neighbours where the request leaves that open. */
  static final double AUTOMATIC_RECALL = 0.99;

  /**
   * Candidate list of a walk in a segment that was never calibrated: recall@10 of 0.99 on most
   * collections.
   */
  static final int UNCALIBRATED_EF = 128;

  private final SegmentProfiles profiles;

  SearchPlanner(SegmentProfiles profiles) {
    this.profiles = profiles;
  }

  /** A step for every segment, in the order of their numbers. */
  List<PlannedStep> plan(
      MatchingDocs matching, Page page, int dimension, SearchTuning tuning, SearchClock clock)
      throws IOException {
    List<PlannedStep> steps = new ArrayList<>();
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      SegmentProfile profile = profiles.of(leaf.context().reader());
      if (leaf.count() == 0) {
        steps.add(PlannedStep.none(leaf, profile, Reason.NO_MATCH));
      } else if (profile.vectors() == 0) {
        steps.add(PlannedStep.none(leaf, profile, Reason.NO_VECTORS));
      } else {
        Segment segment = new Segment(leaf, profile, dimension);
        steps.add(step(segment, page, tuning, matching.isFiltered(), clock));
      }
    }
    return steps;
  }

  /** The same with scans alone. */
  static List<PlannedStep> scans(List<PlannedStep> steps) {
    return steps.stream().map(PlannedStep::scanned).toList();
  }

  private PlannedStep step(
      Segment segment, Page page, SearchTuning tuning, boolean filtered, SearchClock clock)
      throws IOException {
    if (tuning.exact()) {
      return segment.scan(Reason.REQUESTED);
    }
    // Other walks are cut to a number of candidates before the place is looked at.
    boolean pages = segment.profile.format() == VectorFormat.FLOAT32;
    if (page.after() != null && (tuning.ef() == 0 || !pages)) {
      return segment.scan(Reason.LATER_PAGE);
    }
    if (!segment.profile.hasGraph()) {
      return segment.scan(Reason.NO_GRAPH);
    }
    if (tuning.ef() > 0) {
      // Whoever sets ef and no filter asks for the graph.
      int ef = Math.max(page.k(), tuning.ef());
      return filtered
          ? segment.cheaper(ef, Reason.REQUESTED)
          : segment.step(Plan.GRAPH, Reason.REQUESTED, ef);
    }
    int ef =
        tuning.recall() > 0
            ? aimed(segment, tuning.recall(), page.k(), clock)
            : open(segment, page);
    return ef == 0 ? segment.scan(Reason.RECALL_OUT_OF_REACH) : segment.cheaper(ef, Reason.COST);
  }

  /** 0 where no walk is known to find as much. */
  private int aimed(Segment segment, double recall, int k, SearchClock clock) throws IOException {
    Calibration known =
        profiles.calibration(segment.leaf.context().reader(), segment.profile, clock);
    return known == null ? 0 : known.ef(recall, k);
  }

  /** What was measured is used; nobody who left everything open waits for a measurement. */
  private int open(Segment segment, Page page) {
    Calibration known = profiles.known(segment.profile);
    if (known == null) {
      return Math.max(page.k(), UNCALIBRATED_EF);
    }
    int ef = known.ef(AUTOMATIC_RECALL, page.k());
    return ef == 0 ? known.largestEf(page.k()) : ef;
  }

  /** A segment that has something to find, and what finding it costs. */
  private final class Segment {
    private final MatchingDocs.Leaf leaf;
    private final SegmentProfile profile;
    private final int dimension;

    Segment(MatchingDocs.Leaf leaf, SegmentProfile profile, int dimension) {
      this.leaf = leaf;
      this.profile = profile;
      this.dimension = dimension;
    }

    PlannedStep scan(Reason reason) {
      return new PlannedStep(
          leaf, profile, Plan.EXACT, reason, 0, scanCost(), Double.POSITIVE_INFINITY);
    }

    PlannedStep step(Plan plan, Reason reason, int ef) {
      return new PlannedStep(leaf, profile, plan, reason, ef, scanCost(), walkCost(ef));
    }

    /** Whatever costs less; a scan if it costs the same, because it finds all. */
    PlannedStep cheaper(int ef, Reason ofWalk) {
      return scanCost() <= walkCost(ef)
          ? step(Plan.EXACT, Reason.COST, ef)
          : step(Plan.GRAPH, ofWalk, ef);
    }

    private double scanCost() {
      return CostModel.scan(Math.min(leaf.count(), profile.vectors()), dimension);
    }

    private double walkCost(int ef) {
      // Candidates that don't match are walked through, too.
      double effective = (double) ef * profile.vectors() / leaf.count();
      Calibration known = profiles.known(profile);
      double visits = known == null ? CostModel.visits(effective) : known.visits(effective);
      return CostModel.walk(Math.min(visits, profile.vectors()), dimension);
    }
  }
}
