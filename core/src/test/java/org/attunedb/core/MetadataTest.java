package org.attunedb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
  @Test
  void build_keyPutTwice_keepsItsPlaceAndTakesTheLaterValue() {
    Metadata metadata =
        Metadata.builder().put("z", 1).put("a", "x").put("z", true).put("m", 0.5).build();

    assertThat(List.copyOf(metadata.asMap().entrySet()))
        .containsExactly(
            Map.entry("z", MetadataValue.of(true)),
            Map.entry("a", MetadataValue.of("x")),
            Map.entry("m", MetadataValue.of(0.5)));
  }

  @Test
  void put_everyType_keepsIt() {
    Metadata metadata =
        Metadata.builder()
            .put("text", "1")
            .put("int", (1L << 53) + 1)
            .put("real", 1.0)
            .put("flag", false)
            .put("list", List.of("a", "b"))
            .build();

    assertThat(metadata.get("text")).hasValue(new MetadataValue.Text("1"));
    assertThat(metadata.get("int")).hasValue(new MetadataValue.Int(9_007_199_254_740_993L));
    assertThat(metadata.get("real")).hasValue(new MetadataValue.Real(1));
    assertThat(metadata.get("flag")).hasValue(new MetadataValue.Flag(false));
    assertThat(metadata.get("list")).hasValue(new MetadataValue.TextList(List.of("a", "b")));
    assertThat(metadata.get("missing")).isEmpty();
  }

  @Test
  void text_otherType_isEmpty() {
    Metadata metadata = Metadata.builder().put("n", 1).put("t", "x").build();

    assertThat(metadata.text("t")).hasValue("x");
    assertThat(metadata.text("n")).isEmpty();
    assertThat(metadata.text("missing")).isEmpty();
  }

  @Test
  void build_builderUsedFurther_leavesEarlierResultsAlone() {
    Metadata.Builder builder = Metadata.builder().put("a", 1);
    Metadata first = builder.build();

    Metadata second = builder.put("a", 2).put("b", 3).build();

    assertThat(first).isEqualTo(Metadata.builder().put("a", 1).build());
    assertThat(second.asMap()).containsOnlyKeys("a", "b");
  }

  @Test
  void copyOf_mapChangedLater_keepsItsCopyInOrder() {
    Map<String, MetadataValue> source = new LinkedHashMap<>();
    for (int i = 40; i > 0; i--) {
      source.put("k" + i, MetadataValue.of(i));
    }
    List<String> order = List.copyOf(source.keySet());
    Metadata metadata = Metadata.copyOf(source);

    source.clear();

    assertThat(metadata.asMap().keySet()).containsExactlyElementsOf(order);
  }

  @Test
  void asMap_modified_isRefused() {
    Map<String, MetadataValue> map = Metadata.of("a", "x").asMap();

    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(map::clear);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Metadata.empty().asMap().put("a", MetadataValue.of(1)));
  }

  @Test
  void equals_sameValuesInOtherOrder_isEqual() {
    Metadata metadata = Metadata.builder().put("a", 1).put("b", 2).build();

    assertThat(metadata)
        .isEqualTo(Metadata.builder().put("b", 2).put("a", 1).build())
        .hasSameHashCodeAs(Metadata.builder().put("b", 2).put("a", 1).build())
        .isNotEqualTo(Metadata.builder().put("a", 1).put("b", 2.0).build())
        .isNotEqualTo(Metadata.builder().put("a", 1).build());
    assertThat(Metadata.builder().build()).isEqualTo(Metadata.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "_", "_id", "__proto__", "\uD83D", "a\uDE00"})
  void put_keyEmptyReservedOrMalformed_isRefused(String key) {
    assertRefused(ErrorCode.METADATA_INVALID, () -> Metadata.builder().put(key, 1));
    assertRefused(
        ErrorCode.METADATA_INVALID, () -> Metadata.copyOf(Map.of(key, MetadataValue.of(1))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_", "'] + T(java.lang.Runtime)", "x' OR 1=1", " ", "ключ", "😀"})
  void put_anyOtherKey_isData(String key) {
    assertThat(Metadata.of(key, "v").text(key)).hasValue("v");
  }

  @Test
  void put_keyAtTheLimit_isAcceptedAndOneMoreRefused() {
    String longest = "k".repeat(256);

    assertThat(Metadata.of(longest, "v").text(longest)).hasValue("v");
    assertRefused(ErrorCode.METADATA_INVALID, () -> Metadata.of(longest + "k", "v"))
        .withMessageContaining("257");
  }

  @Test
  void build_keysAtTheLimit_areAcceptedAndOneMoreRefused() {
    Metadata.Builder builder = Metadata.builder();
    for (int i = 0; i < 256; i++) {
      builder.put("k" + i, i);
    }

    assertThat(builder.put("k0", "again").build().asMap()).hasSize(256);
    assertRefused(ErrorCode.METADATA_TOO_LARGE, () -> builder.put("k256", 1).build())
        .withMessageContaining("257");
  }
}
