package org.attunedb.index.internal.search;

import java.io.IOException;

/**
 * A segment and what of it a search for vectors can find.
 *
 * @param matches documents that the filter let through, with a vector or without
 * @param vectors how many of them have a vector
 */
record SearchedSegment(MatchingDocs.Leaf matches, SegmentProfile profile, int vectors) {
  static SearchedSegment of(MatchingDocs.Leaf matches, SegmentProfile profile) throws IOException {
    return new SearchedSegment(matches, profile, profile.docs().count(matches));
  }

  /** Of the vectors that a walk meets so many match; the others it walks through. */
  double part() {
    return (double) vectors / profile.vectors();
  }
}
