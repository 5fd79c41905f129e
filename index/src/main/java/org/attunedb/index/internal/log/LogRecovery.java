package org.attunedb.index.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.log.LogFormat.Frame;

/**
 * The reading side of a collection's log: gives back every operation that was forced to the disk,
 * cuts what a crash tore, and refuses what was damaged later.
 *
 * <p>A frame that is not whole was torn if nothing was ever forced after it began, which neither a
 * later frame nor a mark may contradict. Otherwise it, or what followed, had been acknowledged, and
 * opening without it would lose writes silently. Not thread-safe.
 */
public final class LogRecovery {
  private final FileOps ops;
  private final Path directory;
  private final UUID collection;
  private final Replay replay;

  /** Sequence of the last operation that is applied. */
  private long applied;

  /** The highest sequence that is known to have been on disk. */
  private long promised;

  /** Bytes at the end of the segment being read that a crash tore. */
  private long torn;

  /** What {@link #verify} found in a file. */
  public record SegmentFinding(Path file, boolean damaged, String note) {}

  /** Takes operations in order. */
  @FunctionalInterface
  public interface Replay {
    /** Applies the operation of a sequence. */
    void apply(long sequence, Operation operation) throws IOException;
  }

  private LogRecovery(FileOps ops, Path directory, UUID collection, long committed, Replay replay) {
    this.ops = ops;
    this.directory = directory;
    this.collection = collection;
    this.replay = replay;
    this.applied = committed;
  }

  /**
   * Replays what follows a sequence.
   *
   * @param committed the last sequence that is in the index
   * @return the last sequence after replay
   * @throws StoreException {@code store_corrupt} naming the file and the place, {@code
   *     unsupported_format} for a newer log
   */
  public static long replay(
      FileOps ops, Path directory, UUID collection, long committed, Replay replay)
      throws IOException {
    LogRecovery recovery = new LogRecovery(ops, directory, collection, committed, replay);
    recovery.run();
    return recovery.applied;
  }

  /**
   * Reads a log as {@link #replay} does, but applies nothing and goes on after a problem.
   *
   * @param committed the last sequence that is in the index; -1 if that is not known
   * @return one finding for each file of the log, and for the folder if operations are missing
   */
  public static List<SegmentFinding> verify(
      FileOps ops, Path directory, UUID collection, long committed) throws IOException {
    return new LogRecovery(ops, directory, collection, committed, (sequence, operation) -> {})
        .findings();
  }

  private List<SegmentFinding> findings() throws IOException {
    List<SegmentFinding> findings = new ArrayList<>();
    List<Path> files = ops.list(directory);
    for (Path file : files) {
      promised = Math.max(promised, promise(file));
      Path log = LogFormat.logOfMark(file);
      if (log != null) {
        findings.add(new SegmentFinding(file, false, marks(file, log)));
      }
    }
    List<Path> segments = segments(files);
    if (applied < 0) {
      applied = segments.isEmpty() ? promised : LogFormat.firstOf(segments.getFirst()) - 1;
    }
    boolean whole = true;
    for (Path segment : segments) {
      SegmentFinding finding = finding(segment, segment.equals(segments.getLast()));
      whole &= !finding.damaged();
      findings.add(finding);
    }
    if (whole && applied < promised) {
      Path last = segments.isEmpty() ? directory : segments.getLast();
      findings.removeIf(finding -> finding.file().equals(last));
      findings.add(new SegmentFinding(last, true, missing(promised)));
    }
    return findings;
  }

  private SegmentFinding finding(Path segment, boolean newest) throws IOException {
    try {
      torn = 0;
      read(segment, newest);
      return new SegmentFinding(
          segment,
          false,
          torn == 0 ? "" : "its last %s bytes are a write that a crash tore".formatted(torn));
    } catch (NoSuchFileException e) {
      return new SegmentFinding(segment, true, "is missing");
    } catch (StoreException e) {
      return new SegmentFinding(segment, true, e.getMessage());
    }
  }

  private String marks(Path file, Path log) throws IOException {
    int broken = new LogFormat(collection, LogFormat.firstOf(log)).brokenMarks(ops.read(file));
    return broken == 0
        ? ""
        : "%s marks are not whole; marks are never forced, and nothing depends on one"
            .formatted(broken);
  }

  /** Deletes the segments of a folder, after their operations went to the index. */
  public static void clear(FileOps ops, Path directory) throws IOException {
    OperationLog.deleteAll(ops, directory);
  }

