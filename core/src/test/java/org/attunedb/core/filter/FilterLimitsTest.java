package org.attunedb.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FilterLimitsTest {
  private static final Filter LEAF = new Filter.Exists("a");
  private static final Metadata METADATA = Metadata.of("a", "x");

  static Stream<UnaryOperator<Filter>> connectives() {
    return Stream.of(
        Filter::not,
        f -> new Filter.And(List.of(f)),
        f -> new Filter.Or(List.of(f)),
        f -> Filter.or(LEAF, f));
  }

  @ParameterizedTest
  @MethodSource("connectives")
  void matches_sixteenLevels_isEvaluated(UnaryOperator<Filter> connective) {
    Filter deepest = nest(connective, 16);

    // Two levels fewer: the same number of negations, modulo 2.
    assertThat(deepest.matches(METADATA)).isEqualTo(nest(connective, 14).matches(METADATA));
  }

  @ParameterizedTest
  @MethodSource("connectives")
  void matches_seventeenLevels_isRefused(UnaryOperator<Filter> connective) {
    Filter tooDeep = nest(connective, 17);

    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> tooDeep.matches(METADATA))
        .withMessageContaining("16 levels");
    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, tooDeep::requireWithinLimits);
  }

  @ParameterizedTest
  @MethodSource("connectives")
  void matches_hundredThousandLevels_isRefusedWithoutExhaustingTheStack(
      UnaryOperator<Filter> connective) {
    Filter hostile = nest(connective, 100_000);

    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> hostile.matches(METADATA));
  }

  @Test
  void matches_1024Terms_isEvaluated() {
    assertThatNoException().isThrownBy(() -> and(1023).matches(METADATA));
    assertThat(new Filter.In("a", values(1023)).matches(METADATA)).isFalse();
    assertThat(new Filter.Nin("a", values(1023)).matches(METADATA)).isTrue();
    assertThat(split(1021).matches(METADATA)).isFalse();
  }

  @Test
  void matches_1025Terms_isRefused() {
    for (Filter filter :
        List.of(
            and(1024),
            new Filter.Or(Collections.nCopies(1024, LEAF)),
            new Filter.In("a", values(1024)),
            new Filter.Nin("a", values(1024)),
            split(1022))) {
      assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> filter.matches(METADATA))
          .withMessageContaining("1024 terms");
    }
  }

  @Test
  void matches_sharedSubtree_countsEveryOccurrence() {
    // 10 objects, but 2^10 - 1 = 1,023 places in the tree; one more level is beyond the limit.
    Filter within = nest(f -> Filter.and(f, f), 10);

    assertThat(within.matches(METADATA)).isTrue();
    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> Filter.and(within, within).matches(METADATA));
  }

  private static Filter nest(UnaryOperator<Filter> connective, int levels) {
    Filter filter = LEAF;
    for (int level = 1; level < levels; level++) {
      filter = connective.apply(filter);
    }
    return filter;
  }

  private static Filter and(int children) {
    return new Filter.And(Collections.nCopies(children, LEAF));
  }

  /** An {@link Filter.Or} of two {@link Filter.In}: three nodes and {@code listed} values. */
  private static Filter split(int listed) {
    return Filter.or(
        new Filter.In("a", values(listed / 2)), new Filter.In("a", values(listed - listed / 2)));
  }

  private static List<MetadataValue> values(int count) {
    return LongStream.range(0, count).mapToObj(MetadataValue::of).toList();
  }
}
