package org.attunedb.index.internal.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.lucene.util.IOUtils;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.JobLogEntry;
import org.attunedb.index.internal.io.OutputFile;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/**
 * {@code log-N.jsonl}: what happened in attempt N, one JSON object a line.
 *
 * <pre>
 * time    string  ISO 8601
 * text    string
 * crc32c  string  CRC-32C, eight hexadecimal digits, of the line without this member
 * </pre>
 *
 * <p>Lines are forced to the disk once, when the attempt ends: before that, a power failure may
 * leave anything after the first lines. After a failed write nothing more is written, as what
 * follows half a line could not be read. Not thread-safe.
 */
final class JobLog implements Closeable {
  /** A long training is known by its beginning and its end. */
  static final int MAX_ENTRIES = 1_000;

  private static final int MAX_TEXT = 4_000;
  private static final String CHECKSUM = "crc32c";

  private final StoreFiles files;
  private final Path file;
  private @Nullable OutputFile out;
  private int entries;
  private boolean closed;

  /**
   * What a log holds.
   *
   * @param entries the lines up to the first that is not as it was written
   * @param problem what is wrong with the next line; null if there is none
   */
  record Content(List<JobLogEntry> entries, @Nullable String problem) {
    Content {
      entries = List.copyOf(entries);
    }
  }

  /** Begins with the first entry; a file of that name is replaced. */
  JobLog(StoreFiles files, Path file) {
    this.files = files;
    this.file = file;
  }

  static String name(int attempt) {
    return "log-" + attempt + ".jsonl";
  }

  /** Adds an entry, unless the log is full. */
  void add(JobLogEntry entry) {
    if (entries < MAX_ENTRIES - 1) {
      addLast(entry);
    }
  }

  /** Adds the entry for which there is always room. */
  void addLast(JobLogEntry entry) {
    if (closed) {
      return;
    }
    ObjectNode line = StrictJson.object();
    line.put("time", entry.time().toString());
    line.put("text", entry.text().substring(0, Math.min(MAX_TEXT, entry.text().length())));
    line.put(CHECKSUM, checksum(line));
    try {
      open().write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      entries++;
    } catch (IOException e) {
      IOUtils.closeWhileSuppressingExceptions(e, this);
      throw StoreFiles.failed(file, "write", e);
    } catch (RuntimeException | Error e) {
      IOUtils.closeWhileSuppressingExceptions(e, this);
      throw e;
    }
  }

  /** Forces what was written to the disk. */
  void force() {
    if (out != null && !closed) {
      try {
        out.force();
      } catch (IOException e) {
        throw StoreFiles.failed(file, "write", e);
      }
    }
  }

  private OutputFile open() throws IOException {
    if (out == null) {
      files.deleteRecursively(file);
      out = files.ops().create(file);
    }
    return out;
  }

  private static String checksum(ObjectNode line) {
    CRC32C crc = new CRC32C();
    crc.update(line.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /**
   * Reads a log up to the first line that is not as it was written. A last line without an end is
   * one that is being written, or was when the process died, and is left out.
   */
  static Content read(StoreFiles files, Path file) {
    String text = new String(files.read(file), StandardCharsets.UTF_8);
    List<JobLogEntry> entries = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      try {
        entries.add(parse(text.substring(start, end)));
      } catch (InvalidInputException | DateTimeException e) {
        String problem = "line %s can't be read: %s".formatted(entries.size() + 1, e.getMessage());
        return new Content(entries, problem);
      }
      start = end + 1;
    }
    return new Content(entries, null);
  }

  /**
   * Passes if every line is as it was written.
   *
   * @throws StoreException {@code store_corrupt} for any other
   */
  static void verify(StoreFiles files, Path file) {
    String problem = read(files, file).problem();
    if (problem != null) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + problem);
    }
  }

  private static JobLogEntry parse(String text) {
    ObjectNode line = StrictJson.readObject(text, "the line");
    String checksum = line.path(CHECKSUM).asText();
    ObjectNode content = line.deepCopy();
    content.remove(CHECKSUM);
    if (!line.toString().equals(text) || !checksum(content).equals(checksum)) {
      throw new InvalidInputException(ErrorCode.JSON_INVALID, "content does not fit its checksum");
    }
    return new JobLogEntry(Instant.parse(line.path("time").asText()), line.path("text").asText());
  }

  @Override
  public void close() throws IOException {
    OutputFile open = out;
    out = null;
    // Another line would replace the file.
    closed = true;
    if (open != null) {
      open.close();
    }
  }
}
