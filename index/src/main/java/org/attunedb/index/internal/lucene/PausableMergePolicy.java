package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out merges that nobody asks for while it is paused, except where small segments get too
 * many: a service that goes on writing makes one with every group. Thread-safe.
 */
public final class PausableMergePolicy extends FilterMergePolicy {
  /** Small segments that a pause lets gather; searches ask each of them. */
  public static final int MOST_SMALL = 64;

  private final AtomicInteger pauses = new AtomicInteger();
  private final long smallBytes;

  /**
   * A policy before another.
   *
   * @param smallBytes below this a segment is small: what is written in one go besides bulk loads
   */
  public PausableMergePolicy(MergePolicy ordinary, long smallBytes) {
    super(ordinary);
    this.smallBytes = smallBytes;
  }

  /** Whether this is the first pause: each ends by itself, and merges go on after the last. */
  public boolean pause() {
    return pauses.getAndIncrement() == 0;
  }

  /** Whether that was the last pause. */
  public boolean resume() {
    return pauses.decrementAndGet() == 0;
  }

  @Override
  public @Nullable MergeSpecification findMerges(
      MergeTrigger trigger, SegmentInfos segments, MergeContext context) throws IOException {
    if (pauses.get() == 0) {
      return super.findMerges(trigger, segments, context);
    }
    SegmentInfos small = small(segments, context.getMergingSegments());
    return small.size() > MOST_SMALL ? super.findMerges(trigger, small, context) : null;
  }

  private SegmentInfos small(SegmentInfos segments, Set<SegmentCommitInfo> merging)
      throws IOException {
    SegmentInfos small = new SegmentInfos(segments.getIndexCreatedVersionMajor());
    for (SegmentCommitInfo segment : segments) {
      if (!merging.contains(segment) && segment.sizeInBytes() < smallBytes) {
        small.add(segment);
      }
    }
    return small;
  }

  @Override
  public @Nullable MergeSpecification findFullFlushMerges(
      MergeTrigger trigger, SegmentInfos segments, MergeContext context) throws IOException {
    return pauses.get() > 0 ? null : super.findFullFlushMerges(trigger, segments, context);
  }
}
