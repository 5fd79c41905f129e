package org.attunedb.core.search;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search did.
 *
 * @param plan how the vectors were compared
 * @param visited vectors compared with the query, in whole or in part, to find candidates
 * @param rescored vectors of candidates that were compared once more, exactly: in hybrid mode those
 *     of every candidate of either ranking; 0 elsewhere
 * @param matched live documents that the filter let through; null where there was no filter, or
 *     where it was not needed to count them (keyword mode)
 * @param adapterVersion the adapter that was applied; null if none was
 * @param elapsed wall time from request to response; in a batch without the embedding of texts,
 *     which its requests share
 * @param warnings what the caller should know, for example a query without any known word, or a
 *     filter on a metadata field that no document has
 * @param segments what was done in each segment, in the order of the index; empty where no vector
 *     was to be compared
 */
public record SearchStats(
    Plan plan,
    long visited,
    long rescored,
    @Nullable Long matched,
    @Nullable String adapterVersion,
    Duration elapsed,
    List<String> warnings,
    List<SegmentPlan> segments) {
  /** Copies the lists. */
  public SearchStats {
    warnings = List.copyOf(warnings);
    segments = List.copyOf(segments);
  }

  /** The largest candidate list of any walk that was taken; 0 if none was. */
  public int ef() {
    return segments.stream()
        .filter(segment -> segment.plan() == Plan.GRAPH)
        .mapToInt(SegmentPlan::ef)
        .max()
        .orElse(0);
  }

  /** How vectors were compared. */
  public enum Plan {
    /** No vector was compared. */
    NONE,
    /** Every matching vector was compared. */
    EXACT,
    /** HNSW graphs were walked (segments too small for a graph are scanned). */
    GRAPH
  }
}
