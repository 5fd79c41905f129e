package org.attunedb.server.transfer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.dataset.FileFault;
import org.attunedb.server.dataset.LineReader;
import org.attunedb.server.transfer.Row.Bad;
import org.attunedb.server.transfer.Row.Good;
import org.attunedb.server.transfer.Row.Place;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of an fvecs file: each a 32-bit dimension and as many 32-bit floats, little-endian.
 * Nothing is allocated before the dimension was held against its range and the file's length.
 */
final class FvecsRows implements RowReader {
  private final Path path;
  private final String displayName;
  private final InputStream in;
  private final @Nullable LineReader ids;
  private final long firstId;
  private final long vectors;
  private final ByteBuffer row;
  private long number;

  /**
   * Opens the file and checks its structure.
   *
   * @param idFile one id a line; null to number the vectors
   * @param firstId number of the first vector, if they are numbered
   */
  FvecsRows(Path path, String displayName, @Nullable Path idFile, long firstId) {
    this.path = path;
    this.displayName = displayName;
    this.firstId = firstId;
    int rowBytes = rowBytes();
    this.vectors = rowBytes == 0 ? 0 : size() / rowBytes;
    this.row = ByteBuffer.allocate(rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    if (idFile != null) {
      requireAsManyIds(idFile);
    }
    this.ids = idFile == null ? null : LineReader.openVerbatim(idFile, idFile.toString());
    this.in = new BufferedInputStream(FileFault.open(path), 1 << 16);
  }

  /** Bytes of a vector by the first header, 0 if there is no vector. */
  private int rowBytes() {
    long size = size();
    if (size == 0) {
      return 0;
    }
    int dimension;
    try (InputStream header = FileFault.open(path)) {
      ByteBuffer bytes = ByteBuffer.wrap(header.readNBytes(4)).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.remaining() < 4) {
        throw fault(1, "has " + size + " bytes, expected at least 8");
      }
      dimension = bytes.getInt();
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
    if (dimension < 1 || dimension > Embedding.MAX_DIMENSION) {
      throw fault(
          1,
          "header says %s dimensions, expected 1 to %s"
              .formatted(dimension, Embedding.MAX_DIMENSION));
    }
    int bytes = 4 + 4 * dimension;
    if (size % bytes != 0) {
      throw fault(
          size / bytes + 1,
          "file of %s bytes ends within a vector, expected a multiple of %s bytes for %s dimensions"
              .formatted(size, bytes, dimension));
    }
    return bytes;
  }

  private void requireAsManyIds(Path idFile) {
    long lines = 0;
    try (LineReader counted = LineReader.openVerbatim(idFile, idFile.toString())) {
      while (counted.next() != null) {
        lines++;
      }
    }
    if (lines != vectors) {
      throw new InvalidInputException(
          ErrorCode.FILE_MALFORMED,
          "%s: has %s ids, expected one for each of the %s vectors of %s"
              .formatted(idFile, lines, vectors, displayName));
    }
  }

  @Override
  public @Nullable Row next() {
    if (number == vectors) {
      return null;
    }
    number++;
    float[] components = components();
    Place place = new Place(displayName, number);
    String id = ids == null ? Long.toString(firstId + number - 1) : ids.next();
    if (id == null) {
      throw fault(number, "the file of ids has become shorter");
    }
    try {
      return new Good(place, Document.of(id, Embedding.of(components)), null);
    } catch (InvalidInputException e) {
      return Bad.of(place, e, null);
    }
  }

  private float[] components() {
    row.clear();
    try {
      int read = in.readNBytes(row.array(), 0, row.capacity());
      if (read < row.capacity()) {
        throw fault(number, "the file has become shorter");
      }
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
    int expected = row.capacity() / 4 - 1;
    int dimension = row.getInt();
    if (dimension != expected) {
      throw fault(
          number,
          "header says %s dimensions, expected %s as before".formatted(dimension, expected));
    }
    float[] components = new float[dimension];
    row.asFloatBuffer().get(components);
    return components;
  }

  private InvalidInputException fault(long vector, String problem) {
    return FileFault.malformed(displayName, vector, problem);
  }

  private long size() {
    FileFault.requireFile(path);
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }

  @Override
  public long position() {
    return number * row.capacity();
  }

  @Override
  public void close() {
    try (in) {
      if (ids != null) {
        ids.close();
      }
    } catch (IOException e) {
      throw FileFault.unreadable(path, e);
    }
  }
}
