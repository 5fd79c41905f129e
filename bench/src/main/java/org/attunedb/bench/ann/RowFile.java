package org.attunedb.bench.ann;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;

/**
 * Rows of 32-bit words, all of one width, each behind its width, little-endian: the formats fvecs
 * (floats) and ivecs (integers). Rows are read when asked for, so a file may be larger than memory.
 * Thread-safe.
 */
final class RowFile implements Closeable {
  private static final int MAX_WIDTH = 10_000;

  private final Path path;
  private final FileChannel channel;
  private final int width;
  private final int rows;

  private RowFile(Path path, FileChannel channel, int width, int rows) {
    this.path = path;
    this.channel = channel;
    this.width = width;
    this.rows = rows;
  }

  /**
   * Opens a file and checks its structure.
   *
   * @throws InvalidInputException {@code file_unreadable} or {@code file_malformed}
   */
  static RowFile open(Path path) {
    FileFault.requireFile(path);
    try {
      FileChannel channel = FileChannel.open(path);
      try {
        return of(path, channel);
      } catch (IOException | InvalidInputException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }

  private static RowFile of(Path path, FileChannel channel) throws IOException {
    int width = firstWidth(path, channel);
    long rowBytes = 4L + 4L * width;
    long size = channel.size();
    if (size % rowBytes != 0 || size / rowBytes > Integer.MAX_VALUE) {
      throw FileFault.malformed(
          path.toString(),
          size / rowBytes + 1,
          "file of %s bytes ends within a row, expected a multiple of %s bytes for width %s"
              .formatted(size, rowBytes, width));
    }
    return new RowFile(path, channel, width, (int) (size / rowBytes));
  }

  private static int firstWidth(Path path, FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    if (channel.size() < 8) {
      throw FileFault.malformed(
          path.toString(), 1, "has " + channel.size() + " bytes, expected at least 8");
    }
    readFully(channel, header, 0);
    int width = header.getInt();
    if (width < 1 || width > MAX_WIDTH) {
      throw FileFault.malformed(
          path.toString(), 1, "row of width %s, expected 1 to %s".formatted(width, MAX_WIDTH));
    }
    return width;
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw new IOException("the file has become shorter");
      }
      at += read;
    }
    target.flip();
  }

  Path path() {
    return path;
  }

  int rows() {
    return rows;
  }

  int width() {
    return width;
  }

  /**
   * One row of an fvecs file.
   *
   * @throws InvalidInputException {@code file_malformed} if a component is not finite
   */
  float[] floats(int row) {
    float[] values = new float[width];
    read(row).asFloatBuffer().get(values);
    for (int i = 0; i < width; i++) {
      if (!Float.isFinite(values[i])) {
        throw FileFault.malformed(
            path.toString(),
            row + 1L,
            "component %s is %s, expected a finite number".formatted(i, values[i]));
      }
    }
    return values;
  }

  /** One row of an ivecs file. */
  int[] ints(int row) {
    int[] values = new int[width];
    read(row).asIntBuffer().get(values);
    return values;
  }

  /** Every row of an fvecs file. */
  float[][] allFloats() {
    float[][] all = new float[rows][];
    for (int i = 0; i < rows; i++) {
      all[i] = floats(i);
    }
    return all;
  }

  private ByteBuffer read(int row) {
    int bytes = 4 + 4 * width;
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      readFully(channel, buffer, (long) row * bytes);
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
    int found = buffer.getInt();
    if (found != width) {
      throw FileFault.malformed(
          path.toString(),
          row + 1L,
          "row of width %s, expected %s as before".formatted(found, width));
    }
    return buffer;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
