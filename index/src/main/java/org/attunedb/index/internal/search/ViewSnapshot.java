package org.attunedb.index.internal.search;

import org.attunedb.index.CollectionSnapshot;
import org.attunedb.index.CollectionSpec;

/** Reads of one held view. */
final class ViewSnapshot extends ViewReads implements CollectionSnapshot {
  private final LuceneViews.Held view;

  ViewSnapshot(
      String collection, CollectionSpec spec, LuceneViews.Held view, AdapterResolver adapters) {
    super(collection, spec, view, adapters);
    this.view = view;
  }

  @Override
  public void close() {
    view.close();
  }
}
