package org.attunedb.server.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * A folder for a file that may not come to be: made if it is missing, and gone again if it is still
 * empty when it is closed. Not thread-safe.
 */
final class NewFolder implements Closeable {
  private final Path folder;

  /** The innermost first. */
  private final List<Path> made = new ArrayList<>();

  /**
   * Makes the folder and those above it.
   *
   * @throws InvalidInputException {@code file_unreadable} if it is a file, {@code file_unwritable}
   */
  NewFolder(Path folder) {
    this.folder = folder;
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw FileFault.unreadable(folder, "is a file, expected a folder");
    }
    for (Path each = folder.toAbsolutePath(); !Files.exists(each); each = parent(each)) {
      made.add(each);
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      close();
      throw OutputFaults.unwritable(folder, e);
    }
  }

  /** Where it is. */
  Path path() {
    return folder;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path.getRoot() : parent;
  }

  @Override
  public void close() {
    try {
      for (Path each : made) {
        Files.deleteIfExists(each);
      }
    } catch (DirectoryNotEmptyException e) {
      // It is used, and so are those above.
    } catch (IOException e) {
      throw OutputFaults.unwritable(made.getFirst(), e);
    }
  }
}
