package org.attunedb.core.evaluation;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A query whose first relevant document moved far, and what passed it.
 *
 * @param change the ranks
 * @param answer the relevant document that stood first where it stood best
 * @param passed the highest ones of the documents that passed the answer: for a fall those that
 *     stand above it only with the adapter, for a rise those that stood above it only without
 */
public record Mover(RankChange change, RankedDocument answer, List<RankedDocument> passed) {
  /** Copies the list. */
  public Mover {
    passed = List.copyOf(passed);
  }

  /**
   * A document in both rankings.
   *
   * @param excerpt the first characters of its text; null if it has none
   * @param before rank without the adapter, from 1; empty beyond the depth
   * @param after rank with the adapter
   */
  public record RankedDocument(
      String id, @Nullable String excerpt, OptionalInt before, OptionalInt after) {}
}
