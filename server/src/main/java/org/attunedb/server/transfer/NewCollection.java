package org.attunedb.server.transfer;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.StoreOptions;
import org.jspecify.annotations.Nullable;

/** A collection in a store that is made when it is first needed. Not thread-safe. */
final class NewCollection implements Supplier<VectorCollection>, AutoCloseable {
  /** As the store checks it; known here so that no store is made for a name that it refuses. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private final StoreOptions store;
  private final String name;
  private final CollectionSpec spec;
  private @Nullable Attune attune;

  NewCollection(StoreOptions store, String name, CollectionSpec spec) {
    this.store = store;
    this.name = name;
    this.spec = spec;
  }

  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          ErrorCode.NAME_INVALID, "collection name '" + name + "' does not match " + NAME);
    }
  }

  @Override
  public VectorCollection get() {
    Attune made = store.openOrCreate();
    attune = made;
    return made.createCollection(name, spec);
  }

  @Override
  public void close() {
    if (attune != null) {
      attune.close();
    }
  }
}
