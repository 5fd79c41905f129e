package org.attunedb.server.ingest;

import org.attunedb.server.ingest.gather.Visit;

/** What happens during an ingestion, told in the thread that runs it. */
public sealed interface IngestEvent {
  /** The source's address. */
  String source();

  /**
   * A source is begun.
   *
   * @param scope how the addresses begin of all that belongs to it
   * @param resumed whether a run that was cut off is taken up
   */
  record Started(String source, String scope, boolean resumed) implements IngestEvent {}

  /**
   * A page or file was looked at.
   *
   * @param visit what came of it
   * @param visited pages so far
   * @param found pages that are known to exist so far
   * @param documents of the pages so far, whether new or not
   */
  record Visited(String source, Visit visit, int visited, int found, long documents)
      implements IngestEvent {}

  /** Everything is in the collection. */
  record Finished(String source, SourceReport report) implements IngestEvent {}
}
