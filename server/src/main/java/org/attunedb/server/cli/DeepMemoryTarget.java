package org.attunedb.server.cli;

import org.attunedb.index.Attune;
import org.attunedb.index.DeepMemory;
import picocli.CommandLine.Mixin;

/** Whose deep memory a command works on; mixed into commands. Not thread-safe. */
public final class DeepMemoryTarget {
  @Mixin private final StoreOptions store = new StoreOptions();

  @Mixin private final CollectionOption collection = new CollectionOption();

  /** Opens the store for reading; the caller closes it. */
  public Attune openReadOnly() {
    return store.openReadOnly();
  }

  /** Opens the store for writing; the caller closes it. */
  public Attune open() {
    return store.open();
  }

  /** The collection's deep memory. */
  public DeepMemory memory(Attune attune) {
    return attune.collection(collection.name()).deepMemory();
  }

  /** The collection's name. */
  public String collection() {
    return collection.name();
  }
}
