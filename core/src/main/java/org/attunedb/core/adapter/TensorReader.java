package org.attunedb.core.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Reads what {@link TensorFile} writes: every tensor must be of the expected type and shape and
 * follow the one before without a gap. Used once, by one thread.
 */
final class TensorReader {
  private static final int MAX_HEADER_BYTES = 1 << 20;
  private static final long MAX_FILE_BYTES = 1L << 30;

  private final String where;
  private final String what;
  private final ErrorCode code;
  private final ObjectNode header;
  private final ByteBuffer data;

  /** Where the next tensor must begin. */
  private int position;

  private TensorReader(
      String where, String what, ErrorCode code, ObjectNode header, ByteBuffer data) {
    this.where = where;
    this.what = what;
    this.code = code;
    this.header = header;
    this.data = data;
  }

  /**
   * The bytes of a file.
   *
   * @param what the file holds, for messages
   * @throws InvalidInputException {@code file_unreadable} if it is missing or larger than 1 GiB
   */
  static byte[] bytes(Path file, String what) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidInputException(
            ErrorCode.FILE_UNREADABLE,
            file
                + ": %s file has %s bytes, expected at most %s"
                    .formatted(what, Files.size(file), MAX_FILE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNREADABLE, file + ": no such " + what + " file", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNREADABLE,
          "%s: %s file can't be read (%s)".formatted(file, what, e.getClass().getSimpleName()),
          e);
    }
  }

  /**
   * Parses the header.
   *
   * @param where what is being read, for messages
   * @param what it should hold
   * @param code of all faults
   */
  static TensorReader open(byte[] bytes, String where, String what, ErrorCode code) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String fault = where + ": " + what + " ";
    if (bytes.length < 8) {
      throw new InvalidInputException(
          code, fault + "has " + bytes.length + " bytes, expected at least 8");
    }
    long headerBytes = file.getLong();
    if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, bytes.length - 8)) {
      throw new InvalidInputException(
          code, fault + "has a header of " + headerBytes + " bytes in a file of " + bytes.length);
    }
    int start = 8 + (int) headerBytes;
    ByteBuffer data = file.slice(start, bytes.length - start).order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = Arrays.copyOfRange(bytes, 8, start);
    return new TensorReader(where, what, code, json(json, where, code), data);
  }

  private static ObjectNode json(byte[] json, String where, ErrorCode code) {
    try {
      return StrictJson.readObject(new String(json, StandardCharsets.UTF_8), where);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(code, e.getMessage(), e);
    }
  }

  /** The object in a tensor's bytes. */
  ObjectNode json(byte[] json, String tensor) {
    return json(json, where + " " + tensor, code);
  }

  /** What is being read, for messages. */
  String where() {
    return where;
  }

  ObjectNode header() {
    return header;
  }

  int length(String tensor) {
    int length = header.path(tensor).path("shape").path(0).asInt(-1);
    if (length < 0) {
      throw invalid("tensor %s is missing or has no shape".formatted(tensor));
    }
    return length;
  }

  void requireEnd() {
    if (data.limit() != position) {
      throw invalid("has %s data bytes, expected %s".formatted(data.limit(), position));
    }
  }

  float[] floats(String name, int... shape) {
    ByteBuffer part = tensor(name, "F32", Float.BYTES, shape);
    float[] values = new float[part.remaining() / Float.BYTES];
    part.asFloatBuffer().get(values);
    return values;
  }

  int[] ints(String name, int length) {
    ByteBuffer part = tensor(name, "I32", Integer.BYTES, length);
    int[] values = new int[length];
    part.asIntBuffer().get(values);
    return values;
  }

  byte[] bytes(String name, String type, int width, int... shape) {
    ByteBuffer part = tensor(name, type, width, shape);
    byte[] values = new byte[part.remaining()];
    part.get(values);
    return values;
  }

  private ByteBuffer tensor(String name, String type, int width, int... shape) {
    long bytes = width;
    ObjectNode expected = StrictJson.object();
    expected.put("dtype", type);
    for (int size : shape) {
      expected.withArray("shape").add(size);
      bytes = Math.multiplyExact(bytes, size);
    }
    expected.withArray("data_offsets").add((long) position).add(position + bytes);
    // Through text, because a node made of a long never equals a parsed node of an int.
    if (!StrictJson.readObject(expected.toString(), where).equals(header.path(name))) {
      throw invalid("tensor %s is %s, expected %s".formatted(name, header.path(name), expected));
    }
    if (position + bytes > data.limit()) {
      throw invalid("ends at data byte %s, within tensor %s".formatted(data.limit(), name));
    }
    ByteBuffer part = data.slice(position, (int) bytes).order(data.order());
    position += (int) bytes;
    return part;
  }

  String text(String key) {
    JsonNode value = header.path("__metadata__").path(key);
    if (!value.isTextual()) {
      throw invalid("metadata '" + key + "' is missing or not a string");
    }
    return value.textValue();
  }

  int integer(String key, int low, int high) {
    int value = parse(key, Integer::valueOf);
    if (value < low || value > high) {
      throw invalid("metadata '%s' is %s, expected %s to %s".formatted(key, value, low, high));
    }
    return value;
  }

  double number(String key) {
    double value = parse(key, Double::valueOf);
    if (!Double.isFinite(value)) {
      throw invalid("metadata '" + key + "' is " + value + ", expected a finite number");
    }
    return value;
  }

  <T> T parse(String key, Function<String, T> parser) {
    String value = text(key);
    try {
      return parser.apply(value);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          code,
          where + ": " + what + " metadata '" + key + "' is '" + value + "', expected a number",
          e);
    }
  }

  InvalidInputException invalid(String problem) {
    return new InvalidInputException(code, where + ": " + what + " " + problem);
  }
}
