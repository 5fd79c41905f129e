package org.attunedb.index.internal.search;

import org.attunedb.core.adapter.QueryAdapter;

/**
 * An adapter that a search applies.
 *
 * @param version its name in the collection's registry
 */
public record AppliedAdapter(String version, QueryAdapter adapter) {}
