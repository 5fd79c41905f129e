package org.attunedb.index.internal.adapter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.OutputFile;

/** Writes adapters to files outside of a store. Stateless. */
public final class AdapterExporter {
  private AdapterExporter() {}

  /**
   * Writes a new file, whole or not at all.
   *
   * @throws ConflictException {@code already_exists}
   * @throws InvalidInputException {@code file_unwritable}
   */
  public static void write(Adapter adapter, Path file) {
    byte[] content = AdapterFile.encode(adapter);
    Path target = file.toAbsolutePath();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(file);
    }
    // Of a name that nobody else makes, so that what is removed after a failure is nobody else's.
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    FileOps disk = new DiskFileOps();
    try {
      try (OutputFile out = disk.create(temporary)) {
        out.write(ByteBuffer.wrap(content));
        out.force();
      }
      // Unlike the atomic move, this one does not replace what somebody else made meanwhile.
      Files.move(temporary, target);
      disk.forceDirectory(temporary.resolveSibling(""));
    } catch (FileAlreadyExistsException e) {
      removeQuietly(temporary, e);
      throw exists(file);
    } catch (IOException e) {
      removeQuietly(temporary, e);
      throw unwritable(file, e);
    }
  }

  private static void removeQuietly(Path temporary, IOException failure) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static ConflictException exists(Path file) {
    return new ConflictException(
        ErrorCode.ALREADY_EXISTS, file + " exists, expected a name that is free");
  }

  private static InvalidInputException unwritable(Path file, IOException cause) {
    return new InvalidInputException(
        ErrorCode.FILE_UNWRITABLE, "%s: can't be written (%s)".formatted(file, cause), cause);
  }
}
