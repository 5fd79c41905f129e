package org.attunedb.index.internal.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;
import org.attunedb.core.search.SearchStats.Plan;
import org.attunedb.core.search.SegmentPlan;
import org.jspecify.annotations.Nullable;

/**
 * Documents of one snapshot in the total order.
 *
 * @param hits global document numbers and scores
 * @param segments how vectors were compared; empty if none was to be
 * @param again number of candidates' vectors that were compared once more after that
 * @param matched what the filter let through; null if there was none or nobody counted
 * @param raised whether a memory raised scores, which are then no longer likenesses
 */
record Ranking(
    List<ScoreDoc> hits,
    List<SegmentPlan> segments,
    long again,
    @Nullable Long matched,
    boolean raised) {
  static Ranking empty() {
    return ofKeywords(List.of());
  }

  static Ranking ofKeywords(List<ScoreDoc> hits) {
    return new Ranking(hits, List.of(), 0, null, false);
  }

  static Ranking ofVectors(List<ScoreDoc> hits, List<SegmentPlan> segments) {
    return new Ranking(hits, segments, 0, null, false);
  }

  Ranking withHits(List<ScoreDoc> others) {
    return new Ranking(others, segments, again, matched, raised);
  }

  /** This after some more vectors were compared exactly. */
  Ranking withRescored(long more) {
    return new Ranking(hits, segments, again + more, matched, raised);
  }

  Ranking withMatched(@Nullable Long documents) {
    return new Ranking(hits, segments, again, documents, raised);
  }

  Ranking withRaised() {
    return new Ranking(hits, segments, again, matched, true);
  }

  /** This after an attempt that was given up, whose comparisons count as well. */
  Ranking after(Ranking attempt) {
    List<SegmentPlan> both = new ArrayList<>();
    for (int i = 0; i < segments.size(); i++) {
      both.add(sum(segments.get(i), attempt.segments.get(i)));
    }
    return new Ranking(hits, both, again, matched, raised);
  }

  private static SegmentPlan sum(SegmentPlan last, SegmentPlan before) {
    return new SegmentPlan(
        last.segment(),
        last.documents(),
        last.matching(),
        last.plan(),
        last.reason(),
        last.ef(),
        last.scanCost(),
        last.walkCost(),
        before.visited() + last.visited(),
        before.rescored() + last.rescored());
  }

  /** How vectors were compared, all in all. */
  Plan plan() {
    return segments.stream()
        .map(SegmentPlan::plan)
        .max(Comparator.naturalOrder())
        .orElse(Plan.NONE);
  }

  /** Number of vectors that were compared to find candidates. */
  long visited() {
    return segments.stream().mapToLong(SegmentPlan::visited).sum();
  }

  /** Number of candidates' vectors that were compared once more. */
  long rescored() {
    return again + segments.stream().mapToLong(SegmentPlan::rescored).sum();
  }
}
