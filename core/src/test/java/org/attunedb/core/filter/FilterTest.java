package org.attunedb.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  private static final long BEYOND = (1L << 53) + 1;

  private static final Metadata BOOK =
      Metadata.builder()
          .put("title", "naïve 😀 sets")
          .put("year", 2024)
          .put("price", 12.5)
          .put("read", true)
          .put("tags", List.of("set theory", "logic"))
          .build();

  @Test
  void eq_integerBeyondTwoToTheFiftyThird_isNotRoundedToTheReal() {
    Metadata metadata = Metadata.builder().put("n", BEYOND).build();

    // (double) BEYOND is 2^53: a comparison in doubles would call them equal.
    assertThat(new Filter.Eq("n", MetadataValue.of(0x1p53)).matches(metadata)).isFalse();
    assertThat(new Filter.Gt("n", MetadataValue.of(0x1p53)).matches(metadata)).isTrue();
    assertThat(new Filter.Eq("n", MetadataValue.of(BEYOND)).matches(metadata)).isTrue();
    assertThat(new Filter.In("n", List.of(MetadataValue.of(0x1p53))).matches(metadata)).isFalse();
  }

  @Test
  void compare_largestIntegerWithTwoToTheSixtyThird_isLess() {
    // (long) 2^63 saturates to Long.MAX_VALUE: a comparison in longs would call them equal.
    Metadata metadata = Metadata.builder().put("n", 0x1p63).build();

    assertThat(new Filter.Gt("n", MetadataValue.of(Long.MAX_VALUE)).matches(metadata)).isTrue();
    assertThat(Filter.eq("n", Long.MAX_VALUE).matches(metadata)).isFalse();
  }

  @Test
  void eq_integerAndRealOfSameValue_match() {
    assertThat(new Filter.Eq("year", MetadataValue.of(2024.0)).matches(BOOK)).isTrue();
    assertThat(new Filter.Eq("price", MetadataValue.of(12L)).matches(BOOK)).isFalse();
    assertThat(Filter.eq("zero", 0).matches(Metadata.builder().put("zero", -0.0).build())).isTrue();
  }

  @Test
  void eq_otherType_doesNotMatch() {
    assertThat(Filter.eq("year", "2024").matches(BOOK)).isFalse();
    assertThat(Filter.eq("read", "true").matches(BOOK)).isFalse();
    assertThat(Filter.eq("read", 1).matches(BOOK)).isFalse();
    assertThat(Filter.eq("tags", "logic").matches(BOOK)).isFalse();
  }

  @Test
  void eq_list_needsSameElementsInSameOrder() {
    assertThat(eqTags("set theory", "logic").matches(BOOK)).isTrue();
    assertThat(eqTags("logic", "set theory").matches(BOOK)).isFalse();
    assertThat(eqTags("set theory").matches(BOOK)).isFalse();
  }

  @Test
  void ne_missingField_matches() {
    assertThat(new Filter.Ne("missing", MetadataValue.of(1L)).matches(BOOK)).isTrue();
    assertThat(new Filter.Nin("missing", List.of(MetadataValue.of(1L))).matches(BOOK)).isTrue();
    assertThat(Filter.eq("missing", false).matches(BOOK)).isFalse();
  }

  @Test
  void comparison_missingFieldOrOtherType_neverMatches() {
    for (MetadataValue bound :
        List.of(MetadataValue.of(""), MetadataValue.of(0L), MetadataValue.of(0.0))) {
      for (String field : List.of("missing", "read", "tags")) {
        assertThat(comparisons(field, bound)).noneMatch(filter -> filter.matches(BOOK));
      }
    }
    assertThat(comparisons("title", MetadataValue.of(0L))).noneMatch(f -> f.matches(BOOK));
    assertThat(comparisons("year", MetadataValue.of("0"))).noneMatch(f -> f.matches(BOOK));
  }

  @Test
  void comparison_supplementaryCharacter_isOrderedByUtf8NotByUtf16() {
    // U+FFFF is EF BF BF and U+1F600 is F0 9F 98 80, but its first UTF-16 unit is D83D.
    Metadata emoji = Metadata.of("t", "😀");

    assertThat("😀").isLessThan("\uFFFF");
    assertThat(new Filter.Gt("t", MetadataValue.of("\uFFFF")).matches(emoji)).isTrue();
    assertThat(new Filter.Lt("t", MetadataValue.of("\uFFFF")).matches(emoji)).isFalse();
  }

  @Test
  void comparison_manyStrings_sortsAsUnsignedUtf8Bytes() {
    List<String> texts =
        List.of(
            "",
            "a",
            "aa",
            "ab",
            "b",
            "\u007F",
            "\u0080",
            "é",
            "\u07FF",
            "\u0800",
            "\uD7FF",
            "\uE000",
            "\uFFFF",
            "\uD800\uDC00",
            "😀",
            "😀a",
            "\uDBFF\uDFFF");
    for (String left : texts) {
      for (String right : texts) {
        int bytes =
            Arrays.compareUnsigned(
                left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

        assertThat(new Filter.Lt("t", MetadataValue.of(right)).matches(Metadata.of("t", left)))
            .as("'%s' before '%s'", left, right)
            .isEqualTo(bytes < 0);
      }
    }
  }

  @Test
  void contains_list_isMembershipAndNotSubstring() {
    assertThat(new Filter.Contains("tags", "logic").matches(BOOK)).isTrue();
    assertThat(new Filter.Contains("tags", "set").matches(BOOK)).isFalse();
    assertThat(new Filter.Contains("tags", "").matches(BOOK)).isFalse();
  }

  @Test
  void contains_string_isLiteralSubstring() {
    assertThat(new Filter.Contains("title", "😀 s").matches(BOOK)).isTrue();
    assertThat(new Filter.Contains("title", "Naïve").matches(BOOK)).isFalse();
    assertThat(new Filter.Contains("title", "na.ve").matches(BOOK)).isFalse();
    assertThat(new Filter.Contains("title", "").matches(BOOK)).isTrue();
    assertThat(new Filter.Contains("year", "20").matches(BOOK)).isFalse();
    assertThat(new Filter.Contains("missing", "").matches(BOOK)).isFalse();
  }

  @Test
  void startsWith_otherThanStrings_neverMatches() {
    assertThat(new Filter.StartsWith("title", "naïve 😀").matches(BOOK)).isTrue();
    assertThat(new Filter.StartsWith("title", "").matches(BOOK)).isTrue();
    assertThat(new Filter.StartsWith("title", "aïve").matches(BOOK)).isFalse();
    assertThat(new Filter.StartsWith("tags", "set").matches(BOOK)).isFalse();
    assertThat(new Filter.StartsWith("year", "20").matches(BOOK)).isFalse();
    assertThat(new Filter.StartsWith("missing", "").matches(BOOK)).isFalse();
  }

  @Test
  void exists_anyType_matches() {
    assertThat(BOOK.asMap().keySet()).allMatch(field -> new Filter.Exists(field).matches(BOOK));
    assertThat(new Filter.Exists("missing").matches(BOOK)).isFalse();
    assertThat(new Filter.Exists("Title").matches(BOOK)).isFalse();
  }

  @Test
  void matches_hostileFieldNames_areData() {
    for (String name :
        List.of("'] + T(java.lang.Runtime)", "x' OR 1=1 --", "title.*", "__proto__")) {
      assertThat(new Filter.Exists(name).matches(BOOK)).isFalse();
    }
  }

  @Test
  void matches_emptyConnectives_areNeutral() {
    assertThat(Filter.and().matches(BOOK)).isTrue();
    assertThat(Filter.or().matches(BOOK)).isFalse();
    assertThat(new Filter.In("year", List.of()).matches(BOOK)).isFalse();
    assertThat(new Filter.Nin("year", List.of()).matches(BOOK)).isTrue();
  }

  @Test
  void new_orderOfFlagOrList_isRefusedNamingTheField() {
    List<BiFunction<String, MetadataValue, Filter>> comparisons =
        List.of(Filter.Gt::new, Filter.Gte::new, Filter.Lt::new, Filter.Lte::new);
    for (BiFunction<String, MetadataValue, Filter> comparison : comparisons) {
      for (MetadataValue value : List.of(MetadataValue.of(true), MetadataValue.of(List.of("a")))) {
        assertRefused(ErrorCode.FILTER_INVALID, () -> comparison.apply("rank", value))
            .withMessageContaining("'rank'");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "\uDE00", "a\uD83D", "\uDE00\uD83D"})
  void new_unpairedSurrogate_isRefused(String text) {
    // Half of an emoji is a prefix in UTF-16 but not in UTF-8, where indexes look.
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.StartsWith("title", text));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Contains("title", text));
  }

  @Test
  void new_listsChangedLater_keepTheirCopies() {
    List<MetadataValue> values = new ArrayList<>(List.of(MetadataValue.of(2024L)));
    List<Filter> filters = new ArrayList<>(List.of(Filter.eq("year", 2024)));
    Filter in = new Filter.In("year", values);
    Filter nin = new Filter.Nin("year", values);
    Filter and = new Filter.And(filters);
    Filter or = new Filter.Or(filters);

    values.clear();
    filters.set(0, Filter.eq("year", 1));

    assertThat(in.matches(BOOK)).isTrue();
    assertThat(nin.matches(BOOK)).isFalse();
    assertThat(and.matches(BOOK)).isTrue();
    assertThat(or.matches(BOOK)).isTrue();
  }

  private static Filter eqTags(String... tags) {
    return new Filter.Eq("tags", MetadataValue.of(List.of(tags)));
  }

  private static List<Filter> comparisons(String field, MetadataValue bound) {
    return List.of(
        new Filter.Gt(field, bound),
        new Filter.Gte(field, bound),
        new Filter.Lt(field, bound),
        new Filter.Lte(field, bound));
  }
}
