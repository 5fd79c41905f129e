package org.attunedb.core.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of an {@link AdapterFile} once its header is parsed: every tensor must be of the
 * expected type and shape and follow the one before without a gap. Used once, by one thread.
 */
final class AdapterReader {
  private static final int FIRST_VERSION = 1;
  private static final String BLEND_SHARE = "blend.unseen_alpha";

  private final String where;
  private final ObjectNode header;

  /** Where the next tensor must begin. */
  private int position;

  AdapterReader(String where, ObjectNode header) {
    this.where = where;
    this.header = header;
  }

  Adapter read(ByteBuffer data) {
    int version = requireVersion();
    int dimension = integer("dimension", 1, Embedding.MAX_DIMENSION);
    JsonNode downShape = header.path("down").path("shape");
    int rank = downShape.path(0).asInt(0);
    if (rank < 1 || rank > Embedding.MAX_DIMENSION) {
      throw invalid("tensor down has shape " + downShape + ", expected [rank, dimension]");
    }
    float[] down = floats(data, "down", rank, dimension);
    float[] up = floats(data, "up", rank, dimension);
    float[] bias = floats(data, "bias", dimension);
    try {
      AdapterWeights weights =
          version == FIRST_VERSION
              ? firstVersion(data, down, up, bias)
              : new AdapterWeights(down, up, bias, profiles(), memory(data, dimension));
      return new Adapter(binding(dimension), weights);
    } catch (InvalidInputException e) {
      // Faults found by the parts don't know the file yet.
      throw e.getMessage().startsWith(where)
          ? e
          : new InvalidInputException(e.code(), where + ": " + e.getMessage(), e);
    }
  }

  private AdapterWeights firstVersion(ByteBuffer data, float[] down, float[] up, float[] bias) {
    boolean blend = header.path("__metadata__").has(BLEND_SHARE);
    if (!blend) {
      requireEnd(data);
    }
    return new AdapterWeights(down, up, bias, (float) number(blend ? BLEND_SHARE : "alpha"));
  }

  private Map<SearchMode, ModeProfile> profiles() {
    return Map.of(
        SearchMode.VECTOR, profile(SearchMode.VECTOR),
        SearchMode.HYBRID, profile(SearchMode.HYBRID));
  }

  private ModeProfile profile(SearchMode mode) {
    String prefix = mode.name().toLowerCase(Locale.ROOT);
    String better = text(prefix + ".better");
    if (!better.equals("true") && !better.equals("false")) {
      throw invalid(
          "metadata '%s.better' is '%s', expected true or false".formatted(prefix, better));
    }
    return new ModeProfile(
        Boolean.parseBoolean(better),
        blend(prefix + ".alpha"),
        blend(prefix + ".keyword_weight"),
        (float) number(prefix + ".memory_weight"));
  }

  private Blend blend(String name) {
    return new Blend((float) number(name + ".unseen"), (float) number(name + ".seen"));
  }

  private Logistic logistic(String name) {
    return new Logistic((float) number(name + ".slope"), (float) number(name + ".intercept"));
  }

  private @Nullable QueryMemory memory(ByteBuffer data, int dimension) {
    if (!header.has(AdapterFile.SCALES)) {
      requireEnd(data);
      return null;
    }
    int count = length(AdapterFile.SCALES);
    int entries = length(AdapterFile.SHARES);
    float[] scales = floats(data, AdapterFile.SCALES, count);
    float[] shares = floats(data, AdapterFile.SHARES, entries);
    int[] documents = ints(data, AdapterFile.DOCUMENTS, entries);
    int[] counts = ints(data, AdapterFile.COUNTS, count);
    byte[] codes = bytes(data, AdapterFile.CODES, "I8", 1, count, dimension);
    byte[] json = bytes(data, AdapterFile.IDS, "U8", 1, length(AdapterFile.IDS));
    requireEnd(data);
    return new QueryMemory(
        dimension,
        codes,
        scales,
        relevant(shares, documents, counts, ids(json)),
        logistic("memory.seen"),
        logistic("memory.same_document"));
  }

  private List<String> ids(byte[] json) {
    JsonNode list =
        AdapterFile.json(new String(json, StandardCharsets.UTF_8), where + " " + AdapterFile.IDS)
            .path("ids");
    if (!list.isArray()) {
      throw invalid("tensor %s has no list of ids".formatted(AdapterFile.IDS));
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode id : list) {
      if (!id.isTextual()) {
        throw invalid("has an id that is not a string");
      }
      ids.add(id.textValue());
    }
    return ids;
  }

