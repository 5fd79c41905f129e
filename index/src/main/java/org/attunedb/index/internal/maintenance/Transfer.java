package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.OutputFile;

/** Reads files once, in pieces. Stateless. */
final class Transfer {
  private static final int PIECE_BYTES = 1 << 16;

  private Transfer() {}

  /** Takes pieces of a file in order. */
  @FunctionalInterface
  private interface Sink {
    void take(byte[] bytes, int length) throws IOException;
  }

  /**
   * Length and CRC-32C of what was read.
   *
   * @param checksum eight hexadecimal digits
   */
  record Content(long bytes, String checksum) {}

  static Content checksum(FileOps ops, Path file) throws IOException {
    try (InputStream in = ops.open(file)) {
      return read(in, Long.MAX_VALUE, (bytes, length) -> {});
    }
  }

  /** Copies a file and forces it; stops after {@code most} bytes. */
  static Content copy(InputStream in, long most, FileOps to, Path target) throws IOException {
    try (OutputFile out = to.create(target)) {
      Content content =
          read(in, most, (bytes, length) -> out.write(ByteBuffer.wrap(bytes, 0, length)));
      out.force();
      return content;
    }
  }

  private static Content read(InputStream in, long most, Sink sink) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[PIECE_BYTES];
    long bytes = 0;
    int length = in.read(buffer);
    while (length >= 0 && bytes <= most) {
      crc.update(buffer, 0, length);
      sink.take(buffer, length);
      bytes += length;
      length = in.read(buffer);
    }
    return new Content(bytes, HexFormat.of().toHexDigits((int) crc.getValue()));
  }
}
