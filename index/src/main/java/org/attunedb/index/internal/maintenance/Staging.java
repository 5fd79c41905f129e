package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * A folder beside the one that is to be made: it gets the final name once it is whole and forced to
 * the disk, or it goes. A crash leaves a folder {@code .NAME.ID.tmp} that can be deleted.
 */
final class Staging implements AutoCloseable {
  private final StoreFiles disk;
  private final Path folder;
  private boolean renamed;

  private Staging(StoreFiles disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  static Staging beside(StoreFiles disk, Path target) {
    Path folder = sibling(target);
    disk.createDirectories(folder);
    return new Staging(disk, folder);
  }

  /** A name beside a folder that nothing has. */
  static Path sibling(Path target) {
    return target.resolveSibling(".%s.%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
  }

  Path folder() {
    return folder;
  }

  /** Forces the names in all folders, innermost first. */
  void forceFolders() throws IOException {
    force(disk.ops(), folder);
  }

  private static void force(FileOps ops, Path directory) throws IOException {
    for (Path path : ops.list(directory)) {
      if (ops.isDirectory(path)) {
        force(ops, path);
      }
    }
    ops.forceDirectory(directory);
  }

  void renameTo(Path target) {
    disk.rename(folder, target);
    renamed = true;
  }

  /** Removes the folder unless it got its final name. */
  @Override
  public void close() {
    if (!renamed) {
      disk.deleteRecursively(folder);
    }
  }
}
