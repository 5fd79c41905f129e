package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.ExitableDirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.attunedb.core.search.SearchAfter;
import org.jspecify.annotations.Nullable;

/**
 * Where one search looks.
 *
 * @param searcher of the snapshot
 * @param limited the same documents, for filters and keywords: reading them ends when the clock
 *     does. Without a timeout it is {@code searcher}
 * @param repeatable see {@link Search}
 */
record Scope(
    IndexSearcher searcher,
    IndexSearcher limited,
    IdOrder order,
    SearchClock clock,
    boolean repeatable) {
  static Scope of(IndexSearcher searcher, SearchClock clock) throws IOException {
    return of(searcher, clock, false);
  }

  static Scope of(IndexSearcher searcher, SearchClock clock, boolean repeatable)
      throws IOException {
    IdOrder order = new IdOrder(searcher.getLeafContexts());
    if (!clock.isLimited()) {
      return new Scope(searcher, searcher, order, clock, repeatable);
    }
    DirectoryReader reader = (DirectoryReader) searcher.getIndexReader();
    IndexSearcher limited = new IndexSearcher(new ExitableDirectoryReader(reader, clock));
    limited.setSimilarity(searcher.getSimilarity());
    limited.setTimeout(clock);
    return new Scope(searcher, limited, order, clock, repeatable);
  }

  /** An empty ranking to offer documents to. */
  TopHits top(int k, @Nullable SearchAfter after) {
    return new TopHits(k, after, order);
  }
}
