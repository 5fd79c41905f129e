package org.attunedb.server.openai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Vectors that were paid for, in a folder: one sub-folder for each dimension, in it one file for
 * each process that had something to add, named by the process. Several processes can use it at the
 * same time; each sees what was there when it began and what it adds itself. Files of processes
 * that have ended are merged when there are many.
 *
 * <p>What is written survives the end of the process at any moment, and damage costs the damaged
 * vectors only: records have checksums, and what fails its own is embedded again. A power failure
 * can cost the last vectors, because nothing is forced to the disk. Thread-safe.
 */
final class EmbeddingCache implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("(\\d+)-[0-9a-f-]+\\.vectors");

  /** So many files of ended processes become one. */
  static final int MERGED_FILES = 16;

  private static final int MERGE_BATCH = 1_000;

  private final Path folder;
  private final int dimension;
  private final List<CacheFile> files = new ArrayList<>();
  private final Map<CacheKey, Place> places = new HashMap<>();
  private @Nullable CacheFile own;

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
    List<Path> ended = new ArrayList<>();
    for (Path path : list()) {
      if (add(path) && hasEnded(path)) {
        ended.add(path);
      }
    }
    if (ended.size() >= MERGED_FILES) {
      merge(ended);
    }
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content
          .filter(path -> NAME.matcher(path.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /** Whether a file was sound and is in use now. */
  private boolean add(Path path) throws IOException {
    Optional<CacheFile> opened = CacheFile.open(path, dimension);
    if (opened.isEmpty()) {
      return false;
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
    return true;
  }

  private static boolean hasEnded(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
  }

  /**
   * Writes everything known to one file before the old ones go: a crash in between leaves vectors
   * twice, which harms nothing.
   */
  private void merge(List<Path> ended) throws IOException {
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
      String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID() + ".vectors";
      file = CacheFile.create(folder.resolve(name), dimension);
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
    for (CacheFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }
    files.clear();
    places.clear();
    own = null;
  }
}
