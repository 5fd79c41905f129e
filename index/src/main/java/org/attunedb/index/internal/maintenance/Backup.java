package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.BackupMode;
import org.attunedb.index.BackupSummary;
import org.attunedb.index.ByteProgress;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.store.CollectionLayout;
import org.attunedb.index.internal.store.HeldCollection;
import org.attunedb.index.internal.store.Store;
import org.attunedb.index.internal.store.StoreFormat;

/**
 * Makes a backup of an open store: a folder with the files of one commit of each collection, laid
 * out as a store, and a manifest. Not thread-safe.
 */
public final class Backup {
  private final Store store;
  private final FileOps source;
  private final StoreFiles disk = new StoreFiles(new DiskFileOps());
  private final Path target;
  private final Staging staging;
  private final SortedSet<String> collections;
  private final List<Path> files = new ArrayList<>();
  private boolean link;

  private Backup(
      Store store, SortedSet<String> collections, Path target, Staging staging, boolean link) {
    this.store = store;
    this.collections = collections;
    this.source = store.files().ops();
    this.target = target;
    this.staging = staging;
    this.link = link;
  }

  /**
   * Makes a backup.
   *
   * @param collections which of them
   * @param target must not exist
   * @throws ConflictException {@code already_exists}
   * @throws StoreException {@code read_only} if the store can't be written
   * @throws InvalidInputException {@code file_unwritable} for a target inside the store
   */
  public static BackupSummary create(
      Store store,
      Collection<String> collections,
      Path target,
      BackupMode mode,
      ByteProgress listener) {
    store.requireWritable(
        "a backup holds a commit, which only the process that writes can keep from being deleted");
    Path folder = target.toAbsolutePath().normalize();
    StoreFiles disk = new StoreFiles(new DiskFileOps());
    if (disk.ops().exists(folder)) {
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS, folder + " exists, expected a name that is free");
    }
    if (folder.startsWith(store.root())) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNWRITABLE, "%s is inside the store %s".formatted(folder, store.root()));
    }
    boolean link = mode == BackupMode.LINK && store.files().ops() instanceof DiskFileOps;
    try (Staging staging = Staging.beside(disk, folder)) {
      SortedSet<String> names = new TreeSet<>(collections);
      return new Backup(store, names, folder, staging, link).run(listener);
    } catch (IOException e) {
      throw StoreFiles.failed(folder, "back up to", e);
    }
  }

  private BackupSummary run(ByteProgress listener) throws IOException {
    Instant created = store.clock().instant();
    SortedMap<String, Long> sequences = new TreeMap<>();
    take(store.root().resolve(StoreFormat.FILE));
    disk.createDirectories(staging.folder().resolve(Store.COLLECTIONS));
    for (String name : collections) {
      try (HeldCollection held = store.hold(name)) {
        held.forEachFile(this::take);
        disk.createDirectories(place(held.directory().resolve(CollectionLayout.LOG)));
        sequences.put(name, held.sequence());
      }
    }
    BackupManifest manifest = new BackupManifest(created, sequences, entries(listener));
    manifest.write(disk, staging.folder());
    staging.forceFolders();
    staging.renameTo(target);
    return manifest.summary();
  }

  private Path place(Path file) {
    return staging.folder().resolve(store.root().relativize(file).toString());
  }

  private void take(Path file) {
    Path copy = place(file);
    disk.createDirectories(copy.resolveSibling(""));
    try {
      if (!link || !linked(file, copy)) {
        try (InputStream in = source.open(file)) {
          Transfer.copy(in, Long.MAX_VALUE, disk.ops(), copy);
        }
      }
    } catch (IOException e) {
      throw StoreFiles.failed(file, "back up", e);
    }
    files.add(copy);
  }

  /** Never tried again after it failed: the target is on another disk, or the disk can't. */
  private boolean linked(Path file, Path copy) throws IOException {
    try {
      disk.ops().link(file, copy);
      return true;
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      link = false;
      return false;
    }
  }

  /** Reads what is in the backup by now, with no state held any longer. */
  private List<BackupManifest.Entry> entries(ByteProgress listener) throws IOException {
    Meter meter = new Meter(listener, FileTree.bytes(disk.ops(), files));
    List<BackupManifest.Entry> entries = new ArrayList<>();
    for (Path file : files) {
      String path = staging.folder().relativize(file).toString().replace('\\', '/');
      Transfer.Content content = Transfer.checksum(disk.ops(), file);
      entries.add(new BackupManifest.Entry(path, content.bytes(), content.checksum()));
      meter.add(content.bytes(), path);
    }
    return entries;
  }
}
