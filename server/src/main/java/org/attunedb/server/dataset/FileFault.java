package org.attunedb.server.dataset;

import java.io.IOException;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** Builds the errors of this package, all of which begin with the file and, if known, the line. */
final class FileFault {
  private FileFault() {}

  static InvalidInputException malformed(String file, long line, String problem) {
    return new InvalidInputException(ErrorCode.FILE_MALFORMED, at(file, line) + problem);
  }

  static InvalidInputException malformed(String file, long line, String problem, Throwable cause) {
    return new InvalidInputException(ErrorCode.FILE_MALFORMED, at(file, line) + problem, cause);
  }

  static InvalidInputException unreadable(Path path, String problem) {
    return new InvalidInputException(ErrorCode.FILE_UNREADABLE, path + ": " + problem);
  }

  static InvalidInputException unreadable(Path path, IOException cause) {
    return new InvalidInputException(
        ErrorCode.FILE_UNREADABLE,
        path + ": can't be read (" + cause.getClass().getSimpleName() + ")",
        cause);
  }

  /** Shortens what a file holds before it is repeated in a message. */
  static String quote(String value) {
    String shortened = value.length() > 60 ? value.substring(0, 57) + "..." : value;
    return "'" + shortened + "'";
  }

  private static String at(String file, long line) {
    return file + ":" + line + ": ";
  }
}
