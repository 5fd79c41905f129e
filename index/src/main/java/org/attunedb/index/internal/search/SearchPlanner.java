package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.core.search.SegmentPlan.Reason;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.hnsw.HnswWalker;
import org.jspecify.annotations.Nullable;

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
      Scope scope, MatchingDocs matching, Page page, float[] query, SearchTuning tuning)
      throws IOException {
    boolean open = !scope.repeatable() && tuning.ef() == 0 && !tuning.exact();
    List<PlannedStep> steps = new ArrayList<>();
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      SearchedSegment searched = SearchedSegment.of(leaf, profiles.of(leaf.context().reader()));
      if (leaf.count() == 0) {
        steps.add(PlannedStep.none(searched, Reason.NO_MATCH));
      } else if (searched.vectors() == 0) {
        steps.add(PlannedStep.none(searched, Reason.NO_VECTORS));
      } else {
        Segment segment =
            new Segment(
                searched, query.length, page.k(), matching.isFiltered(), scope.repeatable());
        steps.add(step(segment, page, tuning));
      }
    }
    if (open && steps.stream().anyMatch(step -> step.segment().profile().hasGraph())) {
      profiles.searched(query);
    }
    return steps;
  }

  /** The same with scans alone. */
  static List<PlannedStep> scans(List<PlannedStep> steps) {
    return steps.stream().map(PlannedStep::scanned).toList();
  }

  private static PlannedStep step(Segment segment, Page page, SearchTuning tuning) {
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
    return tuning.ef() > 0 ? named(segment, tuning.ef()) : calibrated(segment, tuning);
  }

  /** Whoever sets ef and no filter asks for the graph. */
  private static PlannedStep named(Segment segment, int ef) {
    if (segment.filtered) {
      return segment.cheaper(Math.max(segment.k, ef), Reason.REQUESTED);
    }
    // Of the ef nearest, those that are not deleted: a walk of as many vectors as before. Where
    // most are deleted, a search compares the others alone.
    double part = segment.searched.part();
    int live = part < HnswWalker.LEAST_ACCEPTED ? ef : Calibration.matching(ef, part);
    return segment.step(Plan.GRAPH, Reason.REQUESTED, Math.max(segment.k, live));
  }

  private static PlannedStep calibrated(Segment segment, SearchTuning tuning) {
    if (tuning.recall() == 0) {
      return segment.cheaper(open(segment), Reason.COST);
    }
    Calibration known = segment.wanted();
    if (known == null) {
      return segment.scan(Reason.UNCALIBRATED);
    }
    int ef = known.ef(tuning.recall(), segment.k, segment.searched.part());
    PlannedStep step = segment.cheaper(ef == 0 ? known.largestEf(segment.k) : ef, Reason.COST);
    // Calibration ends where a walk would cost more than a scan, too.
    return ef > 0 || step.isScan() ? step : segment.scan(Reason.RECALL_OUT_OF_REACH);
  }

  /** What was measured is used. */
  private static int open(Segment segment) {
    Calibration known = segment.wanted();
    if (known == null) {
      return Math.max(segment.k, UNCALIBRATED_EF);
    }
    int ef = known.ef(AUTOMATIC_RECALL, segment.k, segment.searched.part());
    return ef == 0 ? known.largestEf(segment.k) : ef;
  }

  /** A segment that has something to find, and what finding it costs. */
  private final class Segment {
    private final SearchedSegment searched;
    private final SegmentProfile profile;
    private final int dimension;
    private final int k;
    private final boolean filtered;
    private final boolean repeatable;

    Segment(SearchedSegment searched, int dimension, int k, boolean filtered, boolean repeatable) {
      this.repeatable = repeatable;
      this.searched = searched;
      this.profile = searched.profile();
      this.dimension = dimension;
      this.k = k;
      this.filtered = filtered;
    }

    @Nullable Calibration wanted() {
      return profiles.wanted(searched.matches().context().reader(), profile, repeatable);
    }

    PlannedStep scan(Reason reason) {
      return new PlannedStep(searched, Plan.EXACT, reason, 0, scanCost(), Double.POSITIVE_INFINITY);
    }

    PlannedStep step(Plan plan, Reason reason, int ef) {
      return new PlannedStep(searched, plan, reason, ef, scanCost(), walkCost(ef));
    }

    /** Whatever costs less; a scan if it costs the same, because it finds all. */
    PlannedStep cheaper(int ef, Reason ofWalk) {
      return scanCost() <= walkCost(ef)
          ? step(Plan.EXACT, Reason.COST, ef)
          : step(Plan.GRAPH, ofWalk, ef);
    }

    private double scanCost() {
      return CostModel.of(profile.format()).scan(searched.vectors(), dimension);
    }

    private double walkCost(int ef) {
      // Codes are walked with at least as many candidates as are compared exactly afterwards.
      double effective = Math.max(ef, rescored(ef)) / searched.part();
      Calibration known = profiles.known(profile, repeatable);
      double visits = known == null ? CostModel.visits(effective) : known.visits(effective);
      return CostModel.of(profile.format())
          .walk(Math.min(visits, profile.vectors()), rescored(ef), dimension);
    }

    private long rescored(int ef) {
      if (profile.isExact() && !profile.rescores()) {
        return 0;
      }
      int wanted = GraphWalk.rescored(profile.format(), dimension, k, ef);
      // jvector compares all that it keeps.
      return Math.min(searched.vectors(), profile.rescores() ? Math.max(ef, wanted) : wanted);
    }
  }
}
