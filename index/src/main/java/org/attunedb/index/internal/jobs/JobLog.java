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
 * <p>Lines are not forced to the disk: a power failure may cost the last ones. Not thread-safe.
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
    ObjectNode line = StrictJson.object();
    line.put("time", entry.time().toString());
    line.put("text", entry.text().substring(0, Math.min(MAX_TEXT, entry.text().length())));
    line.put(CHECKSUM, checksum(line));
    try {
      open().write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      entries++;
    } catch (IOException e) {
      throw StoreFiles.failed(file, "write", e);
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
   * Reads a log. A last line without an end is one that is being written, or was when the process
   * died, and is left out.
   *
   * @throws StoreException {@code store_corrupt} for any other line that is not as it was written
   */
  static List<JobLogEntry> read(StoreFiles files, Path file) {
    String text = new String(files.read(file), StandardCharsets.UTF_8);
    List<JobLogEntry> entries = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      entries.add(parse(text.substring(start, end), file));
      start = end + 1;
    }
    return entries;
  }

  private static JobLogEntry parse(String text, Path file) {
    try {
      ObjectNode line = StrictJson.readObject(text, file.toString());
      String checksum = line.path(CHECKSUM).asText();
      ObjectNode content = line.deepCopy();
      content.remove(CHECKSUM);
      if (!line.toString().equals(text) || !checksum(content).equals(checksum)) {
        throw damaged(file, "a line does not fit its checksum", null);
      }
      return new JobLogEntry(Instant.parse(line.path("time").asText()), line.path("text").asText());
    } catch (InvalidInputException | DateTimeException e) {
      throw damaged(file, "a line can't be read", e);
    }
  }

  private static StoreException damaged(
      Path file, String problem, @Nullable RuntimeException cause) {
    String message = file + ": " + problem;
    return cause == null
        ? new StoreException(ErrorCode.STORE_CORRUPT, message)
        : new StoreException(ErrorCode.STORE_CORRUPT, message, cause);
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