  private void run() throws IOException {
    List<Path> files = ops.list(directory);
    for (Path file : files) {
      promised = Math.max(promised, promise(file));
    }
    List<Path> segments = segments(files);
    for (Path segment : segments) {
      read(segment, segment.equals(segments.getLast()));
    }
    if (applied < promised) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, directory + ": " + missing(promised));
    }
  }

  private String missing(long last) {
    return "operations %s to %s were on disk and are missing".formatted(applied + 1, last);
  }

  private static List<Path> segments(List<Path> files) {
    return files.stream().filter(file -> LogFormat.firstOf(file) >= 0).toList();
  }

  private long promise(Path file) throws IOException {
    Path log = LogFormat.logOfMark(file);
    return log == null
        ? -1
        : new LogFormat(collection, LogFormat.firstOf(log)).highestMark(ops.read(file));
  }

  private void read(Path file, boolean newest) throws IOException {
    LogFormat format = new LogFormat(collection, LogFormat.firstOf(file));
    ByteBuffer bytes = ByteBuffer.wrap(ops.read(file));
    int version = format.version(bytes.slice());
    if (version > LogFormat.VERSION) {
      throw new StoreException(
          ErrorCode.UNSUPPORTED_FORMAT,
          "%s: format version is %s, this version of Attune reads 1 to %s"
              .formatted(file, version, LogFormat.VERSION));
    }
    if (version < 1) {
      // Frames are written once the header is on disk; without one, nothing is lost.
      if (bytes.remaining() > LogFormat.HEADER_BYTES || !newest) {
        throw damaged(file, 0);
      }
      torn = bytes.remaining();
      return;
    }
    bytes.position(LogFormat.HEADER_BYTES);
    while (bytes.hasRemaining()) {
      Frame frame = format.frame(bytes);
      if (frame == null) {
        if (!newest || provesMore(format, bytes)) {
          throw damaged(file, bytes.position());
        }
        torn = bytes.remaining();
        return;
      }
      apply(file, bytes.position(), frame);
      bytes.position(bytes.position() + frame.length());
    }
  }

  /** Whether a whole frame after a broken one was written when the broken one was on disk. */
  private boolean provesMore(LogFormat format, ByteBuffer bytes) {
    int last = bytes.limit() - LogFormat.FRAME_HEADER_BYTES;
    for (int at = bytes.position() + 1; at <= last; at++) {
      long first = bytes.getLong(at + 2 * Integer.BYTES);
      long durable = bytes.getLong(at + 2 * Integer.BYTES + Long.BYTES);
      // Checked before the checksum, which is expensive at every place.
      if (durable > applied && first > durable) {
        if (format.frame(bytes.duplicate().position(at)) != null) {
          return true;
        }
      }
    }
    return false;
  }

  private void apply(Path file, int offset, Frame frame) throws IOException {
    long end = frame.first() + frame.operations() - 1;
    if (end <= applied) {
      return;
    }
    if (frame.first() > applied + 1) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: operations %s to %s are missing before offset %s"
              .formatted(file, applied + 1, frame.first() - 1, offset));
    }
    ByteBuffer body = frame.body();
    for (int i = 0; i < frame.operations(); i++) {
      byte[] operation = operation(file, offset, body);
      long sequence = frame.first() + i;
      if (sequence > applied) {
        replay.apply(sequence, decode(file, offset, operation));
        applied = sequence;
      }
    }
  }

  private static byte[] operation(Path file, int offset, ByteBuffer body) {
    int length = body.remaining() < Integer.BYTES ? -1 : body.getInt();
    if (length < 0 || length > body.remaining()) {
      throw damaged(file, offset);
    }
    byte[] operation = new byte[length];
    body.get(operation);
    return operation;
  }

  private static Operation decode(Path file, int offset, byte[] operation) {
    try {
      return OperationCodec.decode(operation);
    } catch (IOException e) {
      throw new StoreException(
          ErrorCode.STORE_CORRUPT,
          "%s: frame at offset %s: %s".formatted(file, offset, e.getMessage()),
          e);
    }
  }

  private static StoreException damaged(Path file, int offset) {
    return new StoreException(
        ErrorCode.STORE_CORRUPT,
        "%s: damaged at offset %s, before operations that were on disk".formatted(file, offset));
  }
}
