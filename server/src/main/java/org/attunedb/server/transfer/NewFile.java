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
  }

  /** Where to write. */
  OutputStream stream() {
    return stream;
  }

  /** Gives the file its name. */
  void finish() {
    try {
      stream.flush();
      channel.force(true);
      channel.close();
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

  /** Leaves nothing behind if the file was not finished. */
  @Override
  public void close() {
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
}
