package org.attunedb.index.internal.store;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.OpenMode;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.training.TrainingQueue;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.jspecify.annotations.Nullable;

/**
 * The collections of a folder.
 *
 * <pre>
 * attune.json              marks the folder, see {@link StoreFormat}
 * attune.lock              locked while the store is open
 * collections/NAME/
 *   collection.json        see {@link CollectionDescription}
 *   index/                 Lucene's files
 *   log/                   see {@link org.attunedb.index.internal.log.OperationLog}
 *   adapters/              see {@link org.attunedb.index.internal.adapter.AdapterRegistry}
 * </pre>
 *
 * <p>A collection is made under a temporary name and renamed, and renamed before it is deleted, so
 * that a crash leaves it whole or not at all. One that can't be opened because it is damaged is
 * quarantined: it is not touched again until the store is opened again, and the others serve.
 * Thread-safe.
 */
public final class Store implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** The folder of the collections. */
  public static final String COLLECTIONS = "collections";

  /** The file that is locked while a store is open. */
  public static final String LOCK = StoreLock.FILE;

  /** Not a collection name, so that what a crash left behind is recognised. */
  private static final String TEMPORARY = ".tmp";

  private final Path root;
  private final Path directory;
  private final Runnable unlock;
  private final StoreContext context;
  private final StoreFiles files;
  private final Map<String, LuceneCollection> open = new TreeMap<>();
  private final Map<String, StoreException> quarantined = new TreeMap<>();
  private boolean closed;

  private Store(Path root, FileOps ops, AttuneOptions options, Runnable unlock) {
    this.root = root;
    this.directory = root.resolve(COLLECTIONS);
    this.unlock = unlock;
    this.files = new StoreFiles(ops);
    this.context =
        new StoreContext(
            files,
            options,
            new TrainingQueue(options.trainer()),
            options.mode() == OpenMode.READ_ONLY ? StoreHealth.readOnly() : StoreHealth.writable());
  }

  /** Opens the store of a folder as the options' mode says. */
  public static Store open(Path folder, AttuneOptions options) {
    Path root = folder.toAbsolutePath().normalize();
    FileOps ops = new DiskFileOps();
    StoreFiles files = new StoreFiles(ops);
    if (options.mode() == OpenMode.READ_ONLY) {
      StoreFormat.requireStore(files, root);
      return new Store(root, ops, options, () -> {});
    }
    requireMode(files, root, options.mode());
    files.createDirectories(root);
    StoreLock lock = StoreLock.acquire(root);
    try {
      return open(root, ops, options, lock::close);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** A store in the heap. */
  public static Store inMemory(AttuneOptions options) {
    Path root = Path.of("memory").toAbsolutePath();
    return open(root, new HeapFileOps(root), options, () -> {});
  }

  /**
   * Opens a store on any disk, for writing.
   *
   * @param root a folder that exists
   * @param unlock called once the store is closed
   */
  public static Store open(Path root, FileOps ops, AttuneOptions options, Runnable unlock) {
    Store store = new Store(root, ops, options, unlock);
    store.prepare();
    return store;
  }

  private static void requireMode(StoreFiles files, Path root, OpenMode mode) {
    boolean exists = StoreFormat.isMarked(files, root);
    if (exists) {
      StoreFormat.requireStore(files, root);
      if (mode == OpenMode.CREATE) {
        throw new ConflictException(
            ErrorCode.ALREADY_EXISTS, root + " is an Attune store already, expected none");
      }
    } else if (mode == OpenMode.OPEN) {
      throw new StoreException(ErrorCode.NOT_A_STORE, root + " is not an Attune store");
    } else {
      StoreFormat.requireUnused(files, root);
    }
  }

  private void prepare() {
    if (StoreFormat.isMarked(files, root)) {
      StoreFormat.requireStore(files, root);
    } else {
      StoreFormat.write(files, root);
    }
    files.createDirectories(directory);
    boolean overwrite = context.options().mode() == OpenMode.OVERWRITE;
    for (Path path : files.directories(directory)) {
      if (overwrite && !isTemporary(path)) {
        discard(path);
      } else if (isTemporary(path)) {
        files.deleteRecursively(path);
      }
    }
    // A process that was killed may have left names that are not on the disk yet.
    files.force(root);
    files.force(directory);
  }

  /** Whether a folder has the name of a collection. */
  public static boolean isCollection(Path path) {
    return isCollectionName(path.getFileName().toString());
  }

  /** Whether a collection may have this name. */
  public static boolean isCollectionName(String name) {
    return NAME.matcher(name).matches();
  }

  private static boolean isTemporary(Path path) {
    return path.getFileName().toString().endsWith(TEMPORARY);
  }

  /** A crash leaves the folder whole or as something to be removed when the store is opened. */
  private void discard(Path path) {
    Path doomed = path.resolveSibling(path.getFileName() + TEMPORARY);
    files.deleteRecursively(doomed);
    files.rename(path, doomed);
    files.deleteRecursively(doomed);
  }

  /** Creates a collection. */
  public synchronized VectorCollection create(
      String name, CollectionSpec spec, @Nullable Embedder embedder) {
    requireOpen();
    context.health().requireWritable();
    Path path = requireFree(name);
    requireSameModel(name, spec, embedder);
    Path temporary = directory.resolve(name + TEMPORARY);
    // What a failed drop left would become part of the new collection.
    writing(
        name,
        () -> {
          files.deleteRecursively(temporary);
          CollectionOpener.create(files, temporary, spec, newId());
          files.rename(temporary, path);
        });
    return openCollection(name, path, spec, embedder);
  }

  /** Nobody knows what a failed change of names left on the disk. */
  private void writing(String name, Runnable change) {
    try {
      change.run();
    } catch (StoreException e) {
      context.health().fail(name, e);
      throw e;
    }
  }

  private UUID newId() {
    return new UUID(context.options().random().nextLong(), context.options().random().nextLong());
  }

  private Path requireFree(String name) {
    Path path = directory.resolve(requireName(name));
    if (files.ops().exists(path)) {
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS, "collection '" + name + "' exists in " + root);
    }
    return path;
  }

  /** An existing collection, opened if it is not yet. */
  public VectorCollection get(String name, @Nullable Embedder embedder) {
    return find(name, embedder);
  }

  private synchronized LuceneCollection find(String name, @Nullable Embedder embedder) {
    requireOpen();
    LuceneCollection known = open.get(name);
    if (known != null && embedder == null) {
      return known;
    }
    Path path = require(name);
    if (known != null) {
      requireSameModel(name, known.spec(), embedder);
      if (known.hasEmbedder()) {
        return known;
      }
      // It was opened without its embedder before.
      open.remove(name);
      known.close();
    }
    StoreException damage = quarantined.get(name);
    if (damage != null) {
      throw new StoreException(damage.code(), damage.getMessage(), damage);
    }
    return quarantining(
        name,
        () -> openCollection(name, path, CollectionDescription.read(files, path).spec(), embedder));
  }

  private <T> T quarantining(String name, Supplier<T> opening) {
    try {
      return opening.get();
    } catch (StoreException e) {
      if (e.code() != ErrorCode.STORE_CORRUPT) {
        throw e;
      }
      StoreException damage =
          new StoreException(
              e.code(), "collection '%s' is quarantined: %s".formatted(name, e.getMessage()), e);
      quarantined.put(name, damage);
      throw damage;
    }
  }

  private LuceneCollection openCollection(
      String name, Path path, CollectionSpec spec, @Nullable Embedder embedder) {
    requireSameModel(name, spec, embedder);
    boolean lexical = spec.embedder().equals(LexicalEmbedder.INFO.name());
    Embedder attached = embedder == null && lexical ? new LexicalEmbedder() : embedder;
    LuceneCollection collection = CollectionOpener.open(context, name, path, attached);
    open.put(name, collection);
    return collection;
  }

  private static void requireSameModel(
      String name, CollectionSpec spec, @Nullable Embedder embedder) {
    if (embedder == null) {
      return;
    }
    if (!embedder.info().name().equals(spec.embedder())
        || embedder.info().dimension() != spec.dimension()) {
      throw new InvalidInputException(
          ErrorCode.EMBEDDER_MISMATCH,
          "collection '%s' has %d-dimensional vectors of '%s', got the embedder '%s' with %d"
              .formatted(
                  name,
                  spec.dimension(),
                  spec.embedder(),
                  embedder.info().name(),
                  embedder.info().dimension()));
    }
  }

  /** Holds the state that a collection has now, so that its files can be read in peace. */
  public HeldCollection hold(String name) {
    return find(name, null).hold();
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** The disk below. */
  public StoreFiles files() {
    return files;
  }

  /** The clock of recorded times. */
  public Clock clock() {
    return context.options().clock();
  }

  /** Names of all collections, sorted. */
  public synchronized List<String> names() {
    requireOpen();
    if (!files.ops().isDirectory(directory)) {
      // Read-only, before whoever makes the store has come this far.
      return List.of();
    }
    return files.directories(directory).stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> NAME.matcher(name).matches())
        .toList();
  }

  /** Why collections are quarantined, by name. */
  public synchronized Map<String, String> quarantined() {
    requireOpen();
    Map<String, String> reasons = new TreeMap<>();
    quarantined.forEach((name, damage) -> reasons.put(name, damage.getMessage()));
    return reasons;
  }

  /** Gives a collection another name. */
  public synchronized void rename(String name, String newName) {
    requireOpen();
    context.health().requireWritable();
    Path path = require(name);
    Path renamed = requireFree(newName);
    closeCollection(name);
    writing(name, () -> files.rename(path, renamed));
    StoreException damage = quarantined.remove(name);
    if (damage != null) {
      quarantined.put(newName, damage);
    }
  }

  /** Deletes a collection. */
  public synchronized void drop(String name) {
    requireOpen();
    context.health().requireWritable();
    Path path = require(name);
    closeCollection(name);
    writing(name, () -> discard(path));
    quarantined.remove(name);
  }

  private void closeCollection(String name) {
    LuceneCollection known = open.remove(name);
    if (known != null) {
      known.close();
    }
  }

  private Path require(String name) {
    Path path = directory.resolve(requireName(name));
    if (!files.ops().isDirectory(path)) {
      throw new NotFoundException(
          ErrorCode.COLLECTION_NOT_FOUND,
          "no collection '%s' in %s, expected one of %s".formatted(name, root, names()));
    }
    return path;
  }

  private static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          ErrorCode.NAME_INVALID,
          "collection name '%s', expected 1 to 63 of a-z 0-9 _ - with a letter or digit first"
              .formatted(name.substring(0, Math.min(80, name.length()))));
    }
    return name;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("store " + root + " is closed");
    }
  }

  /** Closes everything, also when a part of it fails; the first failure is thrown. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    RuntimeException failure = null;
    for (LuceneCollection collection : open.values()) {
      try {
        collection.close();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    try {
      context.queue().close();
    } finally {
      unlock.run();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
