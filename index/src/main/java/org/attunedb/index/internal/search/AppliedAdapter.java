package org.attunedb.index.internal.search;

import org.attunedb.core.adapter.QueryAdapter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * An adapter that a search applies.
 *
 * @param version its name in the collection's registry
 * @param fallback the collection's, for modes in which that of a scope was not found better; null
 *     for none
 */
public record AppliedAdapter(
    String version, QueryAdapter adapter, @Nullable AppliedAdapter fallback) {
  /** An adapter without another one to fall back on. */
  public AppliedAdapter(String version, QueryAdapter adapter) {
    this(version, adapter, null);
  }

  /** This adapter with another one to fall back on. */
  public AppliedAdapter over(@Nullable AppliedAdapter other) {
    return other == null ? this : new AppliedAdapter(version, adapter, other);
  }

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
        ? forMode(adapter.fallback, choice, mode)
        : adapter;
  }
}
