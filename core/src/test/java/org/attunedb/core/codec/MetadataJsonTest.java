package org.attunedb.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataJsonTest {
  @Test
  void read_writtenMetadata_keepsTypesValuesAndOrder() {
    RandomMetadata random = new RandomMetadata(new SplittableRandom(31));
    for (int i = 0; i < 2_000; i++) {
      Metadata metadata = random.metadata();

      Metadata read = roundTrip(metadata);

      assertThat(read).isEqualTo(metadata);
      assertThat(List.copyOf(read.asMap().keySet()))
          .isEqualTo(List.copyOf(metadata.asMap().keySet()));
    }
  }

  @Test
  void read_numbers_keepTheirTypeExactly() {
    Metadata metadata =
        Metadata.builder()
            .put("beyondDoubles", (1L << 53) + 1)
            .put("smallest", Long.MIN_VALUE)
            .put("wholeReal", 5.0)
            .put("hugeReal", 1e22)
            .put("tiny", Double.MIN_VALUE)
            .put("tenth", 0.1)
            .build();

    Metadata read = roundTrip(metadata);

    assertThat(read).isEqualTo(metadata);
    assertThat(read.get("wholeReal")).contains(new MetadataValue.Real(5));
    assertThat(read.get("beyondDoubles")).contains(new MetadataValue.Int(9007199254740993L));
  }

  @Test
  void write_everyType_isPlainJson() {
    Metadata metadata =
        Metadata.builder()
            .put("z", "a\"b")
            .put("i", 7)
            .put("r", 5.0)
            .put("f", true)
            .put("l", List.of("x", ""))
            .put("e", List.of())
            .build();

    assertThat(MetadataJson.write(metadata))
        .hasToString(
            """
            {"z":"a\\"b","i":7,"r":5.0,"f":true,"l":["x",""],"e":[]}""");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"k\":{}}",
        "{\"k\":{\"nested\":1}}",
        "{\"k\":null}",
        "{\"k\":[1]}",
        "{\"k\":[[\"a\"]]}",
        "{\"k\":[null]}",
        "{\"k\":9223372036854775808}",
        "{\"k\":-9223372036854775809}"
      })
  void read_otherShapes_areRefusedNamingTheKey(String json) {
    assertRefused(
            ErrorCode.METADATA_INVALID,
            () -> MetadataJson.read(StrictJson.readObject(json, "line 3"), "line 3"))
        .withMessageContaining("line 3")
        .withMessageContaining("'k'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"k\":1e400}",
        "{\"k\":-1e999}",
        "{\"\":1}",
        "{\"_k\":1}",
        "{\"k\":\"\\ud800\"}"
      })
  void read_valuesThatMetadataCannotHold_areRefused(String json) {
    assertRefused(
        ErrorCode.METADATA_INVALID,
        () -> MetadataJson.read(StrictJson.readObject(json, "line 3"), "line 3"));
  }

  private static Metadata roundTrip(Metadata metadata) {
    return MetadataJson.read(
        StrictJson.readObject(MetadataJson.write(metadata).toString(), "here"), "here");
  }
}
