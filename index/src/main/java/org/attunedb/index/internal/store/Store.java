package org.attunedb.index.internal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
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
 *   adapters/              see {@link org.attunedb.index.internal.adapter.AdapterRegistry}
 * </pre>
 *
 * <p>A collection is made under a temporary name and renamed, and renamed before it is deleted, so
 * that a crash leaves it whole or not at all. Thread-safe.
 */
public final class Store implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** Not a collection name, so that what a crash left behind is recognised. */
  private static final String TEMPORARY = ".tmp";

  private final Path root;
  private final Path directory;
  private final StoreLock lock;
  private final AttuneOptions options;
  private final TrainingQueue queue;
  private final Map<String, LuceneCollection> open = new TreeMap<>();
  private boolean closed;

  private Store(Path root, StoreLock lock, AttuneOptions options) {
    this.root = root;
    this.directory = root.resolve("collections");
    this.lock = lock;
    this.options = options;
    this.queue = new TrainingQueue(options.trainer());
  }

  /** Opens or makes the store of a folder. */
  public static Store open(Path folder, AttuneOptions options) {
    Path root = folder.toAbsolutePath().normalize();
    StoreFormat.check(root);
    StoreFiles.createDirectories(root);
    StoreLock lock = StoreLock.acquire(root);
    try {
      StoreFormat.writeIfMissing(root);
      Store store = new Store(root, lock, options);
      store.removeLeftovers();
      return store;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private void removeLeftovers() {
    StoreFiles.createDirectories(directory);
    for (Path path : StoreFiles.directories(directory)) {
      if (path.getFileName().toString().endsWith(TEMPORARY)) {
        StoreFiles.deleteRecursively(path);
      }
    }
  }

  /** Creates a collection. */
  public synchronized VectorCollection create(
      String name, CollectionSpec spec, @Nullable Embedder embedder) {
    requireOpen();
    Path path = directory.resolve(requireName(name));
    if (Files.exists(path)) {
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS, "collection '" + name + "' exists in " + root);
    }
    Path temporary = directory.resolve(name + TEMPORARY);
    // What a failed drop left would become part of the new collection.
    if (Files.exists(temporary)) {
      StoreFiles.deleteRecursively(temporary);
    }
    LuceneCollection.create(temporary, spec);
    move(temporary, path);
    return openCollection(name, path, spec, embedder);
  }

  /** An existing collection, opened if it is not yet. */
  public synchronized VectorCollection get(String name, @Nullable Embedder embedder) {
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
    return openCollection(name, path, CollectionDescription.read(path), embedder);
  }

  private LuceneCollection openCollection(
      String name, Path path, CollectionSpec spec, @Nullable Embedder embedder) {
    requireSameModel(name, spec, embedder);
    boolean lexical = spec.embedder().equals(LexicalEmbedder.INFO.name());
    Embedder attached = embedder == null && lexical ? new LexicalEmbedder() : embedder;
    LuceneCollection collection = LuceneCollection.open(path, spec, attached, queue, options);
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

  /** Names of all collections, sorted. */
  public synchronized List<String> names() {
    requireOpen();
    return StoreFiles.directories(directory).stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> NAME.matcher(name).matches())
        .toList();
  }

  /** Deletes a collection. */
  public synchronized void drop(String name) {
    requireOpen();
    Path path = require(name);
    LuceneCollection known = open.remove(name);
    if (known != null) {
      known.close();
    }
    Path doomed = directory.resolve(name + TEMPORARY);
    move(path, doomed);
    StoreFiles.deleteRecursively(doomed);
  }

  private void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      StoreFiles.forceDirectory(directory);
    } catch (IOException e) {
      throw StoreFiles.failed(to, "create", e);
    }
  }

  private Path require(String name) {
    Path path = directory.resolve(requireName(name));
    if (!Files.isDirectory(path)) {
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

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      open.values().forEach(LuceneCollection::close);
      queue.close();
    } finally {
      lock.close();
    }
  }
}
