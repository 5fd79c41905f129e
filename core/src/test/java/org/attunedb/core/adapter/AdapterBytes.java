package org.attunedb.core.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Takes adapter files apart and puts them together, without the code that reads them. */
final class AdapterBytes {
  private AdapterBytes() {}

  static String header(byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new String(file, 8, length, UTF_8);
  }

  /** The same data behind another header. */
  static byte[] withHeader(byte[] file, UnaryOperator<String> change) {
    String header = header(file);
    byte[] changed = change.apply(header).getBytes(UTF_8);
    int dataStart = 8 + header.getBytes(UTF_8).length;
    ByteBuffer result =
        ByteBuffer.allocate(8 + changed.length + file.length - dataStart)
            .order(ByteOrder.LITTLE_ENDIAN);
    result.putLong(changed.length).put(changed);
    return result.put(file, dataStart, file.length - dataStart).array();
  }

  /** Where a tensor's data begin in the file. */
  static int offset(byte[] file, String tensor) {
    String header = header(file);
    MatchResult match =
        Pattern.compile(Pattern.quote('"' + tensor + '"') + ":[^}]*\"data_offsets\":\\[(\\d+),")
            .matcher(header)
            .results()
            .findFirst()
            .orElseThrow();
    return 8 + header.getBytes(UTF_8).length + Integer.parseInt(match.group(1));
  }

  /** A copy with other bits in one place of a tensor of four-byte numbers. */
  static byte[] withBits(byte[] file, String tensor, int index, int bits) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(offset(file, tensor) + index * Integer.BYTES, bits);
    return changed;
  }
}
