package org.attunedb.index.internal.search;

import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.jspecify.annotations.Nullable;

/** Finds the adapter that a request chose. Thread-safe. */
@FunctionalInterface
public interface AdapterResolver {
  /**
   * The chosen adapter; null for none.
   *
   * @param filter the request's, which may be for a scope that has an active adapter of its own;
   *     null for none
   * @throws org.attunedb.core.error.NotFoundException for an unknown version
   */
  @Nullable AppliedAdapter resolve(AdapterChoice choice, @Nullable Filter filter);

  /** The same, but with the adapters that are active now as the active ones. */
  default AdapterResolver pinned() {
    return this;
  }
}
