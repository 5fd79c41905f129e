package org.attunedb.server.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * Files that people have at hand and import does not read, told by their first bytes: nothing is
 * unpacked, and none of them is taken for rows. No file of a format that is read begins so.
 */
enum ForeignFile {
  GZIP("compressed with gzip", 0x1f, 0x8b),
  ZIP("a zip archive", 'P', 'K', 3, 4),
  BZIP2("compressed with bzip2", 'B', 'Z', 'h'),
  XZ("compressed with xz", 0xfd, '7', 'z', 'X', 'Z'),
  ZSTANDARD("compressed with zstd", 0x28, 0xb5, 0x2f, 0xfd),
  PARQUET("a Parquet file", 'P', 'A', 'R', '1'),
  NUMPY("a NumPy array", 0x93, 'N', 'U', 'M', 'P', 'Y'),
  PICKLE("a Python pickle", 0x80, 2),
  PICKLE_4("a Python pickle", 0x80, 4),
  PICKLE_5("a Python pickle", 0x80, 5);

  private static final int LONGEST = 6;

  private final String description;
  private final byte[] start;

  ForeignFile(String description, int... start) {
    this.description = description;
    this.start = new byte[start.length];
    for (int i = 0; i < start.length; i++) {
      this.start[i] = (byte) start[i];
    }
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
    byte[] found;
    try (InputStream in = FileFault.open(path)) {
      found = in.readNBytes(LONGEST);
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
    for (ForeignFile kind : values()) {
      if (found.length >= kind.start.length
          && Arrays.equals(found, 0, kind.start.length, kind.start, 0, kind.start.length)) {
        throw new InvalidInputException(
            ErrorCode.FILE_MALFORMED,
            "%s: is %s, expected plain jsonl, beir or fvecs"
                .formatted(displayName, kind.description));
      }
    }
  }
}
