package org.attunedb.index;

import java.nio.file.Path;
import java.util.List;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.store.Store;

/**
 * A store: a folder of collections, open in one process at a time. Thread-safe. Close it to stop
 * training and free the lock; everything that a write method acknowledged is on disk already.
 *
 * <pre>{@code
 * try (Attune attune = Attune.open(Path.of("notes"))) {
 *   VectorCollection notes = attune.createCollection("notes", CollectionSpec.lexical());
 *   notes.upsert(List.of(Document.of("a1", "The printer is out of toner.")));
 *   System.out.println(notes.search(SearchRequest.text("no ink").build()).ids());
 * }
 * }</pre>
 */
public final class Attune implements AutoCloseable {
  private final Store store;

  private Attune(Store store) {
    this.store = store;
  }

  /**
   * Opens a store, or makes one of a missing or empty folder.
   *
   * @throws ConflictException {@code store_locked} if it is open already, here or elsewhere
   * @throws StoreException {@code not_a_store}, {@code unsupported_format}, {@code store_corrupt}
   *     or {@code store_io}
   */
  public static Attune open(Path folder) {
    return open(folder, AttuneOptions.defaults());
  }

  /** Opens a store with other than the default surroundings. */
  public static Attune open(Path folder, AttuneOptions options) {
    return new Attune(Store.open(folder, options));
  }

  /**
   * Creates a collection with the built-in embedder or with the caller's vectors.
   *
   * @param name {@code [a-z0-9][a-z0-9_-]{0,62}}
   * @throws ConflictException {@code already_exists}
   */
  public VectorCollection createCollection(String name, CollectionSpec spec) {
    return store.create(name, spec, null);
  }

  /** Creates a collection of an embedder's vectors, compared by cosine. */
  public VectorCollection createCollection(String name, Embedder embedder) {
    return store.create(name, CollectionSpec.of(embedder), embedder);
  }

  /**
   * An existing collection. The built-in embedder is attached by itself; a collection of another
   * model opens without one, for ready vectors.
   *
   * @throws NotFoundException {@code collection_not_found}
   */
  public VectorCollection collection(String name) {
    return store.get(name, null);
  }

  /**
   * An existing collection with its embedder.
   *
   * @throws org.attunedb.core.error.InvalidInputException {@code embedder_mismatch} if the
   *     collection's vectors come from another model
   */
  public VectorCollection collection(String name, Embedder embedder) {
    return store.get(name, embedder);
  }

  /** The names of all collections, sorted. */
  public List<String> collections() {
    return store.names();
  }

  /**
   * Deletes a collection with everything in it.
   *
   * @throws NotFoundException {@code collection_not_found}
   */
  public void dropCollection(String name) {
    store.drop(name);
  }

  /** Stops training, closes every collection and frees the lock. Closing twice does nothing. */
  @Override
  public void close() {
    store.close();
  }
}
