package org.attunedb.index.internal.log;

import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.filter.Filter;

/**
 * A write whose effect no longer depends on what was there before, except that filters see the
 * documents as the operations before it left them. Repeating the operations from any one of them to
 * the last therefore gives the same documents: replay is idempotent.
 */
public sealed interface Operation {
  /** Documents that replace those of the same ids; checked, embedded and scaled. */
  record Upsert(List<Document> documents) implements Operation {
    /** Copies the list. */
    public Upsert {
      documents = List.copyOf(documents);
    }
  }

  /** Ids that exist no longer. */
  record DeleteIds(List<String> ids) implements Operation {
    /** Copies the list. */
    public DeleteIds {
      ids = List.copyOf(ids);
    }
  }

  /** Every document that matches exists no longer. */
  record DeleteMatching(Filter filter) implements Operation {}

  /** No document exists any longer. */
  record DeleteAll() implements Operation {}
}
