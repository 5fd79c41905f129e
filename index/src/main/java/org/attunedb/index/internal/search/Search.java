package org.attunedb.index.internal.search;

import org.attunedb.core.search.SearchRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request and the adapter that it chose.
 *
 * @param adapter null for none
 */
record Search(SearchRequest request, @Nullable AppliedAdapter adapter) {}
