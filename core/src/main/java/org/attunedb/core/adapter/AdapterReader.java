package org.attunedb.core.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of an {@link AdapterFile} once its header is parsed: every tensor must be of the
 * expected type and shape and follow the one before without a gap. Used once, by one thread.
 */
final class AdapterReader {
  private static final int MAX_ID_BYTES = 256 << 20;

  private static final int FIRST_VERSION = 1;
  private static final int FIRST_VERSION_WITH_SCOPE = 3;
  private static final String BLEND_SHARE = "blend.unseen_alpha";

  private final TensorReader in;
  private final ObjectNode header;

  AdapterReader(TensorReader in) {
    this.in = in;
    this.header = in.header();
  }

  Adapter read() {
    int version = requireVersion();
    int dimension = in.integer("dimension", 1, Embedding.MAX_DIMENSION);
    JsonNode downShape = header.path("down").path("shape");
    int rank = downShape.path(0).asInt(0);
    if (rank < 1 || rank > Embedding.MAX_DIMENSION) {
      throw in.invalid("tensor down has shape " + downShape + ", expected [rank, dimension]");
    }
    float[] down = in.floats("down", rank, dimension);
    float[] up = in.floats("up", rank, dimension);
    float[] bias = in.floats("bias", dimension);
    try {
      AdapterWeights weights =
          version == FIRST_VERSION
              ? firstVersion(down, up, bias)
              : new AdapterWeights(down, up, bias, profiles(), memory(dimension));
      return new Adapter(binding(dimension, version), weights);
    } catch (InvalidInputException e) {
      // Faults found by the parts don't know the file yet.
      throw e.getMessage().startsWith(in.where())
          ? e
          : new InvalidInputException(e.code(), in.where() + ": " + e.getMessage(), e);
    }
  }

  private AdapterWeights firstVersion(float[] down, float[] up, float[] bias) {
    boolean blend = header.path("__metadata__").has(BLEND_SHARE);
    if (!blend) {
      in.requireEnd();
    }
    return new AdapterWeights(down, up, bias, (float) in.number(blend ? BLEND_SHARE : "alpha"));
  }

  private Map<SearchMode, ModeProfile> profiles() {
    return Map.of(
        SearchMode.VECTOR, profile(SearchMode.VECTOR),
        SearchMode.HYBRID, profile(SearchMode.HYBRID));
  }

  private ModeProfile profile(SearchMode mode) {
    String prefix = mode.name().toLowerCase(Locale.ROOT);
    String better = in.text(prefix + ".better");
    if (!better.equals("true") && !better.equals("false")) {
      throw in.invalid(
          "metadata '%s.better' is '%s', expected true or false".formatted(prefix, better));
    }
    return new ModeProfile(
        Boolean.parseBoolean(better),
        blend(prefix + ".alpha"),
        blend(prefix + ".keyword_weight"),
        (float) in.number(prefix + ".memory_weight"));
  }

  private Blend blend(String name) {
    return new Blend((float) in.number(name + ".unseen"), (float) in.number(name + ".seen"));
  }

  private Logistic logistic(String name) {
    return new Logistic((float) in.number(name + ".slope"), (float) in.number(name + ".intercept"));
  }

  private @Nullable QueryMemory memory(int dimension) {
    if (!header.has(AdapterFile.SCALES)) {
      in.requireEnd();
      return null;
    }
    // Before anything is made of them: a file may claim more than it could ever mean.
    int count = length(AdapterFile.SCALES, QueryMemory.MAX_QUERIES);
    int entries = length(AdapterFile.SHARES, QueryMemory.MAX_QUERIES * QueryMemory.MAX_RELEVANT);
    float[] scales = in.floats(AdapterFile.SCALES, count);
    float[] shares = in.floats(AdapterFile.SHARES, entries);
    int[] documents = in.ints(AdapterFile.DOCUMENTS, entries);
    int[] counts = in.ints(AdapterFile.COUNTS, count);
    byte[] codes = in.bytes(AdapterFile.CODES, "I8", 1, count, dimension);
    byte[] json = in.bytes(AdapterFile.IDS, "U8", 1, length(AdapterFile.IDS, MAX_ID_BYTES));
    in.requireEnd();
    return new QueryMemory(
        dimension,
        codes,
        scales,
        relevant(shares, documents, counts, ids(json)),
        logistic("memory.seen"),
        logistic("memory.same_document"));
  }

