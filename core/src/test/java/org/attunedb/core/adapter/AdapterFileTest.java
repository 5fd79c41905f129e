package org.attunedb.core.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of adapter files: exact, readable by others, and never trusted. */
class AdapterFileTest {
  private static final String WHERE = "some/adapter.safetensors";

  private final SplittableRandom random = new SplittableRandom(99);

  @ParameterizedTest
  @CsvSource({"1,1", "3,2", "70,1", "64,64", "129,5"})
  void decode_encodedAdapter_isEqual(int dimension, int rank) {
    Adapter adapter = RandomAdapters.adapter(dimension, rank, random);

    assertThat(AdapterFile.decode(AdapterFile.encode(adapter), WHERE)).isEqualTo(adapter);
  }

  @Test
  void decode_extremeValues_areKeptExactly() {
    AdapterWeights weights =
        new AdapterWeights(
            new float[] {Float.MAX_VALUE, -0.0f},
            new float[] {Float.MIN_VALUE, -Float.MAX_VALUE},
            new float[] {1e-30f, 0.1f},
            Math.nextDown(1f));
    Map<String, Double> metrics = Map.of("a", Double.MIN_VALUE, "b \"é😀\\", -0.1, "", 1e300);
    Adapter adapter =
        new Adapter(
            new AdapterBinding("model \"é😀\"\n", 2, "", "x", "t", Long.MIN_VALUE, metrics),
            weights);

    assertThat(AdapterFile.decode(AdapterFile.encode(adapter), WHERE)).isEqualTo(adapter);
  }

