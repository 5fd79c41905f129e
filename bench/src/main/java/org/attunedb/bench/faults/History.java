package org.attunedb.bench.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.attunedb.core.Document;
import org.attunedb.index.VectorCollection;

/**
 * The states that a collection may have after a crash: from the last that is durable by contract to
 * the last that was asked for. Not thread-safe.
 */
final class History {
  private final List<NavigableMap<String, Document>> states = new ArrayList<>();

  History() {
    states.add(new TreeMap<>());
  }

  /** The documents if everything that was asked for is there. */
  NavigableMap<String, Document> latest() {
    return states.getLast();
  }

  /** A write has begun. */
  void begin(Step.Write write) {
    states.add(write.after(latest()));
  }

  /** Everything that was asked for is durable. */
  void settle() {
    NavigableMap<String, Document> latest = latest();
    states.clear();
    states.add(latest);
  }

  /**
   * Compares a collection with the states and keeps the one that it has.
   *
   * @throws ViolationException if it has none of them, or if its reads disagree
   */
  void check(VectorCollection collection) {
    NavigableMap<String, Document> state = checkReads(collection);
    states.clear();
    states.add(state);
  }

  /**
   * Compares a collection with the states.
   *
   * @return the one that it has
   * @throws ViolationException if it has none of them, or if its reads disagree
   */
  NavigableMap<String, Document> checkReads(VectorCollection collection) {
    NavigableMap<String, Document> found = CollectionCheck.scan(collection);
    for (NavigableMap<String, Document> state : states.reversed()) {
      if (CollectionCheck.same(state, found)) {
        CollectionCheck.requireConsistent(collection, found);
        return state;
      }
    }
    throw new ViolationException(
        "collection '%s' is in none of the %s states that are allowed: %s"
            .formatted(
                collection.name(), states.size(), CollectionCheck.difference(latest(), found)));
  }
}
