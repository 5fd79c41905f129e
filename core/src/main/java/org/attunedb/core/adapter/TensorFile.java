package org.attunedb.core.adapter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.codec.StrictJson;

/** Collects named tensors and lays them out as a safetensors file. Not thread-safe. */
final class TensorFile {
  private static final int ALIGNMENT = 64;

  private final ObjectNode header = StrictJson.object();
  private final ObjectNode metadata = header.putObject("__metadata__");
  private final List<byte[]> tensors = new ArrayList<>();
  private long end;

  void metadata(String key, String value) {
    metadata.put(key, value);
  }

  void floats(String name, float[] values, int... shape) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    littleEndian(bytes).asFloatBuffer().put(values);
    bytes(name, "F32", bytes, shape);
  }

  void ints(String name, int[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Integer.BYTES)];
    littleEndian(bytes).asIntBuffer().put(values);
    bytes(name, "I32", bytes, values.length);
  }

  void bytes(String name, String type, byte[] values, int... shape) {
    ObjectNode description = header.putObject(name);
    description.put("dtype", type);
    ArrayNode sizes = description.putArray("shape");
    for (int size : shape) {
      sizes.add(size);
    }
    description.putArray("data_offsets").add(end).add(end + values.length);
    end += values.length;
    tensors.add(values);
  }

  byte[] bytes() {
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 8 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 8;
    byte[] bytes = new byte[Math.toIntExact(8 + padded + end)];
    ByteBuffer file = littleEndian(bytes);
    file.putLong(padded)
        .put(json)
        .put(" ".repeat(padded - json.length).getBytes(StandardCharsets.UTF_8));
    tensors.forEach(file::put);
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
