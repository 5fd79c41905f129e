package org.attunedb.index.internal.search;

import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * An adapter that a search applies.
 *
 * @param version its name in the collection's registry
 */
public record AppliedAdapter(String version, QueryAdapter adapter) {
  /**
   * The adapter that a search of some mode applies. The active adapter is left out where it was not
   * found better; a version that was asked for by name is applied.
   *
   * @param adapter what the choice resolves to; null for none
   */
  public static @Nullable AppliedAdapter forMode(
      @Nullable AppliedAdapter adapter, AdapterChoice choice, SearchMode mode) {
    if (adapter == null || mode == SearchMode.KEYWORD) {
      return null;
    }
    return choice instanceof AdapterChoice.Active && !adapter.adapter().isBetter(mode)
        ? null
        : adapter;
  }
}
