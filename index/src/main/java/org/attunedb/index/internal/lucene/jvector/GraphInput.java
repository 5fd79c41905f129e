package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.disk.RandomAccessReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.lucene.store.IndexInput;

/** A part of one of Lucene's files as jvector reads it, in big-endian order. Not thread-safe. */
final class GraphInput implements RandomAccessReader {
  private final IndexInput source;

  /**
   * A reader with a position of its own.
   *
   * @param source exactly the part to read; closed by its owner
   */
  GraphInput(IndexInput source) {
    this.source = source;
  }

  @Override
  public void seek(long offset) throws IOException {
    source.seek(offset);
  }

  @Override
  public long getPosition() {
    return source.getFilePointer();
  }

  @Override
  public int readInt() throws IOException {
    return Integer.reverseBytes(source.readInt());
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat(readInt());
  }

  @Override
  public long readLong() throws IOException {
    return Long.reverseBytes(source.readLong());
  }

  @Override
  public void readFully(byte[] bytes) throws IOException {
    source.readBytes(bytes, 0, bytes.length);
  }

  @Override
  public void readFully(ByteBuffer buffer) throws IOException {
    byte[] bytes = new byte[buffer.remaining()];
    readFully(bytes);
    buffer.put(bytes);
  }

  @Override
  public void readFully(long[] values) throws IOException {
    source.readLongs(values, 0, values.length);
    for (int i = 0; i < values.length; i++) {
      values[i] = Long.reverseBytes(values[i]);
    }
  }

  @Override
  public void read(int[] values, int offset, int count) throws IOException {
    source.readInts(values, offset, count);
    for (int i = offset; i < offset + count; i++) {
      values[i] = Integer.reverseBytes(values[i]);
    }
  }

  @Override
  public void read(float[] values, int offset, int count) throws IOException {
    for (int i = offset; i < offset + count; i++) {
      values[i] = readFloat();
    }
  }

  @Override
  public long length() {
    return source.length();
  }

  @Override
  public void close() {
    // A slice has nothing of its own to close.
  }
}