  @Test
  void encode_equalAdapters_givesTheSameBytes() {
    Map<String, Double> forward = new LinkedHashMap<>();
    Map<String, Double> backward = new LinkedHashMap<>();
    for (int i = 0; i < 50; i++) {
      forward.put("metric" + i, i / 8.0);
      backward.put("metric" + (49 - i), (49 - i) / 8.0);
    }
    AdapterWeights weights = RandomAdapters.weights(5, 2, random);

    byte[] first = AdapterFile.encode(adapter(forward, weights));
    byte[] second = AdapterFile.encode(adapter(backward, weights));

    assertThat(second).isEqualTo(first);
    // Sorted, so that neither the run nor the map decides.
    List<String> names =
        Pattern.compile("\"metric\\.(\\w+)\"")
            .matcher(AdapterBytes.header(first))
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(names).hasSize(50).isSorted();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 30, 31, 55, 56, 57, 63, 64})
  void encode_anyHeaderLength_alignsTheDataTo64Bytes(int extra) {
    AdapterBinding binding =
        new AdapterBinding("m" + "x".repeat(extra), 3, "c", "l", "t", 1, Map.of());
    byte[] file = AdapterFile.encode(new Adapter(binding, RandomAdapters.weights(3, 2, random)));

    long headerBytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();

    assertThat((8 + headerBytes) % 64).isZero();
    assertThat(file).hasSize((int) (8 + headerBytes + 15 * Float.BYTES));
    assertThat(AdapterBytes.header(file)).startsWith("{").doesNotEndWith(" ".repeat(64));
  }

  @Test
  void encode_adapter_isReadByAnIndependentParser() {
    Adapter adapter = RandomAdapters.adapter(7, 3, random);
    AdapterWeights weights = adapter.weights();

    Map<String, Tensor> tensors = parse(AdapterFile.encode(adapter));

    assertThat(tensors.keySet()).containsExactly("bias", "down", "up");
    assertThat(tensors.get("down")).isEqualTo(Tensor.of(weights.down(), 3, 7));
    assertThat(tensors.get("up")).isEqualTo(Tensor.of(weights.up(), 3, 7));
    assertThat(tensors.get("bias")).isEqualTo(Tensor.of(weights.bias(), 7));
  }

  @Test
  void read_file_isTheEncodedAdapter(@TempDir Path folder) throws IOException {
    Adapter adapter = RandomAdapters.adapter(4, 2, random);
    Path file = Files.write(folder.resolve("a.safetensors"), AdapterFile.encode(adapter));

    assertThat(AdapterFile.read(file)).isEqualTo(adapter);
  }

  @Test
  void read_missingFile_isRefusedNamingIt(@TempDir Path folder) {
    assertRefused(ErrorCode.FILE_UNREADABLE, () -> AdapterFile.read(folder.resolve("none")))
        .withMessageContaining(folder.resolve("none").toString());
  }

  @Test
  void decode_everyTruncation_isRefused() {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(3, 2, random));

    for (int length = 0; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThat(refusalOrNull(part)).as("first %d of %d bytes", length, file.length).isNotNull();
    }
  }

  @Test
  void decode_bytesAppended_isRefused() {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(3, 2, random));

    assertRefused(
            ErrorCode.ADAPTER_INVALID,
            () -> AdapterFile.decode(Arrays.copyOf(file, file.length + 4), WHERE))
        .withMessage(WHERE + ": adapter has 64 data bytes, expected 60");
  }

  @Test
  void decode_everySingleBitFlip_isRefusedOrAnAdapter() {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(2, 1, random));
    int refused = 0;

    for (int bit = 0; bit < file.length * 8; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refused += refusalOrNull(flipped) == null ? 0 : 1;
    }

    assertThat(refused).isGreaterThan(file.length);
  }

  @Test
  void decode_randomBytes_areRefused() {
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      if (noise.length > 8 && i % 2 == 0) {
        // A plausible header length, so that the noise is read as JSON.
        Arrays.fill(noise, 0, 8, (byte) 0);
        noise[0] = (byte) (noise.length - 8);
      }
      assertThat(refusalOrNull(noise)).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {-1, 0, 1, 1 << 20, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE})
  void decode_headerLengthBeyondTheFile_isRefused(long length) {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(3, 2, random));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);

    assertRefused(ErrorCode.ADAPTER_INVALID, () -> AdapterFile.decode(file, WHERE))
        .withMessageContaining(WHERE)
        .withMessageContaining(Long.toString(length))
        .withMessageContaining(Integer.toString(file.length));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "data_offsets":[0,24] | "data_offsets":[0,20]
          "data_offsets":[24,48] | "data_offsets":[0,24]
          "data_offsets":[24,48] | "data_offsets":[23,47]
          "data_offsets":[24,48] | "data_offsets":[48,24]
          "data_offsets":[24,48] | "data_offsets":[24,9223372036854775807]
          "data_offsets":[48,60] | "data_offsets":[-12,0]
          "data_offsets":[48,60] | "data_offsets":[48,1e400]
          "data_offsets":[48,60] | "data_offsets":48
          "dtype":"F32","shape":[3] | "dtype":"F16","shape":[3]
          "dtype":"F32","shape":[3] | "dtype":"F32","shape":[3,1]
          "shape":[2,3] | "shape":[3,2]
          "shape":[2,3] | "shape":[2147483647,3]
          "shape":[2,3] | "shape":[4096,3]
          "shape":[2,3] | "shape":[0,3]
          "shape":[2,3] | "shape":[-2,-3]
          "shape":[2,3] | "shape":[2.0,3]
          "shape":[2,3] | "shape":"2,3"
          "down" | "dawn"
          "dimension":"3" | "dimension":"4"
          "dimension":"3" | "dimension":"4097"
          "dimension":"3" | "dimension":"0"
          "dimension":"3" | "dimension":3
          "dimension":"3" | "dimension":"three"
          "format":"attune-adapter" | "format":"other"
          "format":"attune-adapter" | "format":7
          "kind":"low-rank-residual" | "kind":"torch-script"
          "kind":"low-rank-residual" | "kin":"low-rank-residual"
          "version":"2" | "version":"0"
          "version":"2" | "version":"2.0"
          "version":"2" | "version":"1"
          "version":"2" | "version":"3"
          "vector.better":"true" | "vector.better":"yes"
          "vector.better":"true" | "vector.better":true
          "hybrid.better":"true" | "hybrid.better":"TRUE"
          "hybrid.better":"true" | "hybrid.best":"true"
          "vector.memory_weight":"0.0" | "vector.memory_weight":"-0.1"
          "vector.memory_weight":"0.0" | "vector.memory_weight":"10.1"
          "vector.memory_weight":"0.0" | "vector.memory_weight":"1e300"
          "vector.memory_weight":"0.0" | "vector.memory_weight":"1"
          "vector.alpha.seen":" | "vector.alpha.seen":"-
          "vector.alpha.seen":" | "vector.alpha.seen":"9
          "vector.alpha.seen":" | "vector.alpha.seen":"NaN","x":"
          "hybrid.keyword_weight.seen":" | "hybrid.keyword_weight.seen":"7
          "hybrid.keyword_weight.unseen":" | "hybrid.keyword_weight":"
          "embedder":"model-1" | "embedder":null
          "__metadata__":{ | "__metadata__":[],"x":{
          "metric.recall@10":"0.75" | "metric.recall@10":"NaN"
          "metric.recall@10":"0.75" | "metric.recall@10":"1e999"
          "trainer":"trainer-1" | "trainer":"trainer-1","trainer":"trainer-2"
          {"__metadata__" | x"__metadata__"
          """)
  void decode_alteredHeader_isRefusedNamingTheFile(String original, String altered) {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(3, 2, random));
    assertThat(AdapterBytes.header(file)).contains(original);

    InvalidInputException refusal =
        refusalOrNull(AdapterBytes.withHeader(file, json -> json.replace(original, altered)));

    assertThat(refusal).isNotNull();
  }

  @Test
  void decode_newerVersion_isRefusedWithBothVersions() {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(3, 2, random));
    byte[] newer =
        AdapterBytes.withHeader(
            file, json -> json.replace("\"version\":\"2\"", "\"version\":\"4\""));

    assertRefused(ErrorCode.ADAPTER_INVALID, () -> AdapterFile.decode(newer, WHERE))
        .withMessage(WHERE + ": adapter format version is 4, expected at most 3");
  }

  @Test
  void decode_otherKind_isRefusedWithBothKinds() {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(3, 2, random));
    byte[] other = AdapterBytes.withHeader(file, json -> json.replace("low-rank-residual", "mlp"));

    assertRefused(ErrorCode.ADAPTER_INVALID, () -> AdapterFile.decode(other, WHERE))
        .withMessageContaining(WHERE)
        .withMessageContaining("'mlp'")
        .withMessageContaining("'low-rank-residual'");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x7F7FFFFF, 0x7FC00000, 0x7F800000, 0xFF800000})
  void decode_weightBits_areRefusedUnlessFinite(int bits) {
    byte[] file = AdapterFile.encode(RandomAdapters.adapter(3, 2, random));
    for (int weight = 1; weight <= 15; weight++) {
      byte[] altered = file.clone();
      ByteBuffer.wrap(altered)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(file.length - weight * Float.BYTES, bits);

      InvalidInputException refusal = refusalOrNull(altered);

      assertThat(refusal != null).isEqualTo(!Float.isFinite(Float.intBitsToFloat(bits)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void binding_metricNotFinite_isRefusedBeforeItIsWritten(double metric) {
    assertRefused(
            ErrorCode.ADAPTER_INVALID,
            () -> new AdapterBinding("m", 3, "c", "l", "t", 1, Map.of("recall@10", metric)))
        .withMessageContaining("recall@10")
        .withMessageContaining(Double.toString(metric));
  }

  /** Fails on any other exception; null if the bytes are an adapter. */
  private static @Nullable InvalidInputException refusalOrNull(byte[] bytes) {
    try {
      AdapterFile.decode(bytes, WHERE);
      return null;
    } catch (InvalidInputException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_INVALID);
      assertThat(e).hasMessageContaining(WHERE);
      return e;
    }
  }

  private static Adapter adapter(Map<String, Double> metrics, AdapterWeights weights) {
    return new Adapter(new AdapterBinding("m", 5, "c", "l", "t", 1, metrics), weights);
  }

  /** A tensor as the format's description has it. */
  private record Tensor(List<Integer> shape, List<Float> values) {
    static Tensor of(float[] values, Integer... shape) {
      List<Float> boxed = new ArrayList<>();
      for (float value : values) {
        boxed.add(value);
      }
      return new Tensor(List.of(shape), boxed);
    }
  }

  /**
   * A reader of safetensors that shares no code with the one under test: 8 bytes of length, JSON,
   * data; offsets count from the end of the JSON.
   */
  private static Map<String, Tensor> parse(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int dataStart = 8 + (int) buffer.getLong();
    String json = new String(file, 8, dataStart - 8, UTF_8);
    Matcher descriptions =
        Pattern.compile(
                "\"(\\w+)\":\\{\"dtype\":\"F32\",\"shape\":\\[([\\d,]+)],"
                    + "\"data_offsets\":\\[(\\d+),(\\d+)]}")
            .matcher(json);
    Map<String, Tensor> tensors = new TreeMap<>();
    for (MatchResult match : descriptions.results().toList()) {
      int end = dataStart + Integer.parseInt(match.group(4));
      List<Float> values = new ArrayList<>();
      for (int at = dataStart + Integer.parseInt(match.group(3)); at < end; at += Float.BYTES) {
        values.add(buffer.getFloat(at));
      }
      List<Integer> shape =
          Pattern.compile(",").splitAsStream(match.group(2)).map(Integer::valueOf).toList();
      tensors.put(match.group(1), new Tensor(shape, values));
    }
    return tensors;
  }
}
