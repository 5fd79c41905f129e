package org.attunedb.core.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes adapters as <a
 * href="https://github.com/huggingface/safetensors#format">safetensors</a>: no code can hide in
 * such a file, and other tools read it. All integers are little-endian.
 *
 * <pre>
 * offset  type    field
 * 0       u64     length H of the header in bytes, a multiple of 64 less 8
 * 8       utf-8   JSON header of H bytes, padded with spaces:
 *                   "__metadata__": every value a string
 *                     "format": "attune-adapter", "version": "1", "kind": "low-rank-residual",
 *                     "alpha", "embedder", "dimension", "corpus_fingerprint",
 *                     "label_fingerprint", "trainer", "seed", "metric.NAME" …
 *                   "down": {"dtype":"F32","shape":[rank,dimension],"data_offsets":[…]}
 *                   "up":   {"dtype":"F32","shape":[rank,dimension],"data_offsets":[…]}
 *                   "bias": {"dtype":"F32","shape":[dimension],"data_offsets":[…]}
 *                   with a {@link SeenBlend} also
 *                   "__metadata__": "blend.slope", "blend.midpoint", "blend.unseen_alpha"
 *                   "blend.projection": {"dtype":"F32","shape":[blend dimension,rank],…}
 *                   "blend.anchors": {"dtype":"F32","shape":[count,blend dimension],…}
 * 8 + H   f32[]   the tensors, row-major, in the order of this list, without gaps
 * </pre>
 *
 * <p>Stateless and thread-safe. The same adapter always gives the same bytes.
 */
public final class AdapterFile {
  /** Written into every file; a higher one is refused. */
  public static final int VERSION = 1;

  private static final String FORMAT = "attune-adapter";
  private static final String METRIC_PREFIX = "metric.";
  private static final String PROJECTION = "blend.projection";
  private static final String ANCHORS = "blend.anchors";
  private static final int ALIGNMENT = 64;
  private static final int MAX_HEADER_BYTES = 1 << 20;
  private static final long MAX_FILE_BYTES = 1L << 30;

  private AdapterFile() {}

  /** The file's bytes. */
  public static byte[] encode(Adapter adapter) {
    AdapterWeights weights = adapter.weights();
    ObjectNode header = StrictJson.object();
    ObjectNode metadata = header.putObject("__metadata__");
    metadata(adapter).forEach(metadata::put);
    long offset = 0;
    offset = describe(header, "down", offset, weights.rank(), weights.dimension());
    offset = describe(header, "up", offset, weights.rank(), weights.dimension());
    offset = describe(header, "bias", offset, weights.dimension());
    List<float[]> tensors = new ArrayList<>();
    tensors.add(weights.down());
    tensors.add(weights.up());
    tensors.add(weights.bias());
    if (weights.blend().isPresent()) {
      SeenBlend blend = weights.blend().get();
      offset = describe(header, PROJECTION, offset, blend.dimension(), blend.rank());
      offset = describe(header, ANCHORS, offset, blend.count(), blend.dimension());
      tensors.add(blend.projection());
      tensors.add(blend.anchors());
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 8 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 8;
    ByteBuffer file =
        ByteBuffer.allocate(Math.toIntExact(8 + padded + offset)).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded)
        .put(json)
        .put(" ".repeat(padded - json.length).getBytes(StandardCharsets.UTF_8));
    for (float[] tensor : tensors) {
      for (float value : tensor) {
        file.putFloat(value);
      }
    }
    return file.array();
  }

  private static Map<String, String> metadata(Adapter adapter) {
    AdapterBinding binding = adapter.binding();
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", FORMAT);
    metadata.put("version", Integer.toString(VERSION));
    metadata.put("kind", Adapter.KIND);
    metadata.put("alpha", Float.toString(adapter.weights().alpha()));
    adapter
        .weights()
        .blend()
        .ifPresent(
            blend -> {
              metadata.put("blend.slope", Float.toString(blend.slope()));
              metadata.put("blend.midpoint", Float.toString(blend.midpoint()));
              metadata.put("blend.unseen_alpha", Float.toString(blend.unseenAlpha()));
            });
    metadata.put("embedder", binding.embedder());
    metadata.put("dimension", Integer.toString(binding.dimension()));
    metadata.put("corpus_fingerprint", binding.corpusFingerprint());
    metadata.put("label_fingerprint", binding.labelFingerprint());
    metadata.put("trainer", binding.trainer());
    metadata.put("seed", Long.toString(binding.seed()));
    binding
        .metrics()
        .forEach((name, value) -> metadata.put(METRIC_PREFIX + name, Double.toString(value)));
    return metadata;
  }

