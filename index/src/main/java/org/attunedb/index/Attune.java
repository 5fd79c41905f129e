package org.attunedb.index;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.maintenance.Backup;
import org.attunedb.index.internal.maintenance.Restore;
import org.attunedb.index.internal.maintenance.StoreVerifier;
import org.attunedb.index.internal.store.Store;

/**
 * A store: a folder of collections, written by one process at a time. Thread-safe. Close it to stop
 * training and free the lock; what a write method acknowledged is as safe as the store's {@link
 * Durability} says, with the default on disk already.
 *
 * <p>A null argument is a {@link NullPointerException} that names the parameter, unless a method
 * says otherwise; a null document id is {@code id_invalid}. Either changes nothing.
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

  Attune(Store store) {
    this.store = store;
  }

  /**
   * Opens a store, or makes one of a missing or empty folder.
   *
   * @throws ConflictException {@code store_locked} if it is open already, here or elsewhere
   * @throws org.attunedb.core.error.StoreException {@code not_a_store}, {@code unsupported_format},
   *     {@code store_corrupt} or {@code store_io}
   */
  public static Attune open(Path folder) {
    return open(folder, AttuneOptions.defaults());
  }

  /**
   * Opens a store in another way than the default.
   *
   * @throws ConflictException {@code already_exists} if a store is there that the mode expects not
   *     to be, {@code store_locked} as above
   */
  public static Attune open(Path folder, AttuneOptions options) {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(options, "options");
    return new Attune(Store.open(folder, options));
  }

  /**
   * Opens a store for reading: takes no lock and writes nothing. Every method that would write
   * throws {@code read_only}.
   */
  public static Attune openReadOnly(Path folder) {
    return open(folder, AttuneOptions.defaults().withMode(OpenMode.READ_ONLY));
  }

  /** A new store in memory, gone when it is closed: the same code on other files, for tests. */
  public static Attune inMemory() {
    return inMemory(AttuneOptions.defaults());
  }

  /** A new store in memory; the options' mode has no meaning for it. */
  public static Attune inMemory(AttuneOptions options) {
    Objects.requireNonNull(options, "options");
    return new Attune(Store.inMemory(options.withMode(OpenMode.OPEN_OR_CREATE)));
  }

  /**
   * Creates a collection with the built-in embedder or with the caller's vectors.
   *
   * @param name {@code [a-z0-9][a-z0-9_-]{0,62}}
   * @throws ConflictException {@code already_exists}, or {@code schema_conflict} with the
   *     differences if the one that exists was made for something else
   */
  public VectorCollection createCollection(String name, CollectionSpec spec) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(spec, "spec");
    return store.create(name, spec, null);
  }

  /**
   * Creates a collection of an embedder's vectors, compared by cosine.
   *
   * @throws ConflictException as above
   */
  public VectorCollection createCollection(String name, Embedder embedder) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(embedder, "embedder");
    return store.create(name, CollectionSpec.of(embedder), embedder);
  }

  /**
   * An existing collection. The built-in embedder is attached by itself; a collection of another
   * model opens without one, for ready vectors.
   *
   * @throws NotFoundException {@code collection_not_found}
   */
  public VectorCollection collection(String name) {
    Objects.requireNonNull(name, "name");
    return store.get(name, null);
  }

  /**
   * An existing collection with its embedder. What was opened before without one, or with the
   * built-in one, is closed if another is given now.
   *
   * @throws org.attunedb.core.error.InvalidInputException {@code embedder_mismatch} if the
   *     collection's vectors come from another model
   * @throws ConflictException {@code training_active} if it is open without an embedder and this is
   *     called from a listener or trainer of a training
   */
  public VectorCollection collection(String name, Embedder embedder) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(embedder, "embedder");
    return store.get(name, embedder);
  }

  /** The names of all collections, sorted. */
  public List<String> collections() {
    return store.names();
  }

  /**
   * Collections that were found damaged since the store was opened, each with what was found. They
   * can't be used; the others can.
   */
  public Map<String, String> quarantined() {
    return store.quarantined();
  }

  /** What the merges of all collections take of the bounds that they share, at the moment. */
  public MergeStats merges() {
    return store.merges();
  }

  /**
   * Gives a collection another name. Objects that stand for it are closed.
   *
   * @throws NotFoundException {@code collection_not_found}
   * @throws ConflictException {@code already_exists}; {@code training_active} if the collection is
   *     open and this is called from a listener or trainer of a training
   */
  public void renameCollection(String name, String newName) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(newName, "newName");
    store.rename(name, newName);
  }

  /**
   * Deletes a collection with everything in it.
   *
   * @throws NotFoundException {@code collection_not_found}
   * @throws ConflictException {@code training_active} if the collection is open and this is called
   *     from a listener or trainer of a training
   */
  public void dropCollection(String name) {
    Objects.requireNonNull(name, "name");
    store.drop(name);
  }

  /**
   * Makes a copy of every collection as it is at some moment during the call, while writers go on.
   * A collection that is renamed or dropped meanwhile, or is damaged, makes the backup fail.
   *
   * @param target becomes a folder; must not exist, and a failed backup leaves none
   * @return what is in the backup
   * @throws ConflictException {@code already_exists}
   * @throws org.attunedb.core.error.StoreException {@code read_only} for a store that refuses
   *     writes (only who writes can keep the files of a state), {@code store_corrupt} naming what
   *     is damaged, {@code store_io}
   */
  public BackupSummary backup(Path target, BackupMode mode, ByteProgress listener) {
    return backup(target, collections(), mode, listener);
  }

  /**
   * Makes a copy of some collections; otherwise as {@link #backup(Path, BackupMode, ByteProgress)}.
   *
   * @param collections their names
   * @throws NotFoundException {@code collection_not_found}
   */
  public BackupSummary backup(
      Path target, Collection<String> collections, BackupMode mode, ByteProgress listener) {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(collections, "collections");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(listener, "listener");
    return Backup.create(store, collections, target, mode, listener);
  }

  /**
   * Makes a store of a backup. Every byte is compared with its checksum on the way; on any failure
   * the target stays as it was.
   *
   * @param target missing or an empty folder; see {@link RestoreMode}
   * @return what was in the backup
   * @throws ConflictException {@code already_exists}, or {@code store_locked} for a store that
   *     would be replaced but is open
   * @throws org.attunedb.core.error.StoreException {@code not_a_store} if it is no backup, {@code
   *     store_corrupt} naming what is wrong with it, {@code store_io}
   */
  public static BackupSummary restore(
      Path backup, Path target, RestoreMode mode, ByteProgress listener) {
    Objects.requireNonNull(backup, "backup");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(listener, "listener");
    return Restore.restore(backup, target, mode, listener);
  }

  /**
   * Compares every byte of a store, or of a backup, with checksums, and its files with each other.
   * Takes no lock and writes nothing; the store may be open, here or elsewhere.
   *
   * @throws org.attunedb.core.error.StoreException {@code not_a_store} or {@code store_io}; what is
   *     damaged is in the report
   */
  public static VerificationReport verify(Path folder, ByteProgress listener) {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(listener, "listener");
    return StoreVerifier.verify(new DiskFileOps(), folder, listener);
  }

  /**
   * Stops training, closes every collection and frees the lock. Closing twice does nothing.
   *
   * @throws ConflictException {@code training_active} from a listener or trainer of a training
   */
  @Override
  public void close() {
    store.close();
  }
}
