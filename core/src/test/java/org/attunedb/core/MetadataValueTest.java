package org.attunedb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataValueTest {
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void real_notFinite_isRefused(double value) {
    assertRefused(ErrorCode.METADATA_INVALID, () -> MetadataValue.of(value))
        .withMessageContaining(Double.toString(value));
  }

  @Test
  void real_minusZero_isZero() {
    assertThat(MetadataValue.of(-0.0)).isEqualTo(MetadataValue.of(0.0)).hasToString("0.0");
  }

  @Test
  void equals_sameNumberOfOtherType_isAnotherValue() {
    assertThat(MetadataValue.of(1L)).isNotEqualTo(MetadataValue.of(1.0));
    assertThat(MetadataValue.of("true")).isNotEqualTo(MetadataValue.of(true));
    assertThat(MetadataValue.of("[a]")).isNotEqualTo(MetadataValue.of(List.of("a")));
  }

  @Test
  void textList_listChangedLater_keepsItsCopy() {
    List<String> source = new ArrayList<>(List.of("a", "b"));
    MetadataValue value = MetadataValue.of(source);

    source.clear();

    assertThat(value).isEqualTo(MetadataValue.of(List.of("a", "b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "\uDE00", "a\uD83D", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"})
  void text_unpairedSurrogate_isRefused(String text) {
    // UTF-8 can't keep it: it would come back from the store as another string.
    assertRefused(ErrorCode.METADATA_INVALID, () -> MetadataValue.of(text));
    assertRefused(ErrorCode.METADATA_INVALID, () -> MetadataValue.of(List.of("a", text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0000\n", "😀", "\uD7FF\uE000\uFFFF", "\uDBFF\uDFFF"})
  void text_validUnicode_isKept(String text) {
    assertThat(MetadataValue.of(text)).hasToString(text);
    assertThat(new MetadataValue.TextList(List.of(text)).values()).containsExactly(text);
  }

  @Test
  void time_limits_areKeptToTheNanosecondAndOneBeyondRefused() {
    Instant first = Instant.parse("1677-09-21T00:12:43.145224192Z");
    Instant last = Instant.parse("2262-04-11T23:47:16.854775807Z");

    assertThat(new MetadataValue.Time(first).epochNanos()).isEqualTo(Long.MIN_VALUE);
    assertThat(new MetadataValue.Time(last).epochNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(new MetadataValue.Time(Instant.EPOCH.minusNanos(1)).epochNanos()).isEqualTo(-1);
    assertThat(new MetadataValue.Time(Instant.ofEpochSecond(2, 3)).epochNanos())
        .isEqualTo(2_000_000_003L);
    for (Instant beyond :
        List.of(first.minusNanos(1), last.plusNanos(1), Instant.MIN, Instant.MAX)) {
      assertRefused(ErrorCode.METADATA_INVALID, () -> MetadataValue.of(beyond))
          .withMessageContaining(beyond.toString())
          .withMessageContaining(first.toString())
          .withMessageContaining(last.toString());
    }
  }

  @Test
  void uuidAndTime_text_isCanonical() {
    assertThat(MetadataValue.of(UUID.fromString("ABCDEF00-0000-0000-0000-00000000000F")))
        .hasToString("abcdef00-0000-0000-0000-00000000000f");
    assertThat(MetadataValue.of(Instant.ofEpochSecond(0, 500_000_000)))
        .hasToString("1970-01-01T00:00:00.500Z");
  }
}
