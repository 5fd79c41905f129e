package org.attunedb.index.internal.adapter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a collection's adapter versions: {@code vN/adapter.safetensors} and {@code
 * vN/version.json}. A version is written to a temporary folder and renamed, then never changed.
 * Reads are thread-safe; changes are serialised by the caller.
 */
final class VersionFolders {
  static final Pattern VERSION = Pattern.compile("v[1-9][0-9]{0,8}");
  static final String WEIGHTS = "adapter.safetensors";
  private static final String TEMPORARY = ".tmp";

  private final String collection;
  private final CollectionSpec spec;
  private final StoreFiles files;
  private final Path directory;

  VersionFolders(String collection, CollectionSpec spec, StoreFiles files, Path directory) {
    this.collection = collection;
    this.spec = spec;
    this.files = files;
    this.directory = directory;
  }

  static int number(String version) {
    return Integer.parseInt(version.substring(1));
  }

  /** Version names in a folder, oldest first. */
  static List<String> names(StoreFiles files, Path directory) {
    return files.directories(directory).stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> VERSION.matcher(name).matches())
        .sorted(Comparator.comparingInt(VersionFolders::number))
        .toList();
  }

  List<String> names() {
    return names(files, directory);
  }

  boolean exists(String version) {
    return VERSION.matcher(version).matches()
        && files.ops().isDirectory(directory.resolve(version));
  }

  /**
   * The folder of a version.
   *
   * @throws NotFoundException {@code adapter_not_found}
   */
  Path require(String version) {
    if (!exists(version)) {
      throw new NotFoundException(
          ErrorCode.ADAPTER_NOT_FOUND,
          "collection '%s' has no adapter version '%s', expected one of %s"
              .formatted(collection, version, new ArrayList<>(names())));
    }
    return directory.resolve(version);
  }

  VersionDescription describe(String version) {
    return VersionDescription.read(files, require(version));
  }

  /** A version's weights and binding. */
  Adapter read(String version) {
    return read(version, describe(version));
  }

  /** As {@link #read(String)} with a description that was read before. */
  Adapter read(String version, VersionDescription description) {
    Path file = require(version).resolve(WEIGHTS);
    byte[] bytes = files.read(file);
    if (!description.fits(bytes)) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          file + ": content does not fit the checksum of " + VersionDescription.FILE);
    }
    Adapter adapter = decode(bytes, file);
    requireBinding(adapter);
    return adapter;
  }

  /**
   * As {@link #read(String)}; here a fault is damage of the store, not of what somebody asked for.
   */
  Adapter readOwn(String version) {
    try {
      return read(version);
    } catch (InvalidInputException | NotFoundException e) {
      throw unusable(version, e.getMessage(), e);
    }
  }

  /**
   * As {@link #readOwn(String)} for a version that is said to be a scope's, or the collection's.
   */
  Adapter readOwn(String version, Optional<AdapterScope> scope) {
    Adapter adapter = readOwn(version);
    Optional<AdapterScope> actual = adapter.binding().scope();
    if (!actual.equals(scope)) {
      throw unusable(
          version, "it is for %s, expected %s".formatted(searches(actual), searches(scope)), null);
    }
    return adapter;
  }

  private static String searches(Optional<AdapterScope> scope) {
    return scope.map(one -> "searches with '" + one + "'").orElse("all searches");
  }

  private StoreException unusable(
      String version, @Nullable String why, @Nullable RuntimeException cause) {
    String message = "%s: the adapter can't be used: %s".formatted(directory.resolve(version), why);
    return cause == null
        ? new StoreException(ErrorCode.STORE_CORRUPT, message)
        : new StoreException(ErrorCode.STORE_CORRUPT, message, cause);
  }

  /**
   * Passes if a version that is said to be active is there, as far as that can be seen without
   * reading its weights.
   *
   * @throws StoreException {@code store_corrupt}
   */
  void requireOwn(String version) {
    try {
      describe(version);
    } catch (NotFoundException e) {
      throw unusable(version, e.getMessage(), e);
    }
  }

  /**
   * The adapter of a version's file.
   *
   * @throws StoreException {@code unsupported_format} if a newer version of Attune wrote it
   * @throws InvalidInputException {@code adapter_invalid} if it is none
   */
  static Adapter decode(byte[] bytes, Path file) {
    if (AdapterFile.isNewer(bytes)) {
      throw new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT,
          file + ": adapter format version is newer than this version of Attune reads");
    }
    return AdapterFile.decode(bytes, file.toString());
  }

  /** Refuses an adapter of another model. */
  void requireBinding(Adapter adapter) {
    int dimension = adapter.weights().dimension();
    String embedder = adapter.binding().embedder();
    if (dimension != spec.dimension() || !embedder.equals(spec.embedder())) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          "collection '%s': adapter is for %s dimensions of '%s', expected %s of '%s'"
              .formatted(collection, dimension, embedder, spec.dimension(), spec.embedder()));
    }
  }

  /** Writes a version under a temporary name, forced to the disk; returns that name. */
  Path writeBeside(String version, byte[] weights, VersionDescription description) {
    Path temporary = directory.resolve(version + TEMPORARY);
    try {
      files.deleteRecursively(temporary);
      files.createDirectories(temporary);
      files.writeAtomically(temporary.resolve(WEIGHTS), weights);
      description.write(files, temporary);
    } catch (StoreException e) {
      removeQuietly(temporary, e);
      throw e;
    }
    return temporary;
  }

  private void removeQuietly(Path temporary, StoreException failure) {
    try {
      files.deleteRecursively(temporary);
    } catch (StoreException e) {
      // What is left is overwritten by the next version, or removed when the store is opened.
      failure.addSuppressed(e);
    }
  }

  /** Gives a version its name. */
  void finish(Path temporary, String version) {
    files.rename(temporary, directory.resolve(version));
  }

  /** Deletes a version; a crash leaves the folder whole or under a name that means nothing. */
  void discard(String version) {
    Path temporary = directory.resolve(version + TEMPORARY);
    files.deleteRecursively(temporary);
    files.rename(require(version), temporary);
    files.deleteRecursively(temporary);
  }

  /** Removes what a crash left half-made or half-deleted. */
  void sweep() {
    for (Path path : files.list(directory)) {
      if (path.getFileName().toString().endsWith(TEMPORARY)) {
        files.deleteRecursively(path);
      }
    }
  }
}
