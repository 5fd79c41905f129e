package org.attunedb.index.internal.lucene;

import org.apache.lucene.index.SegmentInfo;

/**
 * The share of its links that a segment's graph has lost to deletions since it was built. A merge
 * that takes a graph over without the deleted nodes mends only nodes that lost much at once ({@link
 * GraphLinks}), so that many merges with few deletions each would thin it out. Noted among the
 * attributes of the segment; one without a note has lost nothing. Stateless.
 */
final class GraphWear {
  /**
   * What a graph may lose without being mended before it is built anew. At 0.2 recall@10 was lower
   * by 0.01, as docs/performance.md shows.
   */
  private static final double MOST = 0.06;

  private static final String ATTRIBUTE = "attune.graphWear";

  private GraphWear() {}

  /**
   * What a segment's graph will have lost after a merge.
   *
   * @param lost the share that this merge leaves unmended
   */
  static double after(SegmentInfo segment, double lost) {
    String before = segment.getAttribute(ATTRIBUTE);
    return (before == null ? 0 : Double.parseDouble(before)) + lost;
  }

  /** Whether a graph that has lost this should be built anew. */
  static boolean isTooMuch(double wear) {
    return wear > MOST;
  }

  /** Notes it of a segment that is being written, unless more is noted. */
  static void write(SegmentInfo segment, double wear) {
    if (wear > after(segment, 0)) {
      segment.putAttribute(ATTRIBUTE, Double.toString(wear));
    }
  }
}
