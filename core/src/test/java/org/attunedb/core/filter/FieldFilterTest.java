package org.attunedb.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldFilterTest {
  private static final FieldFilter A = Filter.field("a");
  private static final UUID ID = new UUID(-1, 1);
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final List<MetadataValue> VALUES =
      List.of(
          MetadataValue.of("x"),
          MetadataValue.of(7L),
          MetadataValue.of(0.5),
          MetadataValue.of(ID),
          MetadataValue.of(NOW));

  private static List<Filter> each(Function<MetadataValue, Filter> condition) {
    return VALUES.stream().map(condition).toList();
  }

  @Test
  void comparisons_everyType_areTheRecords() {
    assertThat(List.of(A.eq("x"), A.eq(7), A.eq(0.5), A.eq(ID), A.eq(NOW)))
        .isEqualTo(each(v -> new Filter.Eq("a", v)));
    assertThat(List.of(A.ne("x"), A.ne(7), A.ne(0.5), A.ne(ID), A.ne(NOW)))
        .isEqualTo(each(v -> new Filter.Ne("a", v)));
    assertThat(List.of(A.gt("x"), A.gt(7), A.gt(0.5), A.gt(ID), A.gt(NOW)))
        .isEqualTo(each(v -> new Filter.Gt("a", v)));
    assertThat(List.of(A.gte("x"), A.gte(7), A.gte(0.5), A.gte(ID), A.gte(NOW)))
        .isEqualTo(each(v -> new Filter.Gte("a", v)));
    assertThat(List.of(A.lt("x"), A.lt(7), A.lt(0.5), A.lt(ID), A.lt(NOW)))
        .isEqualTo(each(v -> new Filter.Lt("a", v)));
    assertThat(List.of(A.lte("x"), A.lte(7), A.lte(0.5), A.lte(ID), A.lte(NOW)))
        .isEqualTo(each(v -> new Filter.Lte("a", v)));
  }

  @Test
  void otherConditions_always_areTheRecords() {
    assertThat(A.eq(true)).isEqualTo(new Filter.Eq("a", MetadataValue.of(true)));
    assertThat(A.ne(List.of("x"))).isEqualTo(new Filter.Ne("a", MetadataValue.of(List.of("x"))));
    assertThat(List.of(A.in("x"), A.in(7), A.in(0.5), A.in(ID), A.in(NOW)))
        .isEqualTo(each(v -> new Filter.In("a", List.of(v))));
    assertThat(List.of(A.nin("x"), A.nin(7), A.nin(0.5), A.nin(ID), A.nin(NOW)))
        .isEqualTo(each(v -> new Filter.Nin("a", List.of(v))));
    assertThat(A.in(VALUES)).isEqualTo(new Filter.In("a", VALUES));
    assertThat(A.contains("x")).isEqualTo(new Filter.Contains("a", "x"));
    assertThat(A.startsWith("x")).isEqualTo(new Filter.StartsWith("a", "x"));
    assertThat(A.exists()).isEqualTo(new Filter.Exists("a"));
  }

  @Test
  void andOr_chains_stayFlat() {
    Filter conjunction = A.eq(0);
    Filter disjunction = A.eq(0);
    for (int i = 1; i < 500; i++) {
      conjunction = conjunction.and(A.ne(i));
      disjunction = A.eq(i).or(disjunction);
    }

    assertThat(conjunction.matches(Metadata.builder().put("a", 0).build())).isTrue();
    assertThat(disjunction.matches(Metadata.builder().put("a", 499).build())).isTrue();
    assertThat(disjunction.matches(Metadata.builder().put("a", 500).build())).isFalse();
  }

  @Test
  void andOr_mixed_keepTheirGrouping() {
    Filter x = A.eq("x");
    Filter y = A.eq("y");
    Filter z = A.eq("z");

    assertThat(x.or(y).and(z)).isEqualTo(Filter.and(Filter.or(x, y), z));
    assertThat(x.and(y).or(z)).isEqualTo(Filter.or(Filter.and(x, y), z));
  }

  @Test
  void negate_twice_isTheSameFilter() {
    assertThat(A.exists().negate()).isEqualTo(Filter.not(A.exists()));
    assertThat(A.exists().negate().negate()).isEqualTo(A.exists());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "a\uDE00", "\uDE00\uD83D"})
  void field_unpairedSurrogate_isRefusedEverywhere(String name) {
    MetadataValue one = MetadataValue.of(1L);

    assertRefused(ErrorCode.FILTER_INVALID, () -> Filter.field(name));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Eq(name, one));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Ne(name, one));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Gt(name, one));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Gte(name, one));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Lt(name, one));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Lte(name, one));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.In(name, List.of()));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Nin(name, List.of()));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Contains(name, "x"));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.StartsWith(name, "x"));
    assertRefused(ErrorCode.FILTER_INVALID, () -> new Filter.Exists(name));
  }

  /** A string asked of a number, or the other way round, is no error: keys have no one type. */
  @Test
  void comparison_valueOfAnotherType_doesNotMatch() {
    Metadata number = Metadata.builder().put("a", 7).build();
    Metadata time = Metadata.builder().put("a", NOW).build();
    Metadata id = Metadata.builder().put("a", ID).build();

    assertThat(A.gte("").matches(number)).isFalse();
    assertThat(A.lt("z").matches(number)).isFalse();
    assertThat(A.eq(NOW.toString()).matches(time)).isFalse();
    assertThat(A.gt(0).matches(time)).isFalse();
    assertThat(A.eq(ID.toString()).matches(id)).isFalse();
    assertThat(A.ne("7").matches(number)).isTrue();
  }
}
