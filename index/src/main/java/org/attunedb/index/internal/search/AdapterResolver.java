package org.attunedb.index.internal.search;

import org.attunedb.core.search.AdapterChoice;
import org.jspecify.annotations.Nullable;

/** Finds the adapter that a request chose. Thread-safe. */
@FunctionalInterface
public interface AdapterResolver {
  /**
   * The chosen adapter; null for none.
   *
   * @throws org.attunedb.core.error.NotFoundException for an unknown version
   */
  @Nullable AppliedAdapter resolve(AdapterChoice choice);

  /** The same, but with the adapter that is active now as the active one. */
  default AdapterResolver pinned() {
    AppliedAdapter active = resolve(AdapterChoice.active());
    return choice -> choice instanceof AdapterChoice.Active ? active : resolve(choice);
  }
}