  private static long describe(ObjectNode header, String tensor, long start, int... shape) {
    ObjectNode description = header.putObject(tensor);
    description.put("dtype", "F32");
    long bytes = Float.BYTES;
    for (int size : shape) {
      description.withArray("shape").add(size);
      bytes *= size;
    }
    description.withArray("data_offsets").add(start).add(start + bytes);
    return start + bytes;
  }

  /**
   * Reads an adapter.
   *
   * @throws InvalidInputException {@code adapter_invalid} naming the file if it is damaged or not
   *     an adapter, {@code file_unreadable} if it is missing or larger than 1 GiB
   */
  public static Adapter read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidInputException(
            ErrorCode.FILE_UNREADABLE,
            file
                + ": adapter file has %d bytes, expected at most %d"
                    .formatted(Files.size(file), MAX_FILE_BYTES));
      }
      return decode(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_UNREADABLE, file + ": no such adapter file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Decodes a file's bytes.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code adapter_invalid} if the bytes are not a whole, finite
   *     adapter of a known version
   */
  public static Adapter decode(byte[] bytes, String where) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 8) {
      throw invalid(where, "has " + bytes.length + " bytes, expected at least 8");
    }
    long headerBytes = file.getLong();
    if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, bytes.length - 8)) {
      throw invalid(
          where, "has a header of " + headerBytes + " bytes in a file of " + bytes.length);
    }
    Header parsed = new Header(where, header(bytes, (int) headerBytes, where));
    ByteBuffer data = file.slice(8 + (int) headerBytes, bytes.length - 8 - (int) headerBytes);
    return parsed.adapter(data.order(ByteOrder.LITTLE_ENDIAN));
  }

  private static ObjectNode header(byte[] bytes, int length, String where) {
    try {
      return StrictJson.readObject(new String(bytes, 8, length, StandardCharsets.UTF_8), where);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(ErrorCode.ADAPTER_INVALID, e.getMessage(), e);
    }
  }

  private static InvalidInputException invalid(String where, String problem) {
    return new InvalidInputException(ErrorCode.ADAPTER_INVALID, where + ": adapter " + problem);
  }

  /** The parsed JSON header and what it says about the bytes after it. */
  private record Header(String where, ObjectNode json) {
    Adapter adapter(ByteBuffer data) {
      requireVersion();
      int dimension = integer("dimension", 1, Embedding.MAX_DIMENSION);
      JsonNode downShape = json.path("down").path("shape");
      int rank = downShape.path(0).asInt(0);
      if (rank < 1 || rank > Embedding.MAX_DIMENSION) {
        throw invalid(where, "tensor down has shape " + downShape + ", expected [rank, dimension]");
      }
      float[] down = tensor(data, "down", 0, rank, dimension);
      float[] up = tensor(data, "up", down.length, rank, dimension);
      float[] bias = tensor(data, "bias", 2 * down.length, dimension);
      try {
        SeenBlend blend = blend(data, 2 * down.length + dimension, rank);
        return new Adapter(
            binding(dimension), new AdapterWeights(down, up, bias, (float) number("alpha"), blend));
      } catch (InvalidInputException e) {
        // Faults found by the parts don't know the file yet.
        throw e.getMessage().startsWith(where)
            ? e
            : new InvalidInputException(e.code(), where + ": " + e.getMessage(), e);
      }
    }

    private @Nullable SeenBlend blend(ByteBuffer data, int firstFloat, int rank) {
      if (!json.has(PROJECTION)) {
        requireEnd(data, firstFloat);
        return null;
      }
      int dimension = json.path(PROJECTION).path("shape").path(0).asInt(0);
      int count = json.path(ANCHORS).path("shape").path(0).asInt(0);
      if (dimension < 1
          || dimension > Embedding.MAX_DIMENSION
          || count < 1
          || count > SeenBlend.MAX_ANCHORS) {
        throw invalid(where, "blend has %d anchors of %d dimensions".formatted(count, dimension));
      }
      float[] projection = tensor(data, PROJECTION, firstFloat, dimension, rank);
      int second = firstFloat + projection.length;
      float[] anchors = tensor(data, ANCHORS, second, count, dimension);
      requireEnd(data, second + anchors.length);
      return new SeenBlend(
          dimension,
          projection,
          anchors,
          (float) number("blend.slope"),
          (float) number("blend.midpoint"),
          (float) number("blend.unseen_alpha"));
    }

    private void requireEnd(ByteBuffer data, int floats) {
      if (data.limit() != (long) floats * Float.BYTES) {
        throw invalid(
            where,
            "has %d data bytes, expected %d".formatted(data.limit(), (long) floats * Float.BYTES));
      }
    }

    private void requireVersion() {
      if (!FORMAT.equals(json.path("__metadata__").path("format").asText())) {
        throw invalid(where, "metadata has no format '" + FORMAT + "'");
      }
      int version = integer("version", 1, Integer.MAX_VALUE);
      if (version > VERSION) {
        throw new InvalidInputException(
            ErrorCode.ADAPTER_INVALID,
            where + ": adapter format version is " + version + ", expected at most " + VERSION);
      }
      if (!Adapter.KIND.equals(text("kind"))) {
        throw invalid(where, "kind is '" + text("kind") + "', expected '" + Adapter.KIND + "'");
      }
    }

    private AdapterBinding binding(int dimension) {
      Map<String, Double> metrics = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : json.path("__metadata__").properties()) {
        if (entry.getKey().startsWith(METRIC_PREFIX)) {
          metrics.put(entry.getKey().substring(METRIC_PREFIX.length()), number(entry.getKey()));
        }
      }
      return new AdapterBinding(
          text("embedder"),
          dimension,
          text("corpus_fingerprint"),
          text("label_fingerprint"),
          text("trainer"),
          parse("seed", Long::valueOf),
          metrics);
    }

    private float[] tensor(ByteBuffer data, String name, int firstFloat, int... shape) {
      ObjectNode expected = StrictJson.object();
      long end = describe(expected, name, (long) firstFloat * Float.BYTES, shape);
      // Through text, because a node made of a long never equals a parsed node of an int.
      if (!StrictJson.readObject(expected.toString(), where).path(name).equals(json.path(name))) {
        throw invalid(
            where,
            "tensor %s is %s, expected %s".formatted(name, json.path(name), expected.path(name)));
      }
      if (end > data.limit()) {
        throw invalid(
            where, "ends at data byte %d, within tensor %s".formatted(data.limit(), name));
      }
      float[] values = new float[(int) (end / Float.BYTES) - firstFloat];
      data.asFloatBuffer().get(firstFloat, values);
      return values;
    }

    private String text(String key) {
      JsonNode value = json.path("__metadata__").path(key);
      if (!value.isTextual()) {
        throw invalid(where, "metadata '" + key + "' is missing or not a string");
      }
      return value.textValue();
    }

    private int integer(String key, int low, int high) {
      int value = parse(key, Integer::valueOf);
      if (value < low || value > high) {
        throw invalid(
            where, "metadata '%s' is %d, expected %d to %d".formatted(key, value, low, high));
      }
      return value;
    }

    private double number(String key) {
      double value = parse(key, Double::valueOf);
      if (!Double.isFinite(value)) {
        throw invalid(where, "metadata '" + key + "' is " + value + ", expected a finite number");
      }
      return value;
    }

    private <T> T parse(String key, Function<String, T> parser) {
      String value = text(key);
      try {
        return parser.apply(value);
      } catch (NumberFormatException e) {
        throw new InvalidInputException(
            ErrorCode.ADAPTER_INVALID,
            where + ": adapter metadata '" + key + "' is '" + value + "', expected a number",
            e);
      }
    }
  }
}
