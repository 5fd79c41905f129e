package org.attunedb.bench.ann;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a new fvecs or ivecs file row by row. Not thread-safe. */
final class RowFileWriter implements Closeable {
  private final OutputStream out;

  RowFileWriter(Path path) throws IOException {
    out =
        new BufferedOutputStream(
            Files.newOutputStream(path, StandardOpenOption.CREATE_NEW), 1 << 20);
  }

  void write(float[] row) throws IOException {
    byte[] bytes = new byte[4 + 4 * row.length];
    body(bytes, row.length).asFloatBuffer().put(row);
    out.write(bytes);
  }

  void write(int[] row) throws IOException {
    byte[] bytes = new byte[4 + 4 * row.length];
    body(bytes, row.length).asIntBuffer().put(row);
    out.write(bytes);
  }

  /** What follows the width. */
  private static ByteBuffer body(byte[] bytes, int width) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(width);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
