package org.attunedb.server.cli;

import java.util.Optional;
import java.util.function.Supplier;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;

/**
 * Where documents go. Whether they can go there is found out before anything is read; a store or a
 * collection that is to be made is made when it is first asked for. A collection that was made, but
 * that nothing came into before something went wrong, is taken away again, so that a mistake is not
 * bound to it. The store's lock is held from the beginning where there is a store, so no other
 * process can have written to what is taken away. Not thread-safe.
 */
public final class CollectionTarget implements AutoCloseable {
  private final StoreOptions store;
  private final EmbedderOptions embedders;
  private final String name;
  private final CollectionSpec spec;
  private @Nullable Attune attune;
  private @Nullable VectorCollection collection;
  private boolean made;
  private boolean kept;

  private CollectionTarget(
      StoreOptions store,
      EmbedderOptions embedders,
      String name,
      CollectionSpec spec,
      @Nullable Attune attune,
      @Nullable VectorCollection collection) {
    this.store = store;
    this.embedders = embedders;
    this.name = name;
    this.spec = spec;
    this.attune = attune;
    this.collection = collection;
  }

  /** A collection that exists. */
  public static CollectionTarget existing(
      StoreOptions store, EmbedderOptions embedders, String name) {
    Attune attune = store.open();
    try {
      return existing(store, embedders, name, attune);
    } catch (RuntimeException e) {
      attune.close();
      throw e;
    }
  }

  private static CollectionTarget existing(
      StoreOptions store, EmbedderOptions embedders, String name, Attune attune) {
    VectorCollection found = embedders.collection(attune, name);
    return new CollectionTarget(store, embedders, name, found.spec(), attune, found);
  }

  /**
   * A collection that does not exist, in a store that may not exist.
   *
   * @param spec asked before anything is made
   * @throws ConflictException {@code already_exists}
   */
  public static CollectionTarget made(
      StoreOptions store, EmbedderOptions embedders, String name, Supplier<CollectionSpec> spec) {
    return missing(store, embedders, name, spec, false);
  }

  /**
   * A collection that may exist, in a store that may not exist.
   *
   * @param spec asked before anything is made, and only if there is no such collection
   */
  public static CollectionTarget existingOrMade(
      StoreOptions store, EmbedderOptions embedders, String name, Supplier<CollectionSpec> spec) {
    return missing(store, embedders, name, spec, true);
  }

  private static CollectionTarget missing(
      StoreOptions store,
      EmbedderOptions embedders,
      String name,
      Supplier<CollectionSpec> spec,
      boolean mayExist) {
    CollectionName.require(name);
    if (!store.exists()) {
      store.requireCreatable();
      return new CollectionTarget(store, embedders, name, spec.get(), null, null);
    }
    Attune attune = store.open();
    try {
      if (!attune.collections().contains(name)) {
        return new CollectionTarget(store, embedders, name, spec.get(), attune, null);
      }
      if (mayExist) {
        return existing(store, embedders, name, attune);
      }
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS,
          "collection '" + name + "' exists already; leave out --create to import into it");
    } catch (RuntimeException e) {
      attune.close();
      throw e;
    }
  }

  /** What the collection is, or will be, made for. */
  public CollectionSpec spec() {
    return spec;
  }

  /** The collection, if it is there. */
  public Optional<VectorCollection> known() {
    return Optional.ofNullable(collection);
  }

  /**
   * The collection, made if need be.
   *
   * @throws ConflictException {@code store_locked} or {@code already_exists} if the store was not
   *     there at the beginning and another process made it meanwhile
   */
  public VectorCollection collection() {
    VectorCollection known = collection;
    if (known != null) {
      return known;
    }
    Attune opened = attune == null ? store.openOrCreate() : attune;
    attune = opened;
    opened.createCollection(name, spec);
    made = true;
    VectorCollection found = embedders.collection(opened, name);
    collection = found;
    return found;
  }

  /** All went well: what was made stays, also if it is empty. */
  public void keep() {
    kept = true;
  }

  @Override
  public void close() {
    Attune opened = attune;
    if (opened == null) {
      return;
    }
    try (opened) {
      if (made && !kept && (collection == null || collection.count(null) == 0)) {
        opened.dropCollection(name);
      }
    }
  }
}
