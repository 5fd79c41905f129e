package org.attunedb.index.internal.lucene;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.attunedb.index.VectorFormat;
import org.jspecify.annotations.Nullable;

/**
 * Has a forced merge also rewrite segments whose vectors have another format than wanted, where
 * Lucene would see nothing to merge: one segment without deletions. Thread-safe.
 */
public final class RewritingMergePolicy extends FilterMergePolicy {
  private final Supplier<VectorFormat> wanted;

  /**
   * A policy behind another, which decides first.
   *
   * @param wanted the format that segments are written in at the moment
   */
  public RewritingMergePolicy(MergePolicy ordinary, Supplier<VectorFormat> wanted) {
    super(ordinary);
    this.wanted = wanted;
  }

  @Override
  public @Nullable MergeSpecification findForcedMerges(
      SegmentInfos segments,
      int most,
      Map<SegmentCommitInfo, Boolean> toMerge,
      MergeContext context)
      throws IOException {
    MergeSpecification ordinary = super.findForcedMerges(segments, most, toMerge, context);
    if (ordinary != null) {
      return ordinary;
    }
    List<SegmentCommitInfo> others =
        StreamSupport.stream(segments.spliterator(), false)
            .filter(segment -> isOther(segment, toMerge.get(segment)))
            .filter(segment -> !context.getMergingSegments().contains(segment))
            .toList();
    if (others.isEmpty()) {
      return null;
    }
    MergeSpecification rewriting = new MergeSpecification();
    rewriting.add(new OneMerge(others));
    return rewriting;
  }

  /**
   * Whether a segment has to be rewritten.
   *
   * @param original false for what this forced merge made; null for what is not part of it
   */
  private boolean isOther(SegmentCommitInfo segment, @Nullable Boolean original) {
    if (original == null) {
      return false;
    }
    VectorFormat format = wanted.get();
    Optional<VectorFormat> named = SegmentFormat.named(segment.info);
    // One that names none, made by this very merge, has no vectors.
    return named.isPresent() ? named.get() != format : format != VectorFormat.FLOAT32 && original;
  }
}
