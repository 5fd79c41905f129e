package org.attunedb.index.internal.feedback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The bytes around the entries. All numbers are big-endian; every checksum is a CRC-32C that begins
 * with the place: the collection's id and the number of the file's first entry.
 *
 * <pre>
 * header  8 bytes  ATTUNFBK
 *         i32      format version, 1
 *         i32      checksum of the place, the magic and the version
 * frame   i32      0x41544642
 *         i32      length of the body
 *         i32      checksum of the place, the length and the body
 *         body     see {@link FeedbackCodec}
 * </pre>
 *
 * <p>The number that begins a frame lets a reader find the next one behind damage.
 */
final class FeedbackFormat {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 16;
  static final int FRAME_BYTES = 12;
  static final int MARK = 0x41544642;

  /** More than the largest entry that the limits allow. */
  static final int MAX_BODY = 1 << 20;

  private static final byte[] MAGIC = "ATTUNFBK".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.feedback");

  private FeedbackFormat() {}

  /** Where bytes belong. */
  record Place(UUID collection, long first) {
    private CRC32C checksum() {
      CRC32C crc = new CRC32C();
      crc.update(
          ByteBuffer.allocate(3 * Long.BYTES)
              .putLong(collection.getMostSignificantBits())
              .putLong(collection.getLeastSignificantBits())
              .putLong(first)
              .flip());
      return crc;
    }
  }

  static String name(long first) {
    return HexFormat.of().toHexDigits(first) + ".feedback";
  }

  /** The number of a file's first entry; empty if the name is that of something else. */
  static Optional<Long> first(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(Long.parseUnsignedLong(name.group(1), 16))
        : Optional.empty();
  }

  static ByteBuffer header(Place place) {
    return ByteBuffer.allocate(HEADER_BYTES)
        .put(MAGIC)
        .putInt(VERSION)
        .putInt(headerChecksum(place, VERSION))
        .flip();
  }

  private static int headerChecksum(Place place, int version) {
    CRC32C crc = place.checksum();
    crc.update(MAGIC);
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(version).flip());
    return (int) crc.getValue();
  }

  /** The format version that a whole header names; empty if it is none. */
  static Optional<Integer> version(Place place, ByteBuffer file) {
    if (file.limit() < HEADER_BYTES
        || !file.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      return Optional.empty();
    }
    int version = file.getInt(MAGIC.length);
    return file.getInt(MAGIC.length + Integer.BYTES) == headerChecksum(place, version)
        ? Optional.of(version)
        : Optional.empty();
  }

  static ByteBuffer frame(Place place, byte[] body) {
    return ByteBuffer.allocate(FRAME_BYTES + body.length)
        .putInt(MARK)
        .putInt(body.length)
        .putInt(frameChecksum(place, ByteBuffer.wrap(body)))
        .put(body)
        .flip();
  }

  static int frameChecksum(Place place, ByteBuffer body) {
    CRC32C crc = place.checksum();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(body.remaining()).flip());
    crc.update(body.duplicate());
    return (int) crc.getValue();
  }
}
