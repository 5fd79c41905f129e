package org.attunedb.server.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.server.dataset.DocumentFile;
import org.attunedb.server.dataset.FileFault;
import org.jspecify.annotations.Nullable;

/**
 * A file to import.
 *
 * @param path a folder if the format is BEIR
 * @param displayName how messages call it
 * @param format what it holds
 * @param ids the ids of an fvecs file; null to number its vectors
 */
record InputFile(Path path, String displayName, TransferFormat format, @Nullable Path ids) {
  /**
   * Starts to read.
   *
   * @param firstId number of the first document, where documents are numbered
   * @throws org.attunedb.core.error.InvalidInputException {@code file_unreadable} or {@code
   *     file_malformed} if the file as a whole can't be read
   */
  RowReader open(long firstId) {
    ForeignFile.refuse(rowsFile(), rowsName());
    return switch (format) {
      case JSONL -> new JsonlRows(path, displayName);
      case BEIR -> new BeirRows(path, rowsName());
      case FVECS -> new FvecsRows(path, displayName, ids, firstId);
    };
  }

  /** How messages call the file that holds the rows. */
  String rowsName() {
    return format == TransferFormat.BEIR
        ? Path.of(displayName).resolve(DocumentFile.NAME).toString()
        : displayName;
  }

  private Path rowsFile() {
    return format == TransferFormat.BEIR ? path.resolve(DocumentFile.NAME) : path;
  }

  /** Bytes to read. */
  long size() {
    Path file = rowsFile();
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw FileFault.unreadable(file, e);
    }
  }
}
