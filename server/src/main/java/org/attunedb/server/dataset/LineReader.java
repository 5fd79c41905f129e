package org.attunedb.server.dataset;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads UTF-8 lines and knows their numbers. A {@link java.io.BufferedReader} would decode blocks
 * ahead of the line that it hands out, so a wrong byte could not be blamed on its line; here every
 * line is decoded by itself. Blank lines are passed over but counted. Not thread-safe.
 */
final class LineReader implements Closeable {
  /** Longest line, in bytes: the longest text with every character escaped, and room for more. */
  static final int MAX_LINE_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path path;
  private final String displayName;
  private final InputStream in;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER_BYTES);
  private long number;

  private LineReader(Path path, String displayName, InputStream in) {
    this.path = path;
    this.displayName = displayName;
    this.in = in;
  }

  /**
   * Opens a file.
   *
   * @param displayName how messages call the file
   */
  static LineReader open(Path path, String displayName) {
    if (Files.isDirectory(path)) {
      throw FileFault.unreadable(path, "is a folder, expected a file");
    }
    if (!Files.exists(path)) {
      throw FileFault.unreadable(path, "does not exist, expected a file");
    }
    try {
      InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES);
      return new LineReader(path, displayName, in);
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }

  String displayName() {
    return displayName;
  }

  /** 1-based number of the line that {@link #next} returned last. */
  long number() {
    return number;
  }

  /** The next line that is not blank, without its line break; null at the end. */
  @Nullable String next() {
    while (true) {
      if (!readLine()) {
        return null;
      }
      number++;
      String line = decode();
      if (number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK) {
        line = line.substring(1);
      }
      if (!line.isBlank()) {
        return line;
      }
    }
  }

  /** Fills {@link #bytes} and tells whether there was anything. */
  private boolean readLine() {
    bytes.reset();
    try {
      int read = in.read();
      if (read < 0) {
        return false;
      }
      while (read >= 0 && read != '\n') {
        if (bytes.size() == MAX_LINE_BYTES) {
          throw FileFault.malformed(
              displayName, number + 1, "line is longer than " + MAX_LINE_BYTES + " bytes");
        }
        bytes.write(read);
        read = in.read();
      }
      return true;
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }

  private String decode() {
    byte[] line = bytes.toByteArray();
    int length = line.length;
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw FileFault.malformed(
          displayName, number, "holds bytes that are not UTF-8, expected UTF-8 text", e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }
}
