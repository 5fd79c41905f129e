package org.attunedb.index;

/**
 * How far a {@link BulkLoad} is.
 *
 * @param phase what is being done
 * @param documents how many were added so far
 */
public record BulkProgress(Phase phase, long documents) {
  /** What a load does, in this order. */
  public enum Phase {
    /** Documents are added; told after each batch. */
    LOADING,
    /** Segments are merged and graphs built; told once, before. */
    MERGING,
    /** Everything is visible and durable. */
    DONE
  }
}
