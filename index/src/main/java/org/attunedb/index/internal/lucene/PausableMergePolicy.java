package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentInfos;
import org.jspecify.annotations.Nullable;

/** Leaves out merges that nobody asks for while it is paused. Thread-safe. */
public final class PausableMergePolicy extends FilterMergePolicy {
  private final AtomicInteger pauses = new AtomicInteger();

  /** A policy before another. */
  public PausableMergePolicy(MergePolicy ordinary) {
    super(ordinary);
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
    return pauses.get() > 0 ? null : super.findMerges(trigger, segments, context);
  }

  @Override
  public @Nullable MergeSpecification findFullFlushMerges(
      MergeTrigger trigger, SegmentInfos segments, MergeContext context) throws IOException {
    return pauses.get() > 0 ? null : super.findFullFlushMerges(trigger, segments, context);
  }
}
