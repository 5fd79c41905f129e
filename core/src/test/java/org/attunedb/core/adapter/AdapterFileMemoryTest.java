package org.attunedb.core.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.QueryMemory.Relevant;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapter files with a memory, and files of the first version. */
class AdapterFileMemoryTest {
  private static final String WHERE = "some/adapter.safetensors";
  private static final Logistic CURVE = new Logistic(6, -3);

  private final SplittableRandom random = new SplittableRandom(7);

  /** Three queries of three dimensions with four documents, two of them the same. */
  private final byte[] file = AdapterFile.encode(small());

  private Adapter small() {
    QueryMemory memory =
        QueryMemory.of(
            List.of(Embedding.of(1, 0, 0), Embedding.of(0, 0.6f, 0.8f), Embedding.of(0, 0, 1)),
            List.of(
                List.of(new Relevant("one", 1), new Relevant("two", 0.5f)),
                List.of(new Relevant("one", 1)),
                List.of(new Relevant("é😀\"\\", Float.MIN_VALUE))),
            new Logistic(8, -4),
            CURVE);
    Adapter without = RandomAdapters.adapter(3, 2, random);
    return new Adapter(without.binding(), RandomAdapters.withMemory(without.weights(), memory));
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "3,2,70", "65,7,300", "8,8,1000"})
  void decode_encodedAdapter_isEqualAndGivesTheSameBytes(int dimension, int rank, int count) {
    Adapter without = RandomAdapters.adapter(dimension, rank, random);
    QueryMemory memory =
        RandomAdapters.memory(count, dimension, List.of("a", "b", "ç", "d"), random);
    Adapter adapter =
        new Adapter(without.binding(), RandomAdapters.withMemory(without.weights(), memory));

    byte[] bytes = AdapterFile.encode(adapter);
    Adapter decoded = AdapterFile.decode(bytes, WHERE);

    assertThat(decoded).isEqualTo(adapter);
    assertThat(decoded.weights().memory()).contains(memory);
    assertThat(AdapterFile.encode(decoded)).isEqualTo(bytes);
  }

  @Test
  void encode_equalMemoryFromOtherLists_givesTheSameBytes() {
    Adapter adapter = AdapterFile.decode(file, WHERE);
    QueryMemory memory = adapter.weights().memory().orElseThrow();
    List<List<Relevant>> relevant = new ArrayList<>();
    for (int q = 0; q < memory.count(); q++) {
      relevant.add(new ArrayList<>(memory.relevant(q)));
    }
    QueryMemory copy =
        new QueryMemory(
            3, memory.codes(), memory.scales(), relevant, memory.seen(), memory.sameDocument());

    assertThat(
            AdapterFile.encode(
                new Adapter(adapter.binding(), RandomAdapters.withMemory(adapter.weights(), copy))))
        .isEqualTo(file);
  }

  @Test
  void encode_documentOfSeveralQueries_isWrittenOnce() {
    int start = AdapterBytes.offset(file, AdapterFile.IDS);
    String ids = new String(file, start, file.length - start, UTF_8);

    assertThat(ids).startsWith("{\"ids\":[\"one\",\"two\",").endsWith("]}");
    assertThat(new String(file, UTF_8).split("\"one\"", -1)).hasSize(2);
  }

  @Test
  void decode_profiles_areKeptForEachMode() {
    AdapterWeights weights = AdapterFile.decode(file, WHERE).weights();

    assertThat(weights.profile(SearchMode.VECTOR))
        .isEqualTo(new ModeProfile(true, new Blend(0.25f, 1), Blend.constant(0.5f), 0.4f));
    assertThat(weights.profile(SearchMode.HYBRID))
        .isEqualTo(new ModeProfile(true, new Blend(0, 0.75f), new Blend(0.5f, 1f / 6), 1));
  }

  @Test
  void decode_notBetterForAMode_isKept() {
    ModeProfile better = ModeProfile.constant(1);
    ModeProfile not = new ModeProfile(false, Blend.constant(0.5f), Blend.constant(0.5f), 0);
    Adapter without = RandomAdapters.adapter(3, 2, random);
    AdapterWeights weights =
        new AdapterWeights(
            without.weights().down(),
            without.weights().up(),
            without.weights().bias(),
            Map.of(SearchMode.VECTOR, not, SearchMode.HYBRID, better),
            null);

    AdapterWeights decoded =
        AdapterFile.decode(AdapterFile.encode(new Adapter(without.binding(), weights)), WHERE)
            .weights();

    assertThat(decoded.betterModes()).containsExactly(SearchMode.HYBRID);
    assertThat(decoded.profile(SearchMode.VECTOR)).isEqualTo(not);
  }

  @Test
  void decode_everyTruncation_isRefused() {
    for (int length = 0; length < file.length; length++) {
      assertThat(refusalOrNull(Arrays.copyOf(file, length)))
          .as("first %d of %d bytes", length, file.length)
          .isNotNull();
    }
  }

  @Test
  void decode_bytesAppended_isRefused() {
    assertThat(refusalOrNull(Arrays.copyOf(file, file.length + 1))).isNotNull();
  }

  @Test
  void decode_everySingleBitFlip_isRefusedOrAnAdapterThatWorks() {
    Embedding query = Embedding.of(0.6f, 0.8f, 0);
    int refused = 0;
    for (int bit = 0; bit < file.length * 8; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);

      Adapter adapter = adapterOrNull(flipped);

      if (adapter == null) {
        refused++;
      } else {
        assertThat(adapter.weights().dimension()).isEqualTo(3);
        assertThat(seen(adapter, query)).isBetween(0.0, 1.0);
      }
    }
    assertThat(refused).isGreaterThan(file.length);
  }

  /** A probability even of a memory whose every number may have been changed. */
  private static double seen(Adapter adapter, Embedding query) {
    QueryMemory memory = adapter.weights().memory().orElseThrow();
    return memory.seen().at(memory.dot(0, new Quarters(query.toArray())));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, -0.1f, Float.POSITIVE_INFINITY, 1.1f, 1e30f})
  void decode_scaleOutOfRange_isRefused(float scale) {
    assertInvalid(
        AdapterBytes.withBits(file, AdapterFile.SCALES, 1, Float.floatToRawIntBits(scale)),
        "scale is " + scale);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, -1, 0, 1.0001f, Float.NEGATIVE_INFINITY})
  void decode_shareOutOfRange_isRefused(float share) {
    assertInvalid(
        AdapterBytes.withBits(file, AdapterFile.SHARES, 1, Float.floatToRawIntBits(share)),
        "share of document 'two' is " + share);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void decode_documentOutOfRange_isRefused(int document) {
    assertInvalid(
        AdapterBytes.withBits(file, AdapterFile.DOCUMENTS, 2, document),
        "names id " + document + " of 3");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void decode_countOutOfRange_isRefused(int count) {
    assertInvalid(
        AdapterBytes.withBits(file, AdapterFile.COUNTS, 0, count),
        "query with " + count + " of 4 documents");
  }

  @Test
  void decode_countsThatLeaveDocumentsOver_areRefused() {
    assertInvalid(AdapterBytes.withBits(file, AdapterFile.COUNTS, 0, 1), "has 4 documents");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ids\":[\"one\",\"two\",3]}",
        "{\"ids\":[\"one\",\"two\",null]}",
        "{\"ids\":\"one\"}",
        "{\"ids\":{\"a\":\"one\",\"b\":\"two\",\"c\":\"three\"}}",
        "{\"is\":[\"one\",\"two\",\"three\"]}",
        "[\"one\",\"two\",\"three\"]",
        "{\"ids\":[\"one\"",
        "{\"ids\":[\"one\",\"two\",\"three\"]} x",
        "\uFEFF{}",
        ""
      })
  void decode_idsThatAreNoListOfStrings_areRefused(String json) {
    assertInvalid(withIds(json), "");
  }

  @Test
  void decode_otherIds_areRead() {
    Adapter adapter = AdapterFile.decode(withIds("{\"ids\":[\"x\",\"y\",\"z\"]}"), WHERE);

    assertThat(adapter.weights().memory().orElseThrow().relevant(0))
        .containsExactly(new Relevant("x", 1), new Relevant("y", 0.5f));
  }

  private byte[] withIds(String json) {
    byte[] ids = json.getBytes(UTF_8);
    int start = AdapterBytes.offset(file, AdapterFile.IDS);
    int old = file.length - start;
    int dataStart = 8 + AdapterBytes.header(file).getBytes(UTF_8).length;
    byte[] longer = Arrays.copyOf(file, start + ids.length);
    System.arraycopy(ids, 0, longer, start, ids.length);
    return AdapterBytes.withHeader(
        longer,
        header ->
            header
                .replace("\"shape\":[" + old + "]", "\"shape\":[" + ids.length + "]")
                .replace(
                    "," + (file.length - dataStart) + "]",
                    "," + (longer.length - dataStart) + "]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "memory.seen.slope":"8.0" | "memory.seen.slope":"-8.0"
          "memory.seen.slope":"8.0" | "memory.seen.slope":"NaN"
          "memory.seen.slope":"8.0" | "memory.seen.slope":"1e300"
          "memory.seen.slope":"8.0" | "memory.seen.slope":8.0
          "memory.seen.intercept":"-4.0" | "memory.seen.intercept":"Infinity"
          "memory.same_document.slope":"6.0" | "memory.same_document":"6.0"
          "memory.same_document.intercept":"-3.0" | "memory.same_document.intercept":""
          "dtype":"I8","shape":[3,3] | "dtype":"U8","shape":[3,3]
          "dtype":"I8","shape":[3,3] | "dtype":"I8","shape":[9]
          "dtype":"I8","shape":[3,3] | "dtype":"I8","shape":[9,1]
          "memory.scales":{"dtype":"F32","shape":[3] | "memory.scales":{"dtype":"F32","shape":[2]
          "memory.scales":{"dtype":"F32","shape":[3] | "memory.scales":{"dtype":"F32","shape":[0]
          "memory.scales":{"dtype":"F32","shape":[3] | "memory.scales":{"dtype":"F32","shape":[-3]
          "memory.scales":{"dtype":"F32","shape":[3] | "memory.scales":{"dtype":"F32","shape":[2147483647]
          "memory.shares":{"dtype":"F32","shape":[4] | "memory.shares":{"dtype":"F32","shape":[2147483648]
          "memory.shares":{"dtype":"F32","shape":[4] | "memory.shares":{"dtype":"F32","shape":[4,1]
          "memory.shares":{"dtype":"F32","shape":[4] | "memory.shares":{"dtype":"F32","shape":[3]
          "memory.counts":{"dtype":"I32" | "memory.counts":{"dtype":"F32"
          "memory.documents":{"dtype":"I32" | "memory.documents":{"dtype":"U32"
          "memory.codes" | "memory.cods"
          "memory.ids" | "memory.idz"
          "memory.scales" | "memory.scale"
          """)
  void decode_alteredHeader_isRefused(String original, String altered) {
    assertThat(AdapterBytes.header(file)).contains(original);

    assertInvalid(AdapterBytes.withHeader(file, json -> json.replace(original, altered)), "");
  }

  /** Version 1 had one share for both modes. */
  @Test
  void decode_firstVersion_hasItsShareInBothModes() {
    Adapter adapter = RandomAdapters.adapter(3, 2, random);
    byte[] first = firstVersion(AdapterFile.encode(adapter), "\"alpha\":\"0.625\",");

    Adapter decoded = AdapterFile.decode(first, WHERE);

    assertThat(decoded.binding()).isEqualTo(adapter.binding());
    assertThat(decoded.weights())
        .isEqualTo(
            new AdapterWeights(
                adapter.weights().down(),
                adapter.weights().up(),
                adapter.weights().bias(),
                0.625f));
    assertThat(decoded.weights().betterModes())
        .containsExactly(SearchMode.VECTOR, SearchMode.HYBRID);
  }

  @Test
  void decode_firstVersionWithBlend_hasTheBlendsSmallestShare() {
    byte[] first =
        firstVersion(
            AdapterFile.encode(RandomAdapters.adapter(3, 2, random)),
            "\"alpha\":\"1.0\",\"blend.slope\":\"9.0\",\"blend.midpoint\":\"0.5\","
                + "\"blend.unseen_alpha\":\"0.25\",");
    byte[] withTensors = Arrays.copyOf(first, first.length + 2 * 2 * 4 + 5 * 2 * 4);

    AdapterWeights weights = AdapterFile.decode(withTensors, WHERE).weights();

    assertThat(weights.profile(SearchMode.VECTOR).alpha()).isEqualTo(Blend.constant(0.25f));
    assertThat(weights.profile(SearchMode.HYBRID).alpha()).isEqualTo(Blend.constant(0.25f));
    assertThat(weights.memory()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"alpha\":\"1.5\",", "\"alpha\":\"NaN\",", "\"alpha\":0.5,"})
  void decode_firstVersionWithoutAUsableShare_isRefused(String share) {
    assertInvalid(
        firstVersion(AdapterFile.encode(RandomAdapters.adapter(3, 2, random)), share), "");
  }

  @Test
  void decode_firstVersionTruncatedOrLonger_isRefused() {
    byte[] first =
        firstVersion(
            AdapterFile.encode(RandomAdapters.adapter(3, 2, random)), "\"alpha\":\"0.5\",");

    assertInvalid(Arrays.copyOf(first, first.length - 1), "");
    assertInvalid(Arrays.copyOf(first, first.length + 1), "");
  }

  /** The same tensors under the header that version 1 had. */
  private static byte[] firstVersion(byte[] second, String share) {
    return AdapterBytes.withHeader(
        second,
        header ->
            header
                .replaceAll("\"(vector|hybrid)\\.[a-z_.]+\":\"[^\"]*\",?", "")
                .replace(",}", "}")
                .replace("\"version\":\"2\"", "\"version\":\"1\"")
                .replace("{\"__metadata__\":{", "{\"__metadata__\":{" + share));
  }

  private static void assertInvalid(byte[] bytes, String problem) {
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> AdapterFile.decode(bytes, WHERE))
        .withMessageStartingWith(WHERE)
        .withMessageContaining(problem);
  }

  private static @Nullable Adapter adapterOrNull(byte[] bytes) {
    try {
      return AdapterFile.decode(bytes, WHERE);
    } catch (InvalidInputException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_INVALID);
      assertThat(e).hasMessageStartingWith(WHERE);
      return null;
    }
  }

  private static @Nullable InvalidInputException refusalOrNull(byte[] bytes) {
    try {
      AdapterFile.decode(bytes, WHERE);
      return null;
    } catch (InvalidInputException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.ADAPTER_INVALID);
      assertThat(e).hasMessageStartingWith(WHERE);
      return e;
    }
  }
}
