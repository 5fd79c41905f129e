package org.attunedb.server.transfer;

import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.CollectionName;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.StoreOptions;
import org.jspecify.annotations.Nullable;

/**
 * Where an import goes. Whether it can go there is found out before anything is read; a store or a
 * collection that is to be made is made when it is first asked for. Not thread-safe.
 */
final class ImportTarget implements AutoCloseable {
  private final StoreOptions store;
  private final EmbedderOptions embedders;
  private final String name;
  private final CollectionSpec spec;
  private @Nullable Attune attune;
  private @Nullable VectorCollection collection;

  private ImportTarget(
      StoreOptions store, EmbedderOptions embedders, String name, CollectionSpec spec) {
    this.store = store;
    this.embedders = embedders;
    this.name = name;
    this.spec = spec;
  }

  /** A collection that exists. */
  static ImportTarget existing(StoreOptions store, EmbedderOptions embedders, String name) {
    Attune attune = store.open();
    try {
      VectorCollection collection = embedders.collection(attune, name);
      ImportTarget target = new ImportTarget(store, embedders, name, collection.spec());
      target.attune = attune;
      target.collection = collection;
      return target;
    } catch (RuntimeException e) {
      attune.close();
      throw e;
    }
  }

  /**
   * A collection that does not exist, in a store that may not exist.
   *
   * @throws ConflictException {@code already_exists}
   */
  static ImportTarget made(
      StoreOptions store, EmbedderOptions embedders, String name, CollectionSpec spec) {
    CollectionName.require(name);
    ImportTarget target = new ImportTarget(store, embedders, name, spec);
    if (!store.exists()) {
      store.requireCreatable();
      return target;
    }
    Attune attune = store.open();
    if (attune.collections().contains(name)) {
      attune.close();
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS,
          "collection '" + name + "' exists already; leave out --create to import into it");
    }
    target.attune = attune;
    return target;
  }

  /** What the collection is, or will be, made for. */
  CollectionSpec spec() {
    return spec;
  }

  /** The collection, made if need be. */
  VectorCollection collection() {
    VectorCollection known = collection;
    if (known != null) {
      return known;
    }
    Attune opened = attune == null ? store.openOrCreate() : attune;
    attune = opened;
    opened.createCollection(name, spec);
    VectorCollection made = embedders.collection(opened, name);
    collection = made;
    return made;
  }

  @Override
  public void close() {
    if (attune != null) {
      attune.close();
    }
  }
}
