package org.attunedb.index.internal.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a log segment, which is named after its first sequence number. All numbers are
 * big-endian; checksums are CRC-32C over the collection's id, the segment's first sequence and the
 * bytes named below, so that nothing from another place is taken for part of it.
 *
 * <pre>
 * N.log    header   magic "ATTUNLOG", version i32, checksum i32 (of magic and version),
 *                   collection id 2 x i64, first sequence i64
 *          frames   body length i32, checksum i32 (of the rest of the header and the body),
 *                   first sequence i64, durable sequence i64, operations i32,
 *                   body: for each operation its length i32 and its bytes
 * N.mark   marks    durable sequence i64, checksum i32 (of the sequence)
 * </pre>
 *
 * <p>A frame is what one group commit wrote. Its durable sequence is the last one that was forced
 * to the disk before: it tells a frame that a crash tore, after which nothing was forced, from one
 * that was damaged later. Marks tell the same of the last frames; they are never forced, so they
 * may be missing, but whatever they say was true.
 */
final class LogFormat {
  static final int HEADER_BYTES = 40;
  static final int FRAME_HEADER_BYTES = 28;
  static final int MARK_BYTES = 12;
  static final int VERSION = 1;

  private static final byte[] MAGIC = "ATTUNLOG".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.(log|mark)");
  private static final String LOG = "log";

  private final UUID collection;
  private final long first;

  /** The layout of one segment. */
  LogFormat(UUID collection, long first) {
    this.collection = collection;
    this.first = first;
  }

  long first() {
    return first;
  }

  static Path log(Path directory, long first) {
    return directory.resolve(HexFormat.of().toHexDigits(first) + ".log");
  }

  static Path mark(Path directory, long first) {
    return directory.resolve(HexFormat.of().toHexDigits(first) + ".mark");
  }

  /** The first sequence that a segment's name tells; -1 for the name of something else. */
  static long firstOf(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() && name.group(2).equals(LOG)
        ? Long.parseUnsignedLong(name.group(1), 16)
        : -1;
  }

  /** The segment whose marks a file holds; null for another file. */
  static @Nullable Path logOfMark(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() && !name.group(2).equals(LOG)
        ? file.resolveSibling(name.group(1) + "." + LOG)
        : null;
  }

  private CRC32C checksum() {
    CRC32C crc = new CRC32C();
    ByteBuffer place = ByteBuffer.allocate(24);
    place.putLong(collection.getMostSignificantBits());
    place.putLong(collection.getLeastSignificantBits());
    place.putLong(first);
    crc.update(place.flip());
    return crc;
  }

  ByteBuffer header() {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.put(MAGIC).putInt(VERSION).putInt(headerChecksum(VERSION));
    header.putLong(collection.getMostSignificantBits());
    header.putLong(collection.getLeastSignificantBits());
    header.putLong(first);
    return header.flip();
  }

  private int headerChecksum(int version) {
    CRC32C crc = checksum();
    crc.update(MAGIC);
    crc.update(ByteBuffer.allocate(4).putInt(version).flip());
    return (int) crc.getValue();
  }

  /** The version that a header tells; 0 if it is no header of this segment. */
  int version(ByteBuffer header) {
    byte[] magic = new byte[MAGIC.length];
    if (header.remaining() < HEADER_BYTES) {
      return 0;
    }
    header.get(magic);
    int version = header.getInt();
    boolean whole =
        Arrays.equals(magic, MAGIC)
            && header.getInt() == headerChecksum(version)
            && header.getLong() == collection.getMostSignificantBits()
            && header.getLong() == collection.getLeastSignificantBits()
            && header.getLong() == first;
    return whole ? version : 0;
  }

  /** One frame of operations. */
  ByteBuffer frame(long firstSequence, long durable, List<byte[]> operations) {
    int body = 0;
    for (byte[] operation : operations) {
      body = Math.addExact(body, Integer.BYTES + operation.length);
    }
    ByteBuffer frame = ByteBuffer.allocate(Math.addExact(FRAME_HEADER_BYTES, body));
    frame.putInt(body).putInt(0).putLong(firstSequence).putLong(durable).putInt(operations.size());
    for (byte[] operation : operations) {
      frame.putInt(operation.length).put(operation);
    }
    frame.flip();
    frame.putInt(Integer.BYTES, frameChecksum(frame, frame.limit()));
    return frame;
  }

  /** The checksum of a frame that starts at the buffer's start. */
  private int frameChecksum(ByteBuffer frame, int length) {
    CRC32C crc = checksum();
    crc.update(frame.slice(0, Integer.BYTES));
    crc.update(frame.slice(2 * Integer.BYTES, length - 2 * Integer.BYTES));
    return (int) crc.getValue();
  }

  /**
   * The frame at the start of a buffer.
   *
   * @return null if there is none that is whole
   */
  @Nullable Frame frame(ByteBuffer buffer) {
    if (buffer.remaining() < FRAME_HEADER_BYTES) {
      return null;
    }
    ByteBuffer bytes = buffer.slice();
    int body = bytes.getInt(0);
    if (body < 0 || body > bytes.remaining() - FRAME_HEADER_BYTES) {
      return null;
    }
    int length = FRAME_HEADER_BYTES + body;
    if (bytes.getInt(Integer.BYTES) != frameChecksum(bytes, length)) {
      return null;
    }
    return new Frame(
        bytes.getLong(8),
        bytes.getLong(16),
        bytes.getInt(24),
        bytes.slice(FRAME_HEADER_BYTES, body));
  }

  /**
   * A frame whose checksum is right.
   *
   * @param first sequence of its first operation
   * @param durable last sequence known to be on disk when it was written
   * @param operations how many
   * @param body their lengths and bytes
   */
  record Frame(long first, long durable, int operations, ByteBuffer body) {
    int length() {
      return FRAME_HEADER_BYTES + body.capacity();
    }
  }

  ByteBuffer mark(long durable) {
    return ByteBuffer.allocate(MARK_BYTES).putLong(durable).putInt(markChecksum(durable)).flip();
  }

  private int markChecksum(long durable) {
    CRC32C crc = checksum();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(durable).flip());
    return (int) crc.getValue();
  }

  /** How many marks are not whole. */
  int brokenMarks(byte[] marks) {
    int broken = marks.length % MARK_BYTES == 0 ? 0 : 1;
    ByteBuffer buffer = ByteBuffer.wrap(marks);
    while (buffer.remaining() >= MARK_BYTES) {
      long durable = buffer.getLong();
      broken += buffer.getInt() == markChecksum(durable) ? 0 : 1;
    }
    return broken;
  }

  /** The highest sequence that marks tell; -1 if none is whole. */
  long highestMark(byte[] marks) {
    long highest = -1;
    ByteBuffer buffer = ByteBuffer.wrap(marks);
    while (buffer.remaining() >= MARK_BYTES) {
      long durable = buffer.getLong();
      if (buffer.getInt() == markChecksum(durable)) {
        highest = Math.max(highest, durable);
      }
    }
    return highest;
  }
}
