package org.attunedb.core.search;

/** Which query adapter a search applies; keyword ranking never uses one. */
public sealed interface AdapterChoice {
  /** The query vector as it is. */
  record None() implements AdapterChoice {}

  /** The collection's active adapter; the same as {@link None} where there is none. */
  record Active() implements AdapterChoice {}

  /** A named version, active or not. */
  record Version(String id) implements AdapterChoice {}

  /** {@link None}. */
  static AdapterChoice none() {
    return new None();
  }

  /** {@link Active}. */
  static AdapterChoice active() {
    return new Active();
  }

  /** {@link Version}. */
  static AdapterChoice version(String id) {
    return new Version(id);
  }
}
