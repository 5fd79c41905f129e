package org.attunedb.index.internal.search;

import java.io.IOException;
import org.apache.lucene.search.Query;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.internal.lucene.FilterCompiler;
import org.jspecify.annotations.Nullable;

/** Ids of the documents of a snapshot that a filter lets through. Valid while it is held. */
public final class FilteredIds {
  private final Snapshot snapshot;
  private final MatchingDocs matching;

  FilteredIds(Snapshot snapshot, @Nullable Filter filter) throws IOException {
    this.snapshot = snapshot;
    Query query = filter == null ? null : FilterCompiler.compile(filter);
    SearchClock unlimited = new SearchClock(System::nanoTime, null);
    this.matching = MatchingDocs.of(Scope.of(snapshot.searcher(), unlimited), query);
  }

  /** Whether there is a document of this id that the filter lets through. */
  public boolean contains(String id) throws IOException {
    int doc = snapshot.find(id);
    return doc >= 0 && accepts(doc);
  }

  /** Whether there is a document of this id that the filter does not let through. */
  public boolean excludes(String id) throws IOException {
    int doc = snapshot.find(id);
    return doc >= 0 && !accepts(doc);
  }

  boolean accepts(int globalDocumentNumber) {
    return matching.accepts(globalDocumentNumber);
  }

  /** How many there are. */
  public long count() {
    return matching.count();
  }
}
