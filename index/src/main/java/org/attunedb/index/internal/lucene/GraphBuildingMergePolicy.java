package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.jspecify.annotations.Nullable;

/**
 * Gives flushed segments their graphs: where there is nothing else to merge, the largest flushed
 * segment that should have a graph is merged alone, in a forced merge each of them. {@link
 * WideHnswVectorsFormat} writes none while it flushes. Stateless.
 */
public final class GraphBuildingMergePolicy extends FilterMergePolicy {
  /** A policy behind another, which decides first. */
  public GraphBuildingMergePolicy(MergePolicy ordinary) {
    super(ordinary);
  }

  @Override
  public @Nullable MergeSpecification findMerges(
      MergeTrigger trigger, SegmentInfos segments, MergeContext context) throws IOException {
    MergeSpecification ordinary = super.findMerges(trigger, segments, context);
    if (ordinary != null || !context.getMergingSegments().isEmpty()) {
      return ordinary;
    }
    return withoutGraph(segments).stream()
        .max(Comparator.comparingInt(segment -> segment.info.maxDoc()))
        .map(largest -> alone(List.of(largest)))
        .orElse(null);
  }

  @Override
  public @Nullable MergeSpecification findForcedMerges(
      SegmentInfos segments,
      int most,
      Map<SegmentCommitInfo, Boolean> toMerge,
      MergeContext context)
      throws IOException {
    MergeSpecification ordinary = super.findForcedMerges(segments, most, toMerge, context);
    // Lucene asks again when the merges that are under way have ended.
    return ordinary != null || !context.getMergingSegments().isEmpty()
        ? ordinary
        : alone(withoutGraph(segments).stream().filter(toMerge::containsKey).toList());
  }

  private static List<SegmentCommitInfo> withoutGraph(SegmentInfos segments) {
    return StreamSupport.stream(segments.spliterator(), false)
        .filter(segment -> segment.info.maxDoc() > WideHnswVectorsFormat.GRAPHLESS_VECTORS)
        .filter(segment -> "flush".equals(segment.info.getDiagnostics().get("source")))
        .toList();
  }

  /** Each merged by itself; null for none. */
  private static @Nullable MergeSpecification alone(List<SegmentCommitInfo> segments) {
    if (segments.isEmpty()) {
      return null;
    }
    MergeSpecification merges = new MergeSpecification();
    segments.forEach(segment -> merges.add(new OneMerge(List.of(segment))));
    return merges;
  }
}
