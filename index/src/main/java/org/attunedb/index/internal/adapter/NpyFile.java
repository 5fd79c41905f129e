package org.attunedb.index.internal.adapter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Reads square matrices of numpy's {@code .npy} files, versions 1 to 3 of the format: 32- or 64-bit
 * floats of either byte order, by rows or by columns. Files of Python objects are refused: nothing
 * in a file is ever executed. Stateless.
 */
final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER_BYTES = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{0,20})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)\\b");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^()]{0,100})\\)");
  private static final Pattern FLOAT = Pattern.compile("([<>])f([48])");

  private final byte[] bytes;
  private final String where;
  private final int dimension;

  private NpyFile(byte[] bytes, String where, int dimension) {
    this.bytes = bytes;
    this.where = where;
    this.dimension = dimension;
  }

  /** Whether bytes begin as such a file does. */
  static boolean matches(byte[] bytes) {
    if (bytes.length < MAGIC.length) {
      return false;
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a matrix.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code adapter_invalid} if it is not a whole matrix of that
   *     dimension
   */
  static LinearLayer read(byte[] bytes, String where, int dimension) {
    return new NpyFile(bytes, where, dimension).layer();
  }

  private LinearLayer layer() {
    int start = dataStart();
    String header =
        new String(bytes, headerStart(), start - headerStart(), StandardCharsets.ISO_8859_1);
    String type = find(DESCR, header, "descr");
    Matcher format = FLOAT.matcher(type);
    if (!format.matches()) {
      throw invalid("has elements of type '" + type + "', expected <f4, >f4, <f8 or >f8");
    }
    boolean byColumns = find(ORDER, header, "fortran_order").equals("True");
    requireShape(find(SHAPE, header, "shape"));
    int width = Integer.parseInt(format.group(2));
    long expected = (long) dimension * dimension * width;
    if (bytes.length - start != expected) {
      throw invalid("has %s bytes of data, expected %s".formatted(bytes.length - start, expected));
    }
    ByteOrder order = format.group(1).equals("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    ByteBuffer data = ByteBuffer.wrap(bytes, start, bytes.length - start).order(order);
    float[] matrix = new float[dimension * dimension];
    for (int i = 0; i < matrix.length; i++) {
      int target = byColumns ? (i % dimension) * dimension + i / dimension : i;
      matrix[target] = width == Float.BYTES ? data.getFloat() : (float) data.getDouble();
    }
    return new LinearLayer(where, dimension, matrix, null, false);
  }

  private int headerStart() {
    return bytes.length > MAGIC.length && bytes[MAGIC.length] > 1 ? 12 : 10;
  }

  /** Where the data begins, which is where the header ends. */
  private int dataStart() {
    int headerStart = headerStart();
    if (bytes.length < headerStart) {
      throw invalid("has " + bytes.length + " bytes, expected a header");
    }
    int version = bytes[MAGIC.length];
    if (version < 1 || version > 3) {
      throw invalid("has format version " + version + ", expected 1 to 3");
    }
    ByteBuffer length = ByteBuffer.wrap(bytes, 8, headerStart - 8).order(ByteOrder.LITTLE_ENDIAN);
    long header =
        version == 1
            ? Short.toUnsignedLong(length.getShort())
            : Integer.toUnsignedLong(length.getInt());
    if (header > Math.min(MAX_HEADER_BYTES, bytes.length - headerStart)) {
      throw invalid(
          "has a header of %s bytes in a file of %s, expected at most %s"
              .formatted(header, bytes.length, MAX_HEADER_BYTES));
    }
    return headerStart + (int) header;
  }

  private String find(Pattern pattern, String header, String key) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw invalid("header has no '" + key + "' that can be read");
    }
    String value = matcher.group(1);
    if (matcher.find()) {
      throw invalid("header has '" + key + "' twice");
    }
    return value;
  }

  private void requireShape(String shape) {
    String given = shape.replaceAll("\\s", "");
    if (!given.equals(dimension + "," + dimension)) {
      throw invalid("has shape (%s), expected (%s,%s)".formatted(given, dimension, dimension));
    }
  }

  private InvalidInputException invalid(String problem) {
    return new InvalidInputException(ErrorCode.ADAPTER_INVALID, where + ": npy file " + problem);
  }
}
