package org.attunedb.core.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchMode;

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
 *                     "format": "attune-adapter", "version": "2" (with a scope "3"),
 *                     "kind": "low-rank-residual",
 *                     "embedder", "dimension", "corpus_fingerprint", "label_fingerprint",
 *                     "trainer", "seed", "metric.NAME" …; for MODE vector and hybrid each
 *                     "MODE.better" (true or false), "MODE.alpha.unseen", "MODE.alpha.seen",
 *                     "MODE.keyword_weight.unseen", "MODE.keyword_weight.seen",
 *                     "MODE.memory_weight"; "scope": the equality that an {@link AdapterScope}
 *                     stands for as {@link FilterJson}, if the adapter has one
 *                   "down": {"dtype":"F32","shape":[rank,dimension],"data_offsets":[…]}
 *                   "up":   {"dtype":"F32","shape":[rank,dimension],"data_offsets":[…]}
 *                   "bias": {"dtype":"F32","shape":[dimension],"data_offsets":[…]}
 *                   with a {@link QueryMemory} also
 *                   "__metadata__": "memory.seen.slope", "memory.seen.intercept",
 *                     "memory.same_document.slope", "memory.same_document.intercept"
 *                   "memory.scales":    F32 [count]
 *                   "memory.shares":    F32 [entries]: of the documents of all queries, in order
 *                   "memory.documents": I32 [entries]: places in the list of ids
 *                   "memory.counts":    I32 [count]: how many entries each query has
 *                   "memory.codes":     I8 [count,dimension]
 *                   "memory.ids":       U8 [bytes]: {"ids": [strings]}, JSON in UTF-8
 * 8 + H   bytes   the tensors, row-major, in the order of this list, without gaps
 * </pre>
 *
 * <p>Version 1 had one "alpha" for both modes and no memory, but could have a "blend" of another
 * kind; it is read with the blend's smallest share for all queries.
 *
 * <p>Stateless and thread-safe. The same adapter always gives the same bytes.
 */
public final class AdapterFile {
  /** The newest; a higher one is refused. */
  public static final int VERSION = 3;

  /** Without a scope, which older releases would not heed: they refuse a file that has one. */
  private static final int WITHOUT_SCOPE = 2;

  static final String FORMAT = "attune-adapter";
  static final String METRIC_PREFIX = "metric.";
  static final String SCOPE = "scope";
  static final String SCALES = "memory.scales";
  static final String SHARES = "memory.shares";
  static final String DOCUMENTS = "memory.documents";
  static final String COUNTS = "memory.counts";
  static final String CODES = "memory.codes";
  static final String IDS = "memory.ids";
  private static final String WHAT = "adapter";

  private AdapterFile() {}

  /** The file's bytes. */
  public static byte[] encode(Adapter adapter) {
    AdapterWeights weights = adapter.weights();
    TensorFile file = new TensorFile();
    metadata(adapter).forEach(file::metadata);
    file.floats("down", weights.down(), weights.rank(), weights.dimension());
    file.floats("up", weights.up(), weights.rank(), weights.dimension());
    file.floats("bias", weights.bias(), weights.dimension());
    weights.memory().ifPresent(memory -> add(file, memory));
    return file.bytes();
  }

  private static void add(TensorFile file, QueryMemory memory) {
    List<Float> shares = new ArrayList<>();
    List<Integer> documents = new ArrayList<>();
    int[] counts = new int[memory.count()];
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int q = 0; q < counts.length; q++) {
      for (QueryMemory.Relevant relevant : memory.relevant(q)) {
        counts[q]++;
        shares.add(relevant.share());
        documents.add(places.computeIfAbsent(relevant.document(), id -> places.size()));
      }
    }
    float[] flatShares = new float[shares.size()];
    for (int i = 0; i < flatShares.length; i++) {
      flatShares[i] = shares.get(i);
    }
    ObjectNode list = StrictJson.object();
    places.keySet().forEach(list.putArray("ids")::add);
    byte[] ids = list.toString().getBytes(StandardCharsets.UTF_8);
    file.floats(SCALES, memory.scales(), counts.length);
    file.floats(SHARES, flatShares, flatShares.length);
    file.ints(DOCUMENTS, documents.stream().mapToInt(i -> i).toArray());
    file.ints(COUNTS, counts);
    file.bytes(CODES, "I8", memory.codes(), counts.length, memory.dimension());
    file.bytes(IDS, "U8", ids, ids.length);
  }

  private static Map<String, String> metadata(Adapter adapter) {
    AdapterBinding binding = adapter.binding();
    AdapterWeights weights = adapter.weights();
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", FORMAT);
    metadata.put(
        "version", Integer.toString(binding.scope().isPresent() ? VERSION : WITHOUT_SCOPE));
    binding
        .scope()
        .ifPresent(scope -> metadata.put(SCOPE, FilterJson.write(scope.filter()).toString()));
    metadata.put("kind", Adapter.KIND);
    for (SearchMode mode : List.of(SearchMode.VECTOR, SearchMode.HYBRID)) {
      String prefix = mode.name().toLowerCase(Locale.ROOT);
      ModeProfile profile = weights.profile(mode);
      metadata.put(prefix + ".better", Boolean.toString(profile.better()));
      put(metadata, prefix + ".alpha", profile.alpha());
      put(metadata, prefix + ".keyword_weight", profile.keywordWeight());
      metadata.put(prefix + ".memory_weight", Float.toString(profile.memoryWeight()));
    }
    weights
        .memory()
        .ifPresent(
            memory -> {
              put(metadata, "memory.seen", memory.seen());
              put(metadata, "memory.same_document", memory.sameDocument());
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

  private static void put(Map<String, String> metadata, String name, Blend blend) {
    metadata.put(name + ".unseen", Float.toString(blend.unseen()));
    metadata.put(name + ".seen", Float.toString(blend.seen()));
  }

  private static void put(Map<String, String> metadata, String name, Logistic curve) {
    metadata.put(name + ".slope", Float.toString(curve.slope()));
    metadata.put(name + ".intercept", Float.toString(curve.intercept()));
  }

  /**
   * Reads an adapter.
   *
   * @throws InvalidInputException {@code adapter_invalid} naming the file if it is damaged or not
   *     an adapter, {@code file_unreadable} if it is missing or larger than 1 GiB
   */
  public static Adapter read(Path file) {
    return decode(TensorReader.bytes(file, WHAT), file.toString());
  }

  /**
   * Decodes a file's bytes.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code adapter_invalid} if the bytes are not a whole, finite
   *     adapter of a known version
   */
  public static Adapter decode(byte[] bytes, String where) {
    return new AdapterReader(TensorReader.open(bytes, where, WHAT, ErrorCode.ADAPTER_INVALID))
        .read();
  }

  /**
   * Whether bytes are an adapter that a newer version of Attune wrote, which {@link #decode}
   * refuses though it may be whole.
   */
  public static boolean isNewer(byte[] bytes) {
    try {
      return new AdapterReader(TensorReader.open(bytes, "", WHAT, ErrorCode.ADAPTER_INVALID))
          .isNewer();
    } catch (InvalidInputException e) {
      return false;
    }
  }
}
