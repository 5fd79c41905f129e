package org.attunedb.index.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.search.SearchTuning;

/**
 * Decides for each search whether to compare the query with every matching vector or to walk
 * graphs, and how far. Thread-safe.
 */
final class SearchPlanner {
  /**
   * Up to this many components (matches times dimension) a scan answers unless the request says
   * otherwise: about 1.3 ms, exactly. A walk of so few vectors is at best some times faster and
   * misses neighbours.
   */
  static final long EXACT_COMPONENTS = 10L << 20;

  /**
   * Candidate list of a walk unless the request sets one: recall@10 of 0.99 on most collections.
   */
  private static final int DEFAULT_EF = 128;

  private final SegmentProfiles profiles;

  SearchPlanner(SegmentProfiles profiles) {
    this.profiles = profiles;
  }

  /**
   * What to do with a segment.
   *
   * @param ef candidates of the walk; 0 for a scan
   */
  record Step(MatchingDocs.Leaf leaf, SegmentProfile profile, int ef) {
    boolean isScan() {
      return ef == 0;
    }

    private Step scanned() {
      return new Step(leaf, profile, 0);
    }
  }

  /** The segments that have matches, in the order of their numbers. */
  List<Step> plan(MatchingDocs matching, Page page, int dimension, SearchTuning tuning)
      throws IOException {
    // Pages that follow each other ask for exactness.
    boolean free = tuning.ef() == 0;
    boolean pages = free && page.after() != null;
    boolean small =
        free && tuning.recall() == 0 && matching.count() * dimension <= EXACT_COMPONENTS;
    boolean exact = tuning.exact() || pages || small;
    List<Step> steps = new ArrayList<>();
    for (MatchingDocs.Leaf leaf : matching.leaves()) {
      SegmentProfile profile = profiles.of(leaf.context().reader());
      if (leaf.count() > 0 && profile.vectors() > 0) {
        int ef = exact || !profile.hasGraph() ? 0 : ef(leaf, profile, page.k(), tuning);
        Step step = new Step(leaf, profile, ef);
        // Whoever sets ef and no filter asks for the graph.
        boolean open = tuning.recall() > 0 || matching.isFiltered();
        steps.add(open && isCheaperScanned(step, dimension) ? step.scanned() : step);
      }
    }
    return steps;
  }

  /** The same with scans alone. */
  static List<Step> scans(List<Step> steps) {
    return steps.stream().map(Step::scanned).toList();
  }

  private int ef(MatchingDocs.Leaf leaf, SegmentProfile profile, int k, SearchTuning tuning)
      throws IOException {
    return tuning.recall() > 0
        ? profiles.calibration(leaf.context().reader(), profile).ef(tuning.recall(), k)
        : Math.max(k, tuning.ef() == 0 ? DEFAULT_EF : tuning.ef());
  }

  private boolean isCheaperScanned(Step step, int dimension) {
    if (step.isScan()) {
      return true;
    }
    long matches = step.leaf.count();
    int vectors = step.profile.vectors();
    // Candidates that don't match are walked through, too.
    double effective = (double) step.ef * vectors / matches;
    Calibration known = profiles.known(step.leaf.context().reader());
    double visits = known == null ? CostModel.visits(effective) : known.visits(effective);
    return CostModel.scan(matches, dimension)
        <= CostModel.walk(Math.min(visits, vectors), dimension);
  }
}
