package org.attunedb.index.internal.search;

import org.attunedb.core.search.SearchRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request and the adapter that it chose.
 *
 * @param adapter null for none
 * @param repeatable whether the same search of the same view is to find the same however busy the
 *     machine is. Segments that are walked side by side tell each other what they found whenever
 *     they happen to be there, so they are walked one after the other; and {@link PlainScores}
 *     order what was found
 */
record Search(SearchRequest request, @Nullable AppliedAdapter adapter, boolean repeatable) {
  /** In the way that takes the least time. */
  Search(SearchRequest request, @Nullable AppliedAdapter adapter) {
    this(request, adapter, false);
  }
}
