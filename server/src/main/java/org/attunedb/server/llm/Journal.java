package org.attunedb.server.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;
import org.attunedb.server.dataset.LineReader;

/**
 * A file of JSON lines that long work is written to as it is done, and goes on from after it was
 * cut off. The first line holds the settings; each further one is forced to the disk before it
 * counts. A last line without its end, which a crash leaves, is removed. One process writes a
 * journal at a time. Not thread-safe.
 */
public final class Journal implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final List<ObjectNode> entries = new ArrayList<>();

  private Journal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a journal, or begins one.
   *
   * @param settings what the work depends on
   * @throws ConflictException {@code already_exists} if the file was begun with other settings,
   *     {@code store_locked} if another process writes it
   * @throws InvalidInputException {@code file_unwritable}, or {@code file_malformed} with the line
   */
  public static Journal open(Path file, ObjectNode settings) {
    Journal journal;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      journal =
          new Journal(
              file,
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    try {
      journal.lock();
      journal.repair();
      journal.load(settings);
      return journal;
    } catch (IOException e) {
      journal.close();
      throw unwritable(file, e);
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process.
    }
    if (lock == null) {
      throw new ConflictException(
          ErrorCode.STORE_LOCKED, file + ": is being written by another process");
    }
  }

  /** Cuts off what stands behind the last line's end. */
  private void repair() throws IOException {
    long end = channel.size();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (end > 0) {
      one.clear();
      channel.read(one, end - 1);
      if (one.get(0) == '\n') {
        break;
      }
      end--;
    }
    channel.truncate(end);
    channel.position(end);
  }

  /**
   * Reads through the channel that holds the lock: where locks are POSIX's, a process loses its own
   * as soon as it closes the file, however often it has it open.
   */
  private void load(ObjectNode settings) throws IOException {
    long end = channel.size();
    channel.position(0);
    try (LineReader lines = LineReader.of(new Reading(channel), file)) {
      String first = lines.next();
      if (first == null) {
        append(settings);
        entries.clear();
        return;
      }
      requireSame(parse(lines, first), settings);
      for (String line = lines.next(); line != null; line = lines.next()) {
        entries.add(parse(lines, line));
      }
      channel.position(end);
    }
  }

  /** Leaves the channel open. */
  private static final class Reading extends FilterInputStream {
    Reading(FileChannel channel) {
      super(Channels.newInputStream(channel));
    }

    @Override
    public void close() {
      // The journal closes the channel at its own end.
    }
  }

  private static ObjectNode parse(LineReader lines, String line) {
    try {
      return StrictJson.readObject(line, lines.displayName() + ":" + lines.number());
    } catch (InvalidInputException e) {
      throw new InvalidInputException(ErrorCode.FILE_MALFORMED, e.getMessage(), e);
    }
  }

  private void requireSame(ObjectNode found, ObjectNode settings) {
    if (found.equals(parse(settings))) {
      return;
    }
    List<String> differences = new ArrayList<>();
    settings
        .properties()
        .forEach(
            each -> {
              if (!each.getValue().toString().equals(String.valueOf(found.get(each.getKey())))) {
                differences.add(
                    "%s %s, now %s"
                        .formatted(each.getKey(), found.get(each.getKey()), each.getValue()));
              }
            });
    throw new ConflictException(
        ErrorCode.ALREADY_EXISTS,
        "%s: was begun with other settings (%s); name another folder"
            .formatted(file, String.join("; ", differences)));
  }

  /** As it would be read back: numbers of equal value may be nodes of different types. */
  private static ObjectNode parse(ObjectNode settings) {
    return StrictJson.readObject(settings.toString(), "settings");
  }

  /** What was done already when the journal was opened, and what was appended. */
  public List<ObjectNode> entries() {
    return List.copyOf(entries);
  }

  /** Adds a line, which is on the disk when this returns. */
  public void append(ObjectNode entry) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap((entry + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    entries.add(entry);
  }

  private static InvalidInputException unwritable(Path file, IOException cause) {
    return new InvalidInputException(
        ErrorCode.FILE_UNWRITABLE,
        file + ": can't be written (" + FileFault.reason(cause) + ")",
        cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }
}
