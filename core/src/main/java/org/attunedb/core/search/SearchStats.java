package org.attunedb.core.search;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search did.
 *
 * @param plan how the vectors were compared
 * @param visited vectors compared with the query
 * @param adapterVersion the adapter that was applied; null if none was
 * @param elapsed wall time from request to response
 * @param warnings what the caller should know, for example a query without any known word
 */
public record SearchStats(
    Plan plan,
    long visited,
    @Nullable String adapterVersion,
    Duration elapsed,
    List<String> warnings) {
  /** Copies the list. */
  public SearchStats {
    warnings = List.copyOf(warnings);
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
