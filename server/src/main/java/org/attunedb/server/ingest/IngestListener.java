package org.attunedb.server.ingest;

/** Is told of an ingestion's progress. What it throws ends the ingestion. */
@FunctionalInterface
public interface IngestListener {
  /** Takes an event; called by one thread. */
  void on(IngestEvent event);

  /** A listener that does nothing. */
  static IngestListener none() {
    return event -> {};
  }
}