  private List<List<QueryMemory.Relevant>> relevant(
      float[] shares, int[] documents, int[] counts, List<String> ids) {
    List<List<QueryMemory.Relevant>> relevant = new ArrayList<>(counts.length);
    int next = 0;
    for (int count : counts) {
      if (count < 0 || count > shares.length - next) {
        throw invalid("memory has a query with %d of %d documents".formatted(count, shares.length));
      }
      List<QueryMemory.Relevant> own = new ArrayList<>(count);
      for (int end = next + count; next < end; next++) {
        if (documents[next] < 0 || documents[next] >= ids.size()) {
          throw invalid("memory names id %d of %d".formatted(documents[next], ids.size()));
        }
        own.add(new QueryMemory.Relevant(ids.get(documents[next]), shares[next]));
      }
      relevant.add(own);
    }
    if (next != shares.length) {
      throw invalid("memory has %d documents, its queries %d".formatted(shares.length, next));
    }
    return relevant;
  }

  private int length(String tensor) {
    int length = header.path(tensor).path("shape").path(0).asInt(-1);
    if (length < 0) {
      throw invalid("tensor %s is missing or has no shape".formatted(tensor));
    }
    return length;
  }

  private void requireEnd(ByteBuffer data) {
    if (data.limit() != position) {
      throw invalid("has %d data bytes, expected %d".formatted(data.limit(), position));
    }
  }

  private int requireVersion() {
    if (!AdapterFile.FORMAT.equals(header.path("__metadata__").path("format").asText())) {
      throw invalid("metadata has no format '" + AdapterFile.FORMAT + "'");
    }
    int version = integer("version", FIRST_VERSION, Integer.MAX_VALUE);
    if (version > AdapterFile.VERSION) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          where
              + ": adapter format version is "
              + version
              + ", expected at most "
              + AdapterFile.VERSION);
    }
    if (!Adapter.KIND.equals(text("kind"))) {
      throw invalid("kind is '" + text("kind") + "', expected '" + Adapter.KIND + "'");
    }
    return version;
  }

  private AdapterBinding binding(int dimension) {
    Map<String, Double> metrics = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : header.path("__metadata__").properties()) {
      String key = entry.getKey();
      if (key.startsWith(AdapterFile.METRIC_PREFIX)) {
        metrics.put(key.substring(AdapterFile.METRIC_PREFIX.length()), number(key));
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

  private float[] floats(ByteBuffer data, String name, int... shape) {
    ByteBuffer part = tensor(data, name, "F32", Float.BYTES, shape);
    float[] values = new float[part.remaining() / Float.BYTES];
    part.asFloatBuffer().get(values);
    return values;
  }

  private int[] ints(ByteBuffer data, String name, int length) {
    ByteBuffer part = tensor(data, name, "I32", Integer.BYTES, length);
    int[] values = new int[length];
    part.asIntBuffer().get(values);
    return values;
  }

  private byte[] bytes(ByteBuffer data, String name, String type, int width, int... shape) {
    ByteBuffer part = tensor(data, name, type, width, shape);
    byte[] values = new byte[part.remaining()];
    part.get(values);
    return values;
  }

  private ByteBuffer tensor(ByteBuffer data, String name, String type, int width, int... shape) {
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
      throw invalid("ends at data byte %d, within tensor %s".formatted(data.limit(), name));
    }
    ByteBuffer part = data.slice(position, (int) bytes).order(data.order());
    position += (int) bytes;
    return part;
  }

  private String text(String key) {
    JsonNode value = header.path("__metadata__").path(key);
    if (!value.isTextual()) {
      throw invalid("metadata '" + key + "' is missing or not a string");
    }
    return value.textValue();
  }

  private int integer(String key, int low, int high) {
    int value = parse(key, Integer::valueOf);
    if (value < low || value > high) {
      throw invalid("metadata '%s' is %d, expected %d to %d".formatted(key, value, low, high));
    }
    return value;
  }

  private double number(String key) {
    double value = parse(key, Double::valueOf);
    if (!Double.isFinite(value)) {
      throw invalid("metadata '" + key + "' is " + value + ", expected a finite number");
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

  private InvalidInputException invalid(String problem) {
    return AdapterFile.invalid(where, problem);
  }
}
