package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.jspecify.annotations.Nullable;

/**
 * Gives flushed segments their graphs: where there is nothing else to merge, the largest flushed
 * segment that should have a graph is merged alone. {@link WideHnswVectorsFormat} writes none while
 * it flushes. Stateless.
 */
public final class GraphBuildingMergePolicy extends FilterMergePolicy {
  /** A policy behind another, which decides first. */
  public GraphBuildingMergePolicy(MergePolicy ordinary) {
    super(ordinary);
  }

  @Override
  public MergeSpecification findMerges(
      MergeTrigger trigger, SegmentInfos segments, MergeContext context) throws IOException {
    MergeSpecification ordinary = super.findMerges(trigger, segments, context);
    boolean busy = ordinary != null || !context.getMergingSegments().isEmpty();
    SegmentCommitInfo largest = busy ? null : largestWithoutGraph(segments);
    if (largest == null) {
      return ordinary;
    }
    MergeSpecification alone = new MergeSpecification();
    alone.add(new OneMerge(List.of(largest)));
    return alone;
  }

  private @Nullable SegmentCommitInfo largestWithoutGraph(SegmentInfos segments) {
    SegmentCommitInfo largest = null;
    int most = WideHnswVectorsFormat.GRAPHLESS_VECTORS;
    for (SegmentCommitInfo segment : segments) {
      int documents = segment.info.maxDoc();
      if (documents > most && "flush".equals(segment.info.getDiagnostics().get("source"))) {
        largest = segment;
        most = documents;
      }
    }
    return largest;
  }
}
