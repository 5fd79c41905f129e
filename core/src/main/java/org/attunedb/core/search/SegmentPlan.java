package org.attunedb.core.search;

import java.time.Duration;
import org.attunedb.core.search.SearchStats.Plan;
import org.jspecify.annotations.Nullable;

/**
 * What a search did in one segment of the index, and why. A segment is a part of a collection with
 * a graph of its own, or without one.
 *
 * @param segment its name, which is also how its files' names begin
 * @param documents live documents
 * @param matching how many of them the filter let through; all without a filter
 * @param plan how the vectors were compared; {@link Plan#NONE} if none was
 * @param reason why so
 * @param ef size of the walk's candidate list, of a walk that was not taken the one that was
 *     thought of; 0 if there was none
 * @param scanCost predicted time of comparing every match that has a vector; null where nothing was
 *     to be compared
 * @param walkCost predicted time of the walk; null where none was thought of
 * @param visited vectors or codes that were compared, in whole or in part, to find candidates
 * @param rescored candidates whose full vectors were compared afterwards
 */
public record SegmentPlan(
    String segment,
    int documents,
    int matching,
    Plan plan,
    Reason reason,
    int ef,
    @Nullable Duration scanCost,
    @Nullable Duration walkCost,
    long visited,
    long rescored) {
  /** Why a segment was searched as it was. */
  public enum Reason {
    /** No live document matches. */
    NO_MATCH,
    /** No matching document has a vector. */
    NO_VECTORS,
    /** The segment is too small to have a graph. */
    NO_GRAPH,
    /** The request asks for exactly this. */
    REQUESTED,
    /** Pages that follow each other must not overlap, so they are exact. */
    LATER_PAGE,
    /** The predicted cost is lower, or the same. */
    COST,
    /** No ef that was measured finds as much as was asked for. */
    RECALL_OUT_OF_REACH,
    /** A recall was asked for and nothing is measured yet: that is done in the background. */
    UNCALIBRATED,
    /** Walks had found fewer hits than wanted although there were more. */
    TOO_FEW_HITS
  }
}
