package org.attunedb.server.transfer;

import java.io.IOException;
import java.nio.file.Path;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/** The errors of output files. */
final class OutputFaults {
  private OutputFaults() {}

  static ConflictException exists(Path path, String remedy) {
    return new ConflictException(ErrorCode.ALREADY_EXISTS, path + ": exists already; " + remedy);
  }

  static InvalidInputException unwritable(Path path, IOException cause) {
    return new InvalidInputException(
        ErrorCode.FILE_UNWRITABLE,
        path + ": can't be written (" + FileFault.reason(cause) + ")",
        cause);
  }
}
