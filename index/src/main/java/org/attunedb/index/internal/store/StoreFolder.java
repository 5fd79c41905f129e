package org.attunedb.index.internal.store;

import java.nio.file.Path;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.OpenMode;
import org.attunedb.index.internal.io.StoreFiles;

/** The folder of a store before any collection is opened. Thread-safe. */
final class StoreFolder {
  private final StoreFiles files;
  private final Path root;
  private final Path collections;

  StoreFolder(StoreFiles files, Path root) {
    this.files = files;
    this.root = root;
    this.collections = root.resolve(Store.COLLECTIONS);
  }

  /** Passes if the folder is what a mode wants it to be. */
  void requireMode(OpenMode mode) {
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

  /** Makes a store of it, or removes what a crash left in it; to be called by its one owner. */
  void prepare(OpenMode mode) {
    // Again: somebody else may have made or removed a store before it was locked.
    requireMode(mode);
    if (!StoreFormat.isMarked(files, root)) {
      StoreFormat.write(files, root);
    }
    files.createDirectories(collections);
    for (Path path : files.directories(collections)) {
      if (mode == OpenMode.OVERWRITE && !CollectionName.isTemporary(path)) {
        discard(path);
      } else if (CollectionName.isTemporary(path)) {
        files.deleteRecursively(path);
      }
    }
    // A process that was killed may have left names that are not on the disk yet.
    files.force(root);
    files.force(collections);
  }

  /**
   * Deletes the folder of a collection. A crash leaves it whole or as something to be removed when
   * the store is opened.
   */
  void discard(Path collection) {
    Path doomed = CollectionName.temporary(collection);
    files.deleteRecursively(doomed);
    files.rename(collection, doomed);
    files.deleteRecursively(doomed);
  }
}
