package org.attunedb.server.ingest.gather;

import java.util.Set;

/** Goes through the pages of a source. */
public interface Gatherer {
  /** What is taken at most, for people: everything whose address begins like this. */
  String scope();

  /**
   * Visits every page once, in an order that depends on the source only.
   *
   * @return whether everything was looked at
   * @throws org.attunedb.core.error.InvalidInputException {@code source_unreadable} or {@code
   *     file_unreadable} if there is nothing to gather
   */
  Outcome gather(Memory memory, Visitor visitor) throws InterruptedException;

  /** Takes visits, in the caller's thread. */
  interface Visitor {
    /**
     * Takes one.
     *
     * @param found pages that are known to exist so far, those to come included
     */
    void visit(Visit visit, int found) throws InterruptedException;
  }

  /**
   * How it went.
   *
   * @param complete false if the limit of pages was reached
   * @param refused addresses that were not asked for because of the depth, the number of queries or
   *     their form
   */
  record Outcome(boolean complete, Set<String> refused) {
    /** Copies the set. */
    public Outcome {
      refused = Set.copyOf(refused);
    }
  }
}
