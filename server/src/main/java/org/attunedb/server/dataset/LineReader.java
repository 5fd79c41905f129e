package org.attunedb.server.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads UTF-8 lines and knows their numbers. A {@link java.io.BufferedReader} would decode blocks
 * ahead of the line that it hands out, so a wrong byte could not be blamed on its line; here every
 * line is decoded by itself. After a fault of one line the next one can be read. Not thread-safe.
 */
public final class LineReader implements Closeable {
  /** Longest line, in bytes: the longest text with every character escaped, and room for more. */
  public static final int MAX_LINE_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char REPLACEMENT = '\uFFFD';

  private final Path path;
  private final String displayName;
  private final boolean verbatim;
  private final InputStream in;

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int start;
  private int end;

  private byte[] line = new byte[BUFFER_BYTES];
  private int length;
  private boolean tooLong;

  private long number;
  private long position;

  private LineReader(Path path, String displayName, boolean verbatim, InputStream in) {
    this.path = path;
    this.displayName = displayName;
    this.verbatim = verbatim;
    this.in = in;
  }

  /**
   * Opens a file whose blank lines are passed over but counted, and whose byte order mark is, too.
   *
   * @param displayName how messages call the file
   */
  public static LineReader open(Path path, String displayName) {
    return new LineReader(path, displayName, false, FileFault.open(path));
  }

  /**
   * The same for a file that is open already; closing the reader closes the stream.
   *
   * @param path of the file, for messages
   */
  public static LineReader of(InputStream in, Path path) {
    return new LineReader(path, path.toString(), false, in);
  }

  /** Opens a file of which every line is handed out as it is, also a blank one. */
  public static LineReader openVerbatim(Path path, String displayName) {
    return new LineReader(path, displayName, true, FileFault.open(path));
  }

  /** How messages call the file. */
  public String displayName() {
    return displayName;
  }

  /** 1-based number of the line that {@link #next} returned or refused last. */
  public long number() {
    return number;
  }

  /** Bytes of all lines so far. */
  public long position() {
    return position;
  }

  /**
   * The next line without its line break; null at the end.
   *
   * @throws org.attunedb.core.error.InvalidInputException {@code file_malformed} for a line that is
   *     not UTF-8, {@code json_limit} for one that is too long; {@code file_unreadable} if the file
   *     can't be read any further
   */
  public @Nullable String next() {
    while (readLine()) {
      number++;
      String decoded = decode();
      if (verbatim) {
        return decoded;
      }
      if (number == 1 && !decoded.isEmpty() && decoded.charAt(0) == BYTE_ORDER_MARK) {
        decoded = decoded.substring(1);
      }
      if (!decoded.isBlank()) {
        return decoded;
      }
    }
    return null;
  }

  /** Fills {@link #line} and tells whether there was anything. */
  private boolean readLine() {
    length = 0;
    tooLong = false;
    boolean any = false;
    while (start < end || fill()) {
      any = true;
      int lineEnd = start;
      while (lineEnd < end && buffer[lineEnd] != '\n') {
        lineEnd++;
      }
      append(lineEnd - start);
      boolean complete = lineEnd < end;
      position += lineEnd - start + (complete ? 1 : 0);
      start = lineEnd + (complete ? 1 : 0);
      if (complete) {
        return true;
      }
    }
    return any;
  }

  private boolean fill() {
    try {
      start = 0;
      end = Math.max(0, in.read(buffer));
      return end > 0;
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }

  private void append(int count) {
    if (tooLong || length + count > MAX_LINE_BYTES) {
      tooLong = true;
      return;
    }
    if (length + count > line.length) {
      line =
          Arrays.copyOf(line, Math.min(MAX_LINE_BYTES, Math.max(2 * line.length, length + count)));
    }
    System.arraycopy(buffer, start, line, length, count);
    length += count;
  }

  private String decode() {
    if (tooLong) {
      throw FileFault.tooLong(displayName, number, MAX_LINE_BYTES);
    }
    int bytes = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    String decoded = new String(line, 0, bytes, StandardCharsets.UTF_8);
    // The fast way puts this character in place of wrong bytes; whether it was there, a strict
    // decoder tells.
    if (decoded.indexOf(REPLACEMENT) < 0) {
      return decoded;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, bytes)).toString();
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