  private int length(String tensor, int most) {
    int length = in.length(tensor);
    if (length > most) {
      throw in.invalid(
          "tensor %s has length %s, expected at most %s".formatted(tensor, length, most));
    }
    return length;
  }

  private List<String> ids(byte[] json) {
    JsonNode list = in.json(json, AdapterFile.IDS).path("ids");
    if (!list.isArray()) {
      throw in.invalid("tensor %s has no list of ids".formatted(AdapterFile.IDS));
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode id : list) {
      if (!id.isTextual()) {
        throw in.invalid("has an id that is not a string");
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
        throw in.invalid(
            "memory has a query with %s of %s documents".formatted(count, shares.length));
      }
      List<QueryMemory.Relevant> own = new ArrayList<>(count);
      for (int end = next + count; next < end; next++) {
        if (documents[next] < 0 || documents[next] >= ids.size()) {
          throw in.invalid("memory names id %s of %s".formatted(documents[next], ids.size()));
        }
        own.add(new QueryMemory.Relevant(ids.get(documents[next]), shares[next]));
      }
      relevant.add(own);
    }
    if (next != shares.length) {
      throw in.invalid("memory has %s documents, its queries %s".formatted(shares.length, next));
    }
    return relevant;
  }

  /** Whether a newer version of Attune wrote the file. */
  boolean isNewer() {
    return isAdapter()
        && in.integer("version", FIRST_VERSION, Integer.MAX_VALUE) > AdapterFile.VERSION;
  }

  private boolean isAdapter() {
    return AdapterFile.FORMAT.equals(header.path("__metadata__").path("format").asText());
  }

  private int requireVersion() {
    if (!isAdapter()) {
      throw in.invalid("metadata has no format '" + AdapterFile.FORMAT + "'");
    }
    int version = in.integer("version", FIRST_VERSION, Integer.MAX_VALUE);
    if (version > AdapterFile.VERSION) {
      throw new InvalidInputException(
          ErrorCode.ADAPTER_INVALID,
          in.where()
              + ": adapter format version is "
              + version
              + ", expected at most "
              + AdapterFile.VERSION);
    }
    if (!Adapter.KIND.equals(in.text("kind"))) {
      throw in.invalid("kind is '" + in.text("kind") + "', expected '" + Adapter.KIND + "'");
    }
    return version;
  }

  private Optional<AdapterScope> scope(int version) {
    if (version < FIRST_VERSION_WITH_SCOPE) {
      return Optional.empty();
    }
    try {
      return Optional.of(AdapterScope.of(FilterJson.read(in.text(AdapterFile.SCOPE))));
    } catch (InvalidInputException e) {
      // To whoever reads a file, the file is at fault.
      throw new InvalidInputException(ErrorCode.ADAPTER_INVALID, e.getMessage(), e);
    }
  }

  private AdapterBinding binding(int dimension, int version) {
    Map<String, Double> metrics = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : header.path("__metadata__").properties()) {
      String key = entry.getKey();
      if (key.startsWith(AdapterFile.METRIC_PREFIX)) {
        metrics.put(key.substring(AdapterFile.METRIC_PREFIX.length()), in.number(key));
      }
    }
    return new AdapterBinding(
        in.text("embedder"),
        dimension,
        in.text("corpus_fingerprint"),
        in.text("label_fingerprint"),
        in.text("trainer"),
        in.parse("seed", Long::valueOf),
        metrics,
        scope(version));
  }
}
