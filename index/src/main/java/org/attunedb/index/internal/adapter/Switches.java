package org.attunedb.index.internal.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which version is active for a collection or for one scope of it, and which were before.
 *
 * @param active name of the active version
 * @param history what was active before each of the last activations and deactivations, oldest
 *     first
 */
record Switches(Optional<String> active, List<Optional<String>> history) {
  private static final int MAX_HISTORY = 32;

  Switches {
    history = List.copyOf(history);
  }

  static Switches none() {
    return new Switches(Optional.empty(), List.of());
  }

  /** Whether there is no version, neither active nor to roll back to. */
  boolean areEmpty() {
    return active.isEmpty() && history.stream().allMatch(Optional::isEmpty);
  }

  /** With another active version, or none; what was active becomes history. */
  Switches switchedTo(@Nullable String version) {
    Optional<String> next = Optional.ofNullable(version);
    if (next.equals(active)) {
      return this;
    }
    List<Optional<String>> past = new ArrayList<>(history);
    past.add(active);
    return new Switches(next, past.subList(Math.max(0, past.size() - MAX_HISTORY), past.size()));
  }

  /** With the last switch undone; empty if there is none. */
  Optional<Switches> rolledBack() {
    return history.isEmpty()
        ? Optional.empty()
        : Optional.of(new Switches(history.getLast(), history.subList(0, history.size() - 1)));
  }

  /** Without a version that is gone; a switch that was from or to it alone leaves no trace. */
  Switches without(String version) {
    List<Optional<String>> past = new ArrayList<>();
    for (Optional<String> name : history) {
      boolean repeated = !past.isEmpty() && past.getLast().equals(name);
      if (!Objects.equals(name.orElse(null), version) && !repeated) {
        past.add(name);
      }
    }
    if (!past.isEmpty() && past.getLast().equals(active)) {
      past.removeLast();
    }
    return new Switches(active, past);
  }
}
