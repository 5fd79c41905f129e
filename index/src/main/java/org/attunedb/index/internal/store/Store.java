package org.attunedb.index.internal.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.lucene.util.IOUtils;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.MergeStats;
import org.attunedb.index.OpenMode;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.lucene.MergeWorkers;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.attunedb.index.internal.search.SearchWorkers;
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
  /** The folder of the collections. */
  public static final String COLLECTIONS = "collections";

  /** The file that is locked while a store is open. */
  public static final String LOCK = StoreLock.FILE;

  private final Path root;
  private final Path directory;
  private final Runnable unlock;
  private final StoreContext context;
  private final StoreFiles files;
  private final StoreFolder folder;
  private final Map<String, LuceneCollection> open = new TreeMap<>();
  private final Quarantine quarantine = new Quarantine();

  /** Held while the store is closed, so that a second call waits for the first. */
  private final Object closing = new Object();

  private boolean closed;

  private Store(Path root, FileOps ops, AttuneOptions options, Runnable unlock) {
    this.root = root;
    this.directory = root.resolve(COLLECTIONS);
    this.unlock = unlock;
    this.files = new StoreFiles(ops);
    this.folder = new StoreFolder(files, root);
    this.context =
        new StoreContext(
            files,
            options,
            new TrainingQueue(options.trainer()),
            new MergeWorkers(options.mergeThreads()),
            MergePlaces.of(options.mergeThreads(), options.mergeHeapBytes()),
            new SearchWorkers(options.searchThreads()),
            new GraphMemory(options.searchHeapBytes()),
            options.mode() == OpenMode.READ_ONLY ? StoreHealth.readOnly() : StoreHealth.writable());
  }

  /** Opens the store of a folder as the options' mode says. */
  public static Store open(Path folder, AttuneOptions options) {
    return open(folder, options, new DiskFileOps());
  }

  /** Opens a folder through operations that end on the operating system's files. */
  static Store open(Path folder, AttuneOptions options, FileOps ops) {
    Path root = folder.toAbsolutePath().normalize();
    StoreFiles files = new StoreFiles(ops);
    if (options.mode() == OpenMode.READ_ONLY) {
      StoreFormat.requireStore(files, root);
      return new Store(root, ops, options, () -> {});
    }
    new StoreFolder(files, root).requireMode(options.mode());
    files.createDirectories(root);
    StoreLock lock = StoreLock.acquire(root);
    try {
      return open(root, ops, options, lock::close);
    } catch (RuntimeException | Error e) {
      try (lock) {
        throw e;
      }
    }
  }

  /** A store in the heap. */
  public static Store inMemory(AttuneOptions options) {
    Path root = Path.of("memory").toAbsolutePath();
    return open(root, new HeapFileOps(root), options, () -> {});
  }

  /**
   * Opens a store on any disk, for writing, as the options' mode says. Nobody else may be able to
   * open it meanwhile.
   *
   * @param root a folder that exists
   * @param unlock called once the store is closed
   */
  public static Store open(Path root, FileOps ops, AttuneOptions options, Runnable unlock) {
    Store store = new Store(root, ops, options, unlock);
    store.folder.prepare(options.mode());
    return store;
  }

  /** Creates a collection. */
  public synchronized VectorCollection create(
      String name, CollectionSpec spec, @Nullable Embedder embedder) {
    requireOpen();
    context.health().requireWritable();
    Path path = directory.resolve(CollectionName.require(name));
    if (files.ops().exists(path)) {
      throw SpecConflict.exists(name, root, spec, stored(path));
    }
    SpecConflict.requireSameModel(name, spec, embedder);
    Path temporary = CollectionName.temporary(path);
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

  /** What a collection was made for; null if that is damaged. */
  private @Nullable CollectionSpec stored(Path path) {
    try {
      return CollectionDescription.read(files, path).spec();
    } catch (StoreException e) {
      return null;
    }
  }

  private UUID newId() {
    return new UUID(context.options().random().nextLong(), context.options().random().nextLong());
  }

  /** An existing collection, opened if it is not yet. */
  public VectorCollection get(String name, @Nullable Embedder embedder) {
    if (embedder != null) {
      stopTraining(openWithout(embedder, name), "open a collection with another embedder");
    }
    return find(name, embedder);
  }

  /** A collection that was opened without its embedder before, if it is that. */
  private synchronized @Nullable LuceneCollection openWithout(Embedder embedder, String name) {
    requireOpen();
    LuceneCollection known = open.get(name);
    if (known == null || known.serves(embedder)) {
      return null;
    }
    SpecConflict.requireSameModel(name, known.spec(), embedder);
    return known;
  }

  /**
   * Never while the store is locked: a training whose listener asks the store for something would
   * not end.
   */
  private void stopTraining(@Nullable LuceneCollection collection, String purpose) {
    if (collection != null) {
      context.queue().requireOtherThread(purpose);
      collection.stopTraining();
    }
  }

  private synchronized LuceneCollection find(String name, @Nullable Embedder embedder) {
    requireOpen();
    LuceneCollection known = open.get(name);
    if (known != null && embedder == null) {
      return known;
    }
    Path path = require(name);
    if (known != null) {
      SpecConflict.requireSameModel(name, known.spec(), embedder);
      if (known.serves(embedder)) {
        return known;
      }
      open.remove(name);
      known.close();
    }
    return quarantine.open(
        name,
        () -> openCollection(name, path, CollectionDescription.read(files, path).spec(), embedder));
  }

  private LuceneCollection openCollection(
      String name, Path path, CollectionSpec spec, @Nullable Embedder embedder) {
    SpecConflict.requireSameModel(name, spec, embedder);
    boolean lexical = spec.embedder().equals(LexicalEmbedder.INFO.name());
    Embedder attached = embedder == null && lexical ? new LexicalEmbedder() : embedder;
    LuceneCollection collection = CollectionOpener.open(context, name, path, attached);
    open.put(name, collection);
    return collection;
  }

  /** Holds the state that a collection has now, so that its files can be read in peace. */
  public HeldCollection hold(String name) {
    return find(name, null).hold();
  }

  /**
   * Passes if the store may be written.
   *
   * @param why what is to be done has to be allowed to write, for the message
   * @throws StoreException {@code read_only} with the reason
   */
  public void requireWritable(String why) {
    context.health().requireWritable(why);
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
        .filter(CollectionName::isValid)
        .toList();
  }

  /** What merges take at the moment. */
  public synchronized MergeStats merges() {
    requireOpen();
    return context.places().stats();
  }

  /** Bytes that searches may still take of the heap for graphs. */
  long searchHeapLeft() {
    return context.graphMemory().left();
  }

  /** Why collections are quarantined, by name. */
  public synchronized Map<String, String> quarantined() {
    requireOpen();
    return quarantine.reasons();
  }

  /** Gives a collection another name. */
  public void rename(String name, String newName) {
    LuceneCollection stopped = renaming(name, newName);
    stopTraining(stopped, "rename a collection");
    synchronized (this) {
      requireStill(stopped, name, () -> renaming(name, newName));
      Path path = directory.resolve(name);
      closeCollection(name);
      writing(name, () -> files.rename(path, directory.resolve(newName)));
      quarantine.rename(name, newName);
    }
  }

  /** Checks again, as others could come between; a collection that stays may train again. */
  private void requireStill(@Nullable LuceneCollection stopped, String name, Runnable check) {
    try {
      check.run();
    } catch (RuntimeException e) {
      if (stopped != null && !closed && stopped.equals(open.get(name))) {
        stopped.allowTraining();
      }
      throw e;
    }
  }

  /** Passes if a collection can be renamed; it, if it is open. */
  private synchronized @Nullable LuceneCollection renaming(String name, String newName) {
    LuceneCollection known = changing(name);
    if (files.ops().exists(directory.resolve(CollectionName.require(newName)))) {
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS, "collection '" + newName + "' exists in " + root);
    }
    return known;
  }

  /** Passes if a collection's folder can be changed; the collection, if it is open. */
  private synchronized @Nullable LuceneCollection changing(String name) {
    requireOpen();
    context.health().requireWritable();
    require(name);
    return open.get(name);
  }

  /** Deletes a collection. */
  public void drop(String name) {
    LuceneCollection stopped = changing(name);
    stopTraining(stopped, "drop a collection");
    synchronized (this) {
      requireStill(stopped, name, () -> changing(name));
      closeCollection(name);
      writing(name, () -> folder.discard(directory.resolve(name)));
      quarantine.drop(name);
    }
  }

  private void closeCollection(String name) {
    LuceneCollection known = open.remove(name);
    if (known != null) {
      known.close();
    }
  }

  private Path require(String name) {
    Path path = directory.resolve(CollectionName.require(name));
    if (!files.ops().isDirectory(path)) {
      throw new NotFoundException(
          ErrorCode.COLLECTION_NOT_FOUND,
          "no collection '%s' in %s, expected one of %s".formatted(name, root, names()));
    }
    return path;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("store " + root + " is closed");
    }
  }

  /** Closes everything, also when a part of it fails; the first failure is thrown. */
  @Override
  public void close() {
    context.queue().requireOtherThread("close the store");
    synchronized (closing) {
      List<Closeable> parts = new ArrayList<>();
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
        open.values().forEach(collection -> parts.add(collection::close));
      }
      // No longer locked, as in stopTraining.
      parts.add(context.queue()::close);
      // The collections have ended their merges.
      parts.add(context.workers()::close);
      parts.add(context.searchers()::close);
      parts.add(unlock::run);
      try {
        IOUtils.close(parts);
      } catch (IOException e) {
        throw StoreFiles.failed(root, "close", e);
      }
    }
  }
}
