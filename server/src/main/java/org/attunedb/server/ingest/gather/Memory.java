package org.attunedb.server.ingest.gather;

import java.util.List;
import java.util.Optional;

/** What is known of pages from earlier runs. Thread-safe. */
public interface Memory {
  /** What is known of a page that is stored as it was; empty if it must be read anew. */
  Optional<Remembered> of(String address);

  /** Whether anything is stored of a page, remembered or not. */
  boolean holds(String address);

  /** The links of a page, whether or not it is stored; used where it can't be read. */
  Optional<List<String>> links(String address);

  /**
   * A page.
   *
   * @param validators to ask with
   * @param links that it had
   * @param canonical another address that it called its own
   * @param current whether a run that did not end has looked at it lately, so that it need not be
   *     asked for
   */
  record Remembered(
      Validators validators, List<String> links, Optional<String> canonical, boolean current) {
    /** Copies the list. */
    public Remembered {
      links = List.copyOf(links);
    }
  }
}
