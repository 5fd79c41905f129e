package org.attunedb.server.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ConflictException;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.transfer.Row.Bad;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were left out: the first few on the screen, all of them in a file if there is one. A
 * line of the file is {@code {"file", "row", "code", "reason", "source"}}; the source is the line
 * as it was read and is left out if it is not text. Not thread-safe.
 */
final class Rejects implements Closeable {
  private static final int SHOWN = 10;

  private final PrintStream screen;
  private final @Nullable Path path;
  private final @Nullable BufferedWriter file;
  private long count;

  /**
   * Makes the file.
   *
   * @param path a new file; null for none
   */
  Rejects(@Nullable Path path, PrintStream screen) {
    this.screen = screen;
    this.path = path;
    this.file = path == null ? null : create(path);
  }

  private static BufferedWriter create(Path path) {
    try {
      return Files.newBufferedWriter(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw exists(path);
    } catch (IOException e) {
      throw OutputFaults.unwritable(path, e);
    }
  }

  static ConflictException exists(Path path) {
    return OutputFaults.exists(path, "name another file for the rejected rows");
  }

  void add(Bad row) {
    count++;
    if (count <= SHOWN) {
      screen.println("rejected " + PlainText.oneLine(row.fault().getMessage()));
    } else if (count == SHOWN + 1) {
      screen.println("rejected more; no further ones are shown");
    }
    if (file != null && path != null) {
      try {
        file.write(json(row).toString());
        file.write('\n');
      } catch (IOException e) {
        throw OutputFaults.unwritable(path, e);
      }
    }
  }

  private static ObjectNode json(Bad row) {
    ObjectNode json = StrictJson.object();
    json.put("file", row.place().file());
    json.put("row", row.place().number());
    json.put("code", row.fault().code().wireName());
    json.put("reason", row.fault().getMessage());
    if (row.source() != null) {
      json.put("source", row.source());
    }
    return json;
  }

  long count() {
    return count;
  }

  @Override
  public void close() {
    if (file != null && path != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw OutputFaults.unwritable(path, e);
      }
    }
  }
}
