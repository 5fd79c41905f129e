package org.attunedb.index.internal.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one linear layer of a safetensors file: {@code weight} or {@code linear.weight} of shape
 * {@code [dimension, dimension]} and perhaps the {@code bias} beside it, 32- or 64-bit floats. A
 * file whose metadata {@code linear_adapter_config} says {@code "residual": true} (the form of
 * Santander's linear-adapter-trainer) holds what is added to the query. Not thread-safe.
 */
final class SafetensorsLayer {
  /** The metadata that tells a version that Attune exported. */
  static final String OWN_FORMAT = "attune-adapter";

  private static final String METADATA = "__metadata__";
  private static final String CONFIG = "linear_adapter_config";
  private static final String CONFIG_VERSION = "linear_adapter_format_version";
  private static final int MAX_HEADER_BYTES = 1 << 20;

  private final String where;
  private final ObjectNode header;
  private final ByteBuffer data;

  /**
   * Reads the header.
   *
   * @param where what is being read, for the message
   */
  SafetensorsLayer(byte[] bytes, String where) {
    this.where = where;
    if (bytes.length < Long.BYTES) {
      throw invalid("has " + bytes.length + " bytes, expected at least 8");
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > Math.min(MAX_HEADER_BYTES, bytes.length - Long.BYTES)) {
      throw invalid(
          "has a header of %s bytes in a file of %s, expected at most %s"
              .formatted(length, bytes.length, MAX_HEADER_BYTES));
    }
    this.header = json(new String(bytes, Long.BYTES, (int) length, StandardCharsets.UTF_8), where);
    int start = Long.BYTES + (int) length;
    this.data = ByteBuffer.wrap(bytes, start, bytes.length - start).slice();
    data.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ObjectNode json(String text, String where) {
    try {
      return StrictJson.readObject(text, where);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(ErrorCode.ADAPTER_INVALID, e.getMessage(), e);
    }
  }

  /** Whether this is a version that Attune exported. */
  boolean isOwn() {
    return header.path(METADATA).path("format").asText().equals(OWN_FORMAT);
  }

  /** The layer, which must be the only content. */
  LinearLayer layer(int dimension) {
    String prefix = header.has("linear.weight") ? "linear." : "";
    String weight = prefix + "weight";
    String bias = prefix + "bias";
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.removeAll(List.of(METADATA, weight, bias));
    if (!names.isEmpty() || !header.has(weight)) {
      throw invalid(
          "has tensors %s, expected 'weight' or 'linear.weight' and perhaps its bias alone"
              .formatted(names.stream().limit(8).toList()));
    }
    boolean residual = residual(dimension);
    float[] matrix = tensor(weight, dimension, dimension);
    float @Nullable [] offset = header.has(bias) ? tensor(bias, dimension) : null;
    return new LinearLayer(where, dimension, matrix, offset, residual);
  }

  private boolean residual(int dimension) {
    JsonNode config = header.path(METADATA).path(CONFIG);
    if (config.isMissingNode()) {
      return false;
    }
    String version = header.path(METADATA).path(CONFIG_VERSION).asText();
    if (!version.equals("1")) {
      throw invalid(CONFIG_VERSION + " is '" + version + "', expected 1");
    }
    ObjectNode json = json(config.asText(), where + ", " + CONFIG);
    if (json.path("input_dim").asInt() != dimension || !json.path("residual").isBoolean()) {
      throw invalid(
          "%s has input_dim %s and residual %s, expected %s and a boolean"
              .formatted(CONFIG, json.path("input_dim"), json.path("residual"), dimension));
    }
    return json.path("residual").booleanValue();
  }

  private float[] tensor(String name, int... shape) {
    JsonNode json = header.path(name);
    List<Integer> expected = new ArrayList<>();
    int count = 1;
    for (int size : shape) {
      expected.add(size);
      count *= size;
    }
    if (!json.path("shape").toString().equals(expected.toString().replace(" ", ""))) {
      throw invalid(
          "tensor %s has shape %s, expected %s".formatted(name, json.path("shape"), expected));
    }
    int width =
        switch (json.path("dtype").asText()) {
          case "F32" -> Float.BYTES;
          case "F64" -> Double.BYTES;
          default ->
              throw invalid(
                  "tensor %s has dtype %s, expected F32 or F64"
                      .formatted(name, json.path("dtype")));
        };
    int start = start(name, json.path("data_offsets"), (long) count * width);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int offset = start + i * width;
      values[i] = width == Float.BYTES ? data.getFloat(offset) : (float) data.getDouble(offset);
    }
    return values;
  }

  private int start(String name, JsonNode offsets, long bytes) {
    long start = offsets.path(0).asLong(-1);
    long end = offsets.path(1).asLong(-1);
    if (start < 0 || end > data.limit() || end - start != bytes) {
      throw invalid(
          "tensor %s has data_offsets %s, expected %s of the %s bytes of data"
              .formatted(name, offsets, bytes, data.limit()));
    }
    return (int) start;
  }

  private InvalidInputException invalid(String problem) {
    return new InvalidInputException(
        ErrorCode.ADAPTER_INVALID, where + ": safetensors file " + problem);
  }
}
