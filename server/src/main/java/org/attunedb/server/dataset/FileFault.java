package org.attunedb.server.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** The errors of input files, all of which begin with the file and, if known, the line. */
public final class FileFault {
  private FileFault() {}

  /**
   * Opens a file, without waiting for somebody to write it as a named pipe would.
   *
   * @throws InvalidInputException {@code file_unreadable} with the reason
   */
  public static InputStream open(Path path) {
    requireFile(path);
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Refuses what is missing, a folder, a pipe or a device. */
  public static void requireFile(Path path) {
    if (Files.isDirectory(path)) {
      throw unreadable(path, "is a folder, expected a file");
    }
    if (!Files.exists(path)) {
      throw unreadable(path, "does not exist, expected a file");
    }
    if (!Files.isRegularFile(path)) {
      throw unreadable(path, "is a pipe or device, expected a file");
    }
  }

  /** A fault of one line, or of another unit that is counted from 1. */
  public static InvalidInputException malformed(String file, long line, String problem) {
    return new InvalidInputException(ErrorCode.FILE_MALFORMED, at(file, line) + problem);
  }

  static InvalidInputException malformed(String file, long line, String problem, Throwable cause) {
    return new InvalidInputException(ErrorCode.FILE_MALFORMED, at(file, line) + problem, cause);
  }

  /** A line of more bytes than are read into memory. */
  static InvalidInputException tooLong(String file, long line, int limit) {
    return new InvalidInputException(
        ErrorCode.JSON_LIMIT, at(file, line) + "line is longer than " + limit + " bytes");
  }

  /** A file that can't be read at all. */
  public static InvalidInputException unreadable(Path path, String problem) {
    return new InvalidInputException(ErrorCode.FILE_UNREADABLE, path + ": " + problem);
  }

  /** A file that can't be read, as the operating system says. */
  public static InvalidInputException unreadable(Path path, IOException cause) {
    return new InvalidInputException(
        ErrorCode.FILE_UNREADABLE, path + ": can't be read (" + reason(cause) + ")", cause);
  }

  /** Why an operation on a file failed, without the file's name. */
  public static String reason(IOException cause) {
    return switch (cause) {
      case AccessDeniedException e -> "permission denied";
      case NoSuchFileException e -> "no such file or folder";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
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
