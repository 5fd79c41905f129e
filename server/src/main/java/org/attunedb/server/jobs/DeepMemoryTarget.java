package org.attunedb.server.jobs;

import org.attunedb.index.Attune;
import org.attunedb.index.DeepMemory;
import org.attunedb.server.cli.CollectionOption;
import org.attunedb.server.cli.StoreOptions;
import picocli.CommandLine.Mixin;

/** Whose deep memory a command works on; mixed into commands. Not thread-safe. */
final class DeepMemoryTarget {
  @Mixin private final StoreOptions store = new StoreOptions();

  @Mixin private final CollectionOption collection = new CollectionOption();

  Attune openReadOnly() {
    return store.openReadOnly();
  }

  Attune open() {
    return store.open();
  }

  DeepMemory memory(Attune attune) {
    return attune.collection(collection.name()).deepMemory();
  }

  String collection() {
    return collection.name();
  }
}
