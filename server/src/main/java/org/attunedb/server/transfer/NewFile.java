package org.attunedb.server.transfer;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * A file that appears whole or not at all: written under another name beside, forced to disk and
 * renamed. Not thread-safe.
 */
final class NewFile implements Closeable {
  private static final String REMEDY = "name another file, or give --force to replace it";

  private final Path target;
  private final boolean replace;
  private final Path temporary;
  private final FileChannel channel;
  private final OutputStream stream;
  private final Thread hook;
  private boolean finished;

  /**
   * Begins the file.
   *
   * @throws ConflictException {@code already_exists} if the file exists and is not to be replaced
   * @throws InvalidInputException {@code file_unwritable}
   */
  NewFile(Path target, boolean replace) {
    if (Files.isDirectory(target)) {
      throw FileFault.unreadable(target, "is a folder, expected a file");
    }
    if (!replace && Files.exists(target)) {
      throw OutputFaults.exists(target, REMEDY);
    }
    this.target = target;
    this.replace = replace;
    this.temporary =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw OutputFaults.unwritable(target, e);
    }
    this.stream = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    this.hook = new Thread(this::deleteQuietly, "delete " + temporary);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Where to write. */
  OutputStream stream() {
    return stream;
  }

  /** Gives the files their names, all or, as far as the disk allows, none. */
  static void finish(List<NewFile> files) {
    files.forEach(NewFile::complete);
    try {
      files.forEach(NewFile::rename);
    } catch (RuntimeException e) {
      files.forEach(NewFile::undo);
      throw e;
    }
  }

  /** Everything is on the disk, so that little can go wrong with the name. */
  private void complete() {
    try {
      stream.flush();
      channel.force(true);
      channel.close();
    } catch (IOException e) {
      throw OutputFaults.unwritable(target, e);
    }
  }

  private void undo() {
    if (finished && !replace) {
      try {
        Files.deleteIfExists(target);
      } catch (IOException e) {
        throw OutputFaults.unwritable(target, e);
      }
    }
  }

  private void rename() {
    try {
      if (replace) {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.move(temporary, target);
      }
      finished = true;
    } catch (FileAlreadyExistsException e) {
      throw OutputFaults.exists(target, REMEDY);
    } catch (IOException e) {
      throw OutputFaults.unwritable(target, e);
    }
  }

  /** Leaves nothing behind if the file was not finished; nor does a process that is interrupted. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is ending and the hook runs.
    }
    if (finished) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw OutputFaults.unwritable(temporary, e);
    }
  }

  private void deleteQuietly() {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // Nobody is left to tell.
    }
  }
}
