package org.attunedb.server.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * Files that people have at hand and import does not read, told by their first bytes: nothing is
 * unpacked, and none of them is taken for rows. No file of a format that is read begins so.
 */
enum ForeignFile {
  GZIP("compressed with gzip", "\u001f\u008b"),
  ZIP("a zip archive", "PK\u0003\u0004"),
  BZIP2("compressed with bzip2", "BZh"),
  XZ("compressed with xz", "\u00fd7zXZ"),
  ZSTANDARD("compressed with zstd", "(\u00b5/\u00fd"),
  PARQUET("a Parquet file", "PAR1"),
  NUMPY("a NumPy array", "\u0093NUMPY"),
  PICKLE("a Python pickle", "\u0080\u0002"),
  PICKLE_4("a Python pickle", "\u0080\u0004"),
  PICKLE_5("a Python pickle", "\u0080\u0005");

  private static final int LONGEST = 6;

  private final String description;

  /** A character a byte. */
  private final String start;

  ForeignFile(String description, String start) {
    this.description = description;
    this.start = start;
  }

  /**
   * Passes if the file may hold rows; a file that is missing is left to who reads it.
   *
   * @throws InvalidInputException {@code file_malformed} naming what it is
   */
  static void refuse(Path path, String displayName) {
    if (!Files.isRegularFile(path)) {
      return;
    }
    String found;
    try (InputStream in = FileFault.open(path)) {
      found = new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
    for (ForeignFile kind : values()) {
      if (found.startsWith(kind.start)) {
        throw new InvalidInputException(
            ErrorCode.FILE_MALFORMED,
            "%s: is %s, expected plain jsonl, beir or fvecs"
                .formatted(displayName, kind.description));
      }
    }
  }
}
