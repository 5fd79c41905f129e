package org.attunedb.index.internal.store;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.attunedb.index.internal.search.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * A write in the queue: what it depends on, how it decides at its turn what to do, and its result.
 */
final class PendingWrite {
  private final @Nullable Collection<String> dependsOn;
  private final Decider decider;
  private final CompletableFuture<Long> result = new CompletableFuture<>();

  /** Decides what a write does. */
  @FunctionalInterface
  interface Decider {
    /**
     * Decides on a view that has every write before this one, as far as it depends on them.
     * Whatever it throws goes to the caller, and nothing is written.
     */
    Decision decide(Snapshot view) throws IOException;
  }

  /**
   * What a write does.
   *
   * @param change the operation; null if there is nothing to do
   * @param affected documents that it adds, changes or deletes
   */
  record Decision(@Nullable Change change, long affected) {}

  private PendingWrite(@Nullable Collection<String> dependsOn, Decider decider) {
    this.dependsOn = dependsOn;
    this.decider = decider;
  }

  /** A write that depends on nothing. */
  static PendingWrite of(Change change, long affected) {
    Decision decision = new Decision(change, affected);
    return new PendingWrite(List.of(), view -> decision);
  }

  /** A write that depends on the documents of some ids. */
  static PendingWrite reading(Collection<String> ids, Decider decider) {
    return new PendingWrite(ids, decider);
  }

  /** A write that depends on all documents. */
  static PendingWrite readingAll(Decider decider) {
    return new PendingWrite(null, decider);
  }

  /** The ids it depends on; null for all. */
  @Nullable Collection<String> dependsOn() {
    return dependsOn;
  }

  Decision decide(Snapshot view) throws IOException {
    return decider.decide(view);
  }

  CompletableFuture<Long> result() {
    return result;
  }
}
