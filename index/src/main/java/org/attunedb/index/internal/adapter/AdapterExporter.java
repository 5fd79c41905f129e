package org.attunedb.index.internal.adapter;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.attunedb.core.adapter.Adapter;
import org.attunedb.core.adapter.AdapterFile;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

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
    try {
      // Made by this call, so that what is removed after a failure is nobody else's.
      Files.write(file, new byte[0], StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new ConflictException(
          ErrorCode.ALREADY_EXISTS, file + " exists, expected a name that is free");
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    try {
      Files.write(file, AdapterFile.encode(adapter));
    } catch (IOException e) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException next) {
        e.addSuppressed(next);
      }
      throw unwritable(file, e);
    }
  }

  private static InvalidInputException unwritable(Path file, IOException cause) {
    return new InvalidInputException(
        ErrorCode.FILE_UNWRITABLE, "%s: can't be written (%s)".formatted(file, cause), cause);
  }
}
