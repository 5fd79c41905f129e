package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.BackupSummary;
import org.attunedb.index.ByteProgress;
import org.attunedb.index.RestoreMode;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.maintenance.BackupManifest.Entry;
import org.attunedb.index.internal.store.CollectionLayout;
import org.attunedb.index.internal.store.Store;
import org.attunedb.index.internal.store.StoreFormat;
import org.attunedb.index.internal.store.StoreLock;

/**
 * Makes a store of a backup that may come from anybody. Everything that can be known before a byte
 * is written is checked first; what is written stands beside the target until all of it is right.
 * Not thread-safe.
 */
public final class Restore {
  private final StoreFiles disk;
  private final Path backup;
  private final Path target;

  private Restore(FileOps ops, Path backup, Path target) {
    this.disk = new StoreFiles(ops);
    this.backup = backup;
    this.target = target;
  }

  /**
   * Restores a store.
   *
   * @throws StoreException {@code not_a_store} if there is no manifest, {@code store_corrupt}
   *     naming what is wrong with the backup
   * @throws ConflictException {@code already_exists} or {@code store_locked} for the target
   * @throws InvalidInputException {@code file_unwritable} if one folder is inside of the other
   */
  public static BackupSummary restore(
      Path backup, Path target, RestoreMode mode, ByteProgress listener) {
    return restore(new DiskFileOps(), backup, target, mode, listener);
  }

  /** Restores through operations that end on the operating system's files. */
  static BackupSummary restore(
      FileOps ops, Path backup, Path target, RestoreMode mode, ByteProgress listener) {
    Path from = backup.toAbsolutePath().normalize();
    Path to = target.toAbsolutePath().normalize();
    if (from.startsWith(to) || to.startsWith(from)) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNWRITABLE,
          "backup %s and target %s are inside of each other".formatted(from, to));
    }
    try {
      return new Restore(ops, from, to).run(mode, listener);
    } catch (IOException e) {
      throw StoreFiles.failed(to, "restore to", e);
    } catch (UncheckedIOException e) {
      throw StoreFiles.failed(to, "restore to", new IOException(e));
    }
  }

  private BackupSummary run(RestoreMode mode, ByteProgress listener) throws IOException {
    BackupManifest manifest = BackupManifest.read(disk, backup);
    boolean replace = replaces(mode);
    if (replace) {
      // Known now, not after everything was copied; taken again when it counts.
      StoreLock.acquire(target).close();
    }
    requireListed(manifest);
    try (Staging staging = Staging.beside(disk, target)) {
      Meter meter = new Meter(listener, manifest.summary().bytes());
      for (Entry entry : manifest.files()) {
        copy(entry, staging.folder());
        meter.add(entry.bytes(), entry.path());
      }
      Path collections = staging.folder().resolve(Store.COLLECTIONS);
      for (String name : manifest.sequences().keySet()) {
        disk.createDirectories(collections.resolve(name).resolve(CollectionLayout.LOG));
      }
      disk.createDirectories(collections);
      StoreFormat.requireStore(disk, staging.folder());
      staging.forceFolders();
      if (replace) {
        replace(staging);
      } else {
        staging.renameTo(target);
      }
    }
    return manifest.summary();
  }

  /** The backup's files are those of the manifest, with their lengths, and nothing else. */
  private void requireListed(BackupManifest manifest) throws IOException {
    Map<Path, Long> expected = new HashMap<>();
    manifest.files().forEach(entry -> expected.put(backup.resolve(entry.path()), entry.bytes()));
    List<Path> found;
    try (Stream<Path> walk = Files.walk(backup)) {
      found = walk.skip(1).sorted().toList();
    }
    Set<Path> seen = new HashSet<>();
    for (Path path : found) {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory() || path.equals(backup.resolve(BackupManifest.FILE))) {
        continue;
      }
      Long bytes = expected.get(path);
      if (!attributes.isRegularFile()) {
        throw invalid(path, "is neither a file nor a folder");
      }
      if (bytes == null) {
        throw invalid(path, "is not in the list of " + BackupManifest.FILE);
      }
      if (bytes != attributes.size()) {
        throw invalid(path, "has %s bytes, expected %s".formatted(attributes.size(), bytes));
      }
      seen.add(path);
    }
    for (Entry entry : manifest.files()) {
      if (!seen.contains(backup.resolve(entry.path()))) {
        throw invalid(backup.resolve(entry.path()), "is missing");
      }
    }
  }

  private boolean replaces(RestoreMode mode) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new ConflictException(ErrorCode.ALREADY_EXISTS, target + " is not a folder");
    }
    if (disk.ops().list(target).isEmpty()) {
      return false;
    }
    if (mode != RestoreMode.REPLACE) {
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS, target + " is not empty, expected a free name");
    }
    if (!StoreFormat.isMarked(disk, target)) {
      throw new StoreException(
          ErrorCode.NOT_A_STORE, target + " is not an Attune store, and is not replaced");
    }
    return true;
  }

  private void copy(Entry entry, Path folder) throws IOException {
    Path source = backup.resolve(entry.path());
    Path copy = folder.resolve(entry.path());
    disk.createDirectories(copy.resolveSibling(""));
    Transfer.Content content;
    try (InputStream in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS)) {
      content = Transfer.copy(in, entry.bytes(), disk.ops(), copy);
    }
    if (content.bytes() != entry.bytes() || !content.checksum().equals(entry.checksum())) {
      throw invalid(source, "content does not fit its checksum in " + BackupManifest.FILE);
    }
  }

  /** The old store comes back if the new one can't take its place. */
  private void replace(Staging staging) {
    Path old = Staging.sibling(target);
    StoreLock lock = StoreLock.acquire(target);
    try (lock) {
      disk.rename(target, old);
      try {
        staging.renameTo(target);
      } catch (StoreException e) {
        putBack(old, e);
        throw e;
      }
    }
    disk.deleteRecursively(old);
  }

  private void putBack(Path old, StoreException failure) {
    try {
      disk.rename(old, target);
    } catch (StoreException e) {
      StoreException lost =
          new StoreException(
              failure.code(),
              "%s; the store that was to be replaced is whole, but now in %s"
                  .formatted(failure.getMessage(), old),
              failure);
      lost.addSuppressed(e);
      throw lost;
    }
  }

  private static StoreException invalid(Path file, String problem) {
    return new StoreException(ErrorCode.STORE_CORRUPT, file + " " + problem);
  }
}
