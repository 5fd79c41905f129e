package org.attunedb.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
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
            .put("u", new UUID(-1, 0))
            .put("t", Instant.ofEpochSecond(0, 1))
            .build();

    assertThat(MetadataJson.write(metadata))
        .hasToString(
            """
            {"z":"a\\"b","i":7,"r":5.0,"f":true,"l":["x",""],"e":[],\
            "u":{"$uuid":"ffffffff-ffff-ffff-0000-000000000000"},\
            "t":{"$time":"1970-01-01T00:00:00.000000001Z"}}""");
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
        "{\"k\":{\"$uuid\":1}}",
        "{\"k\":{\"$uuid\":\"1-1-1-1-1\"}}",
        "{\"k\":{\"$uuid\":\"ffffffffffffffff0000000000000000\"}}",
        "{\"k\":{\"$uuid\":\"ffffffff-ffff-ffff-0000-000000000000\",\"x\":1}}",
        "{\"k\":{\"$time\":0}}",
        "{\"k\":{\"$time\":\"2026-11-21\"}}",
        "{\"k\":{\"$time\":\"2026-11-21T10:00Z\"}}",
        "{\"k\":{\"$time\":\"2026-11-21T10:00:00\"}}",
        "{\"k\":{\"$time\":\"2026-11-21T10:00:00+01:00\"}}",
        "{\"k\":{\"$time\":\"2026-11-21t10:00:00z\"}}",
        "{\"k\":{\"$time\":\"2026-11-21T10:00:60Z\"}}",
        "{\"k\":{\"$time\":\"2026-11-21T24:00:00Z\"}}",
        "{\"k\":{\"$time\":\"2026-02-30T10:00:00Z\"}}",
        "{\"k\":{\"$time\":\"2026-11-21T10:00:00.0000000001Z\"}}",
        "{\"k\":{\"$time\":\"1677-09-21T00:12:43.145224191Z\"}}",
        "{\"k\":{\"$time\":\"9999-01-01T00:00:00Z\"}}",
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

  @Test
  void read_otherSpellings_areTheSameValues() {
    Metadata read =
        MetadataJson.read(
            StrictJson.readObject(
                """
                {"u": {"$uuid": "FFFFFFFF-FFFF-FFFF-0000-000000000000"},
                 "t": {"$time": "1970-01-01T00:00:00.5Z"}}""",
                "here"),
            "here");

    assertThat(read)
        .isEqualTo(
            Metadata.builder()
                .put("u", new UUID(-1, 0))
                .put("t", Instant.ofEpochSecond(0, 500_000_000))
                .build());
  }

  private static Metadata roundTrip(Metadata metadata) {
    return MetadataJson.read(
        StrictJson.readObject(MetadataJson.write(metadata).toString(), "here"), "here");
  }
}
