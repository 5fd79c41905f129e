package org.attunedb.index.internal.store;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;

/** Collections that were found damaged, so that they are not touched again. Not thread-safe. */
final class Quarantine {
  private final Map<String, StoreException> damaged = new TreeMap<>();

  /** Opens something of a collection unless that is known to be damaged; remembers if it is. */
  <T> T open(String name, Supplier<T> opening) {
    StoreException known = damaged.get(name);
    if (known != null) {
      throw new StoreException(known.code(), known.getMessage(), known);
    }
    try {
      return opening.get();
    } catch (StoreException e) {
      if (e.code() != ErrorCode.STORE_CORRUPT) {
        throw e;
      }
      StoreException damage =
          new StoreException(
              e.code(), "collection '%s' is quarantined: %s".formatted(name, e.getMessage()), e);
      damaged.put(name, damage);
      throw damage;
    }
  }

  /** What was found, by name. */
  Map<String, String> reasons() {
    Map<String, String> reasons = new TreeMap<>();
    damaged.forEach((name, damage) -> reasons.put(name, damage.getMessage()));
    return reasons;
  }

  void rename(String name, String newName) {
    StoreException damage = damaged.remove(name);
    if (damage != null) {
      damaged.put(newName, damage);
    }
  }

  void drop(String name) {
    damaged.remove(name);
  }
}
