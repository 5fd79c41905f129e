package org.attunedb.index.internal.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a collection's log. A failed call leaves the log unusable: what it left
 * behind is for {@link LogRecovery} to tell. Not thread-safe: one thread writes.
 */
public final class OperationLog implements Closeable {
  private final FileOps ops;
  private final Path directory;
  private final UUID collection;
  private @Nullable Segment segment;
  private long last;
  private long durable;

  /**
   * A log without segments; the first append makes one.
   *
   * @param last the last sequence that is durable elsewhere
   */
  public OperationLog(FileOps ops, Path directory, UUID collection, long last) {
    this.ops = ops;
    this.directory = directory;
    this.collection = collection;
    this.last = last;
    this.durable = last;
  }

  /** Sequence of the last operation. */
  public long last() {
    return last;
  }

  /** Sequence of the last operation that was forced to the disk. */
  public long durable() {
    return durable;
  }

  /** Bytes since the last {@link #clear}. */
  public long bytes() {
    return segment == null ? 0 : segment.bytes;
  }

  /** Writes operations as one frame: all of them or none are there after a crash. */
  public void append(List<byte[]> operations) throws IOException {
    if (segment == null) {
      segment = Segment.create(ops, directory, new LogFormat(collection, last + 1));
    }
    segment.append(last + 1, durable, operations);
    last += operations.size();
  }

  /** Forces what was appended to the disk. */
  public void force() throws IOException {
    if (segment != null && durable < last) {
      segment.log.force();
      durable = last;
      segment.mark(durable);
    }
  }

  /** Deletes every segment, whose operations must be durable elsewhere by now. */
  public void clear() throws IOException {
    close();
    segment = null;
    durable = last;
    deleteAll(ops, directory);
  }

  /**
   * Deletes the segments of a folder, oldest first, so that what a crash leaves has no gap. A mark
   * goes after its segment: without it a missing tail would not be noticed.
   */
  static void deleteAll(FileOps ops, Path directory) throws IOException {
    boolean deleted = false;
    for (Path file : ops.list(directory)) {
      ops.delete(file);
      deleted = true;
    }
    if (deleted) {
      ops.forceDirectory(directory);
    }
  }

  @Override
  public void close() throws IOException {
    if (segment != null) {
      segment.close();
    }
  }

  private static final class Segment implements Closeable {
    private final LogFormat format;
    private final OutputFile log;
    private final OutputFile marks;
    private long bytes;

    private Segment(LogFormat format, OutputFile log, OutputFile marks) {
      this.format = format;
      this.log = log;
      this.marks = marks;
    }

    /** The segment's names and header are on disk before its first frame is. */
    static Segment create(FileOps ops, Path directory, LogFormat format) throws IOException {
      OutputFile log = ops.create(LogFormat.log(directory, format.first()));
      try {
        log.write(format.header());
        log.force();
        return new Segment(format, log, createMarks(ops, directory, format));
      } catch (IOException | RuntimeException | Error e) {
        try (log) {
          throw e;
        }
      }
    }

    private static OutputFile createMarks(FileOps ops, Path directory, LogFormat format)
        throws IOException {
      OutputFile marks = ops.create(LogFormat.mark(directory, format.first()));
      try {
        ops.forceDirectory(directory);
        return marks;
      } catch (IOException | RuntimeException | Error e) {
        try (marks) {
          throw e;
        }
      }
    }

    void append(long first, long durable, List<byte[]> operations) throws IOException {
      var frame = format.frame(first, durable, operations);
      bytes += frame.remaining();
      log.write(frame);
    }

    void mark(long sequence) throws IOException {
      marks.write(format.mark(sequence));
    }

    @Override
    public void close() throws IOException {
      try (log) {
        marks.close();
      }
    }
  }
}
