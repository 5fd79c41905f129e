package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.attunedb.core.Embedding;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchStats.Plan;

/** Waits for what the background does to a collection. */
final class Searches {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PAUSE_MILLIS = 50;

  private Searches() {}

  /** Returns when every segment has a graph. */
  static void awaitGraphs(VectorCollection collection, Embedding query) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      // A flush shows what was merged since.
      collection.checkpoint();
      boolean walked =
          collection.search(SearchRequest.vector(query).ef(10).build()).stats().segments().stream()
              .allMatch(segment -> segment.plan() == Plan.GRAPH);
      if (walked) {
        return;
      }
      assertThat(System.nanoTime()).as("graphs are built in the background").isLessThan(end);
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
