package org.attunedb.server.openai;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Vectors that were paid for, in a folder: one sub-folder for each dimension, in it one file for
 * each process that had something to add, named by the process, with a {@link CacheLock} while it
 * is open. Several processes can use it at the same time, also those of different containers that
 * share a folder; each sees what was there when it began and what it adds itself. Files that nobody
 * writes any more are merged when there are many.
 *
 * <p>What is written survives the end of the process at any moment, and damage costs the damaged
 * vectors only: records have checksums, and what fails its own is embedded again. A power failure
 * can cost the last vectors, because nothing is forced to the disk. Thread-safe.
 */
final class EmbeddingCache implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("\\d+-[0-9a-f-]+\\.vectors");

  /** So many files of ended processes become one. */
  static final int MERGED_FILES = 16;

  private static final int MERGE_BATCH = 1_000;

  /** How often the folder is listed while others merge. */
  private static final int MOST_LISTINGS = 10;

  private final Path folder;
  private final int dimension;
  private final List<CacheFile> files = new ArrayList<>();
  private final Map<CacheKey, Place> places = new HashMap<>();
  private @Nullable CacheFile own;
  private @Nullable CacheLock ownLock;

  private record Place(CacheFile file, long at) {}

  private EmbeddingCache(Path folder, int dimension) {
    this.folder = folder;
    this.dimension = dimension;
  }

  /**
   * Opens the cache for one dimension.
   *
   * @throws InvalidInputException {@code file_unwritable} if the folder can't be used
   */
  static EmbeddingCache open(Path root, int dimension) {
    EmbeddingCache cache = new EmbeddingCache(root.resolve("d" + dimension), dimension);
    try {
      Files.createDirectories(cache.folder);
      cache.load();
      return cache;
    } catch (IOException e) {
      cache.close();
      throw cache.failed(e);
    }
  }

  private void load() throws IOException {
    Set<Path> seen = new HashSet<>();
    List<Path> others = new ArrayList<>();
    String process = process();
    boolean vanished = true;
    for (int i = 0; vanished && i < MOST_LISTINGS; i++) {
      vanished = false;
      for (Path path : list()) {
        if (!seen.add(path)) {
          continue;
        }
        Added added = add(path);
        // Merged away by another process since the folder was listed: look for where it went.
        vanished |= added == Added.VANISHED;
        if (added == Added.SOUND && !path.getFileName().toString().startsWith(process)) {
          others.add(path);
        }
      }
    }
    if (others.size() >= MERGED_FILES) {
      mergeEnded(others);
    }
  }

  private void mergeEnded(List<Path> files) throws IOException {
    Map<Path, CacheLock> ended = new LinkedHashMap<>();
    try {
      for (Path path : files) {
        CacheLock.ofEnded(path).ifPresent(lock -> ended.put(path, lock));
      }
      if (ended.size() >= MERGED_FILES) {
        merge(ended.keySet());
      }
    } finally {
      for (CacheLock lock : ended.values()) {
        lock.close();
      }
    }
  }

  /**
   * What the names of this process's files begin with. Its number alone means nothing to processes
   * of other containers, nor to later ones.
   */
  private static String process() {
    ProcessHandle process = ProcessHandle.current();
    long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return process.pid() + "-" + Long.toHexString(start) + "-";
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content
          .filter(path -> NAME.matcher(path.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  private enum Added {
    SOUND,
    UNSOUND,
    VANISHED
  }

  private Added add(Path path) throws IOException {
    Optional<CacheFile> opened;
    try {
      opened = CacheFile.open(path, dimension);
    } catch (FileNotFoundException e) {
      if (Files.exists(path)) {
        throw e;
      }
      return Added.VANISHED;
    }
    if (opened.isEmpty()) {
      return Added.UNSOUND;
    }
    CacheFile file = opened.get();
    files.add(file);
    file.forEach(
        (key, at) -> {
          // Of two records of one key, a damaged one must not hide the other.
          if (find(key).isEmpty()) {
            places.put(key, new Place(file, at));
          }
        });
    return Added.SOUND;
  }

  /**
   * Writes everything known to one file before the old ones go: a crash in between leaves vectors
   * twice, which harms nothing.
   */
  private void merge(Set<Path> ended) throws IOException {
    List<CacheKey> keys = List.copyOf(places.keySet());
    for (int from = 0; from < keys.size(); from += MERGE_BATCH) {
      Map<CacheKey, Embedding> sound = new HashMap<>();
      for (CacheKey key : keys.subList(from, Math.min(keys.size(), from + MERGE_BATCH))) {
        Optional<Embedding> vector = find(key);
        vector.ifPresent(found -> sound.put(key, found));
      }
      append(sound);
    }
    for (Path path : ended) {
      Files.deleteIfExists(path);
    }
  }

  /** The vector of a key; empty if it is unknown or damaged. */
  synchronized Optional<Embedding> get(CacheKey key) {
    try {
      return find(key);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private Optional<Embedding> find(CacheKey key) throws IOException {
    Place place = places.get(key);
    return place == null ? Optional.empty() : place.file().read(key, place.at());
  }

  /** Keeps vectors. */
  synchronized void put(Map<CacheKey, Embedding> vectors) {
    try {
      append(vectors);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void append(Map<CacheKey, Embedding> vectors) throws IOException {
    if (vectors.isEmpty()) {
      return;
    }
    CacheFile file = own;
    if (file == null) {
      Path path = folder.resolve(process() + UUID.randomUUID() + ".vectors");
      // First, so that there is no moment at which the file seems to be nobody's.
      ownLock = CacheLock.hold(path);
      file = CacheFile.create(path, dimension);
      own = file;
      files.add(file);
    }
    List<Map.Entry<CacheKey, Embedding>> entries = List.copyOf(vectors.entrySet());
    long at = file.append(entries);
    for (Map.Entry<CacheKey, Embedding> entry : entries) {
      places.put(entry.getKey(), new Place(file, at));
      at += file.recordBytes();
    }
  }

  private InvalidInputException failed(IOException cause) {
    return new InvalidInputException(
        ErrorCode.FILE_UNWRITABLE,
        "embedding cache %s: can't be used: %s".formatted(folder, cause.getMessage()),
        cause);
  }

  @Override
  public synchronized void close() {
    try {
      for (CacheFile file : files) {
        file.close();
      }
      if (ownLock != null) {
        ownLock.close();
      }
    } catch (IOException e) {
      throw failed(e);
    }
    files.clear();
    places.clear();
    own = null;
    ownLock = null;
  }
}
