package org.attunedb.server.openai;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.InvalidInputException;

/**
 * Vectors of one length in one file, appended by one process. All numbers are big-endian.
 *
 * <pre>
 * header  8 bytes  ATTUNEMB
 *         i32      format version, 1
 *         i32      dimension
 * record  32 bytes key, see {@link CacheKey}
 *         f32[]    components
 *         i32      CRC-32C of key and components
 * </pre>
 *
 * <p>Records have one length, so a crash leaves at most a piece of the last one, which nobody
 * reads. {@link RandomAccessFile}, because interrupts close channels. Not thread-safe.
 */
final class CacheFile implements AutoCloseable {
  private static final byte[] MAGIC = "ATTUNEMB".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 16;

  private final RandomAccessFile file;
  private final int dimension;
  private long end;

  private CacheFile(RandomAccessFile file, int dimension, long end) {
    this.file = file;
    this.dimension = dimension;
    this.end = end;
  }

  /** Told of a record. */
  interface RecordAction {
    void accept(CacheKey key, long at) throws IOException;
  }

  private static int recordBytes(int dimension) {
    return CacheKey.BYTES + dimension * Float.BYTES + Integer.BYTES;
  }

  private static byte[] header(int dimension) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(VERSION).putInt(dimension).array();
  }

  /** A new file; the name must be free. */
  static CacheFile create(Path path, int dimension) throws IOException {
    if (!path.toFile().createNewFile()) {
      throw new IOException(path + " exists");
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    file.write(header(dimension));
    return new CacheFile(file, dimension, HEADER_BYTES);
  }

  /** A file to read; empty if it is none of this format and dimension. */
  static Optional<CacheFile> open(Path path, int dimension) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    byte[] header = new byte[HEADER_BYTES];
    if (file.length() < HEADER_BYTES) {
      file.close();
      return Optional.empty();
    }
    file.readFully(header);
    if (!Arrays.equals(header, header(dimension))) {
      file.close();
      return Optional.empty();
    }
    long records = (file.length() - HEADER_BYTES) / recordBytes(dimension);
    return Optional.of(
        new CacheFile(file, dimension, HEADER_BYTES + records * recordBytes(dimension)));
  }

  /** Tells every key with the place of its record. */
  void forEach(RecordAction action) throws IOException {
    byte[] key = new byte[CacheKey.BYTES];
    for (long at = HEADER_BYTES; at < end; at += recordBytes(dimension)) {
      file.seek(at);
      file.readFully(key);
      action.accept(CacheKey.read(ByteBuffer.wrap(key)), at);
    }
  }

  /** The vector at a place; empty if the record is damaged. */
  Optional<Embedding> read(CacheKey key, long at) throws IOException {
    byte[] bytes = new byte[recordBytes(dimension)];
    file.seek(at);
    file.readFully(bytes);
    ByteBuffer record = ByteBuffer.wrap(bytes);
    int checked = bytes.length - Integer.BYTES;
    if (record.getInt(checked) != checksum(bytes, 0, checked)
        || !CacheKey.read(record).equals(key)) {
      return Optional.empty();
    }
    float[] components = new float[dimension];
    record.asFloatBuffer().get(components);
    try {
      return Optional.of(Embedding.of(components));
    } catch (InvalidInputException e) {
      // Nothing like it is ever written.
      return Optional.empty();
    }
  }

  /** Appends vectors and returns the place of the first; the others follow. */
  long append(List<Map.Entry<CacheKey, Embedding>> vectors) throws IOException {
    int length = recordBytes(dimension);
    ByteBuffer records = ByteBuffer.allocate(vectors.size() * length);
    for (Map.Entry<CacheKey, Embedding> vector : vectors) {
      int start = records.position();
      vector.getKey().write(records);
      records.asFloatBuffer().put(vector.getValue().toArray());
      records.position(records.position() + dimension * Float.BYTES);
      records.putInt(checksum(records.array(), start, length - Integer.BYTES));
    }
    long start = end;
    file.seek(start);
    file.write(records.array());
    end += records.capacity();
    return start;
  }

  int recordBytes() {
    return recordBytes(dimension);
  }

  private static int checksum(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
