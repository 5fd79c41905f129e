package org.attunedb.bench.faults;

import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.attunedb.core.Document;
import org.attunedb.index.Durability;
import org.jspecify.annotations.Nullable;

/**
 * What a store must hold, told of every operation before it begins and after it was acknowledged.
 * Outside of the store and of the disk that fails. Not thread-safe.
 */
final class Oracle {
  private final Durability durability;
  private final NavigableMap<String, History> collections = new TreeMap<>();
  private @Nullable Step inFlight;

  Oracle(Durability durability) {
    this.durability = durability;
  }

  /** The collections that were acknowledged. */
  Set<String> names() {
    return new TreeSet<>(collections.keySet());
  }

  /** The documents of a collection. */
  NavigableMap<String, Document> latest(String collection) {
    return history(collection).latest();
  }

  private History history(String collection) {
    History history = collections.get(collection);
    if (history == null) {
      throw new IllegalStateException("no collection '" + collection + "' in the model");
    }
    return history;
  }

  /** An operation begins; until it is acknowledged, it may or may not have happened. */
  void begin(Step step) {
    inFlight = step;
    if (step instanceof Step.Write write) {
      history(step.collection()).begin(write);
    }
  }

  /** The operation that has begun was acknowledged. */
  void acknowledge() {
    Step done = inFlight;
    inFlight = null;
    switch (done) {
      case null -> throw new IllegalStateException("nothing has begun");
      case Step.Write write -> {
        if (durability instanceof Durability.Sync) {
          history(write.collection()).settle();
        }
      }
      case Step.Keep keep -> history(keep.collection()).settle();
      case Step.Create create -> collections.put(create.collection(), new History());
      case Step.Drop drop -> collections.remove(drop.collection());
      case Step.Rename rename -> renamed(rename);
    }
  }

  private void renamed(Step.Rename rename) {
    History history = history(rename.collection());
    // The collection was closed for it.
    history.settle();
    collections.remove(rename.collection());
    collections.put(rename.newName(), history);
  }

  /** The store was closed without a failure. */
  void closed() {
    collections.values().forEach(History::settle);
  }

  /**
   * Compares a store that was opened after a crash, and goes on from what it has.
   *
   * @throws ViolationException if that is not allowed
   */
  void check(Session session) {
    Set<String> found = new TreeSet<>(session.names());
    switch (inFlight) {
      case Step.Create create when found.contains(create.collection()) ->
          collections.put(create.collection(), new History());
      case Step.Drop drop when !found.contains(drop.collection()) ->
          collections.remove(drop.collection());
      case Step.Rename rename when found.contains(rename.newName()) -> {
        History history = history(rename.collection());
        collections.remove(rename.collection());
        collections.put(rename.newName(), history);
      }
      case null, default -> {
        // Nothing was asked for that changes the collections.
      }
    }
    if (!found.equals(collections.keySet())) {
      throw new ViolationException(
          "the collections are %s, expected %s; in flight was %s"
              .formatted(found, collections.keySet(), inFlight));
    }
    inFlight = null;
    collections.forEach((name, history) -> history.check(session.get(name)));
  }

  /** Compares a store that is still open after a failure: its reads must go on. */
  void checkReads(Session session) {
    // What is read is one of the states; which of them survives is not said by that.
    for (String name : names()) {
      if (!(inFlight instanceof Step.Drop || inFlight instanceof Step.Rename)) {
        history(name).checkReads(session.get(name));
      }
    }
  }
}
