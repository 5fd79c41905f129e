package org.attunedb.core.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.RandomMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Laws that hold for every filter and every metadata, and agreement with a second evaluator. */
class FilterLawsTest {
  private static final int CASES = 2_000;
  private static final long SEED = 4177;

  private final RandomMetadata random = new RandomMetadata(new SplittableRandom(SEED));
  private final RandomFilters filters = new RandomFilters(random);

  /** A law, checked on the next random case. */
  private interface Law {
    void check();
  }

  private static void forManyCases(Law law) {
    for (int i = 0; i < CASES; i++) {
      int number = i;
      try {
        law.check();
      } catch (AssertionError e) {
        throw new AssertionError("case " + number + " of seed " + SEED, e);
      }
    }
  }

  @Test
  void ne_always_isComplementOfEq() {
    forManyCases(
        () -> {
          Metadata metadata = random.metadata();
          MetadataValue value = random.value();

          assertThat(new Filter.Ne("a", value).matches(metadata))
              .as("%s %s", value, metadata)
              .isNotEqualTo(new Filter.Eq("a", value).matches(metadata));
        });
  }

  @Test
  void nin_always_isComplementOfIn() {
    forManyCases(
        () -> {
          Metadata metadata = random.metadata();
          List<MetadataValue> values = random.values(5);

          assertThat(new Filter.Nin("a", values).matches(metadata))
              .as("%s %s", values, metadata)
              .isNotEqualTo(new Filter.In("a", values).matches(metadata));
        });
  }

  @Test
  void in_always_isDisjunctionOfEq() {
    forManyCases(
        () -> {
          Metadata metadata = random.metadata();
          List<MetadataValue> values = random.values(5);
          List<Filter> equalities =
              values.stream().map(v -> (Filter) new Filter.Eq("a", v)).toList();

          assertThat(new Filter.In("a", values).matches(metadata))
              .as("%s %s", values, metadata)
              .isEqualTo(new Filter.Or(equalities).matches(metadata));
        });
  }

  @Test
  void not_always_isComplement() {
    forManyCases(
        () -> {
          Filter filter = filters.next();
          Metadata metadata = random.metadata();

          assertThat(Filter.not(filter).matches(metadata))
              .as("%s %s", filter, metadata)
              .isNotEqualTo(filter.matches(metadata));
        });
  }

  @Test
  void deMorgan_always_holds() {
    forManyCases(
        () -> {
          List<Filter> all = filters.list(4);
          Metadata metadata = random.metadata();
          List<Filter> negated = all.stream().map(Filter::not).toList();

          assertThat(Filter.not(new Filter.And(all)).matches(metadata))
              .as("%s %s", all, metadata)
              .isEqualTo(new Filter.Or(negated).matches(metadata));
          assertThat(Filter.not(new Filter.Or(all)).matches(metadata))
              .as("%s %s", all, metadata)
              .isEqualTo(new Filter.And(negated).matches(metadata));
        });
  }

  @Test
  void comparison_comparableValues_exactlyOneOfLessEqualGreater() {
    forManyCases(
        () -> {
          MetadataValue actual = random.value();
          MetadataValue bound = random.ordered();
          Metadata metadata = metadata(actual);
          boolean less = new Filter.Lt("a", bound).matches(metadata);
          boolean equal = new Filter.Eq("a", bound).matches(metadata);
          boolean greater = new Filter.Gt("a", bound).matches(metadata);

          assertThat(new Filter.Lte("a", bound).matches(metadata)).isEqualTo(less || equal);
          assertThat(new Filter.Gte("a", bound).matches(metadata)).isEqualTo(greater || equal);
          if (comparable(actual, bound)) {
            assertThat(List.of(less, equal, greater))
                .as("%s %s", actual, bound)
                .containsOnlyOnce(true);
          } else {
            assertThat(List.of(less, equal, greater))
                .as("%s %s", actual, bound)
                .doesNotContain(true);
          }
        });
  }

  @Test
  void comparison_swappedSides_isMirrored() {
    forManyCases(
        () -> {
          MetadataValue left = random.ordered();
          MetadataValue right = random.ordered();

          assertThat(new Filter.Lt("a", right).matches(metadata(left)))
              .as("%s %s", left, right)
              .isEqualTo(new Filter.Gt("a", left).matches(metadata(right)));
          assertThat(new Filter.Lte("a", right).matches(metadata(left)))
              .as("%s %s", left, right)
              .isEqualTo(new Filter.Gte("a", left).matches(metadata(right)));
        });
  }

  @Test
  void comparison_integerWithNearbyReal_isExact() {
    SplittableRandom numbers = new SplittableRandom(SEED);
    forManyCases(
        () -> {
          // Shifted, so that every magnitude occurs and not only the largest.
          long integer = numbers.nextLong() >> numbers.nextInt(64);
          double real = (double) integer;
          for (int step = numbers.nextInt(-2, 3); step != 0; step -= Integer.signum(step)) {
            real = step > 0 ? Math.nextUp(real) : Math.nextDown(real);
          }
          boolean integerIsStored = numbers.nextBoolean();
          int order =
              integerIsStored ? compareExactly(integer, real) : -compareExactly(integer, real);
          MetadataValue stored =
              integerIsStored ? MetadataValue.of(integer) : MetadataValue.of(real);
          MetadataValue bound =
              integerIsStored ? MetadataValue.of(real) : MetadataValue.of(integer);

          assertThat(new Filter.Lt("a", bound).matches(metadata(stored)))
              .as("%s < %s", stored, bound)
              .isEqualTo(order < 0);
          assertThat(new Filter.Eq("a", bound).matches(metadata(stored)))
              .as("%s = %s", stored, bound)
              .isEqualTo(order == 0);
          assertThat(new Filter.Gt("a", bound).matches(metadata(stored)))
              .as("%s > %s", stored, bound)
              .isEqualTo(order > 0);
        });
  }

  @Test
  void comparison_strings_followCodePoints() {
    forManyCases(
        () -> {
          String left = random.text();
          String right = random.text();
          // For valid Unicode the order of UTF-8 bytes is the order of code points.
          int order = Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
          Metadata metadata = Metadata.of("a", left);

          assertThat(new Filter.Lt("a", MetadataValue.of(right)).matches(metadata))
              .as("'%s' < '%s'", left, right)
              .isEqualTo(order < 0);
          assertThat(new Filter.Gt("a", MetadataValue.of(right)).matches(metadata))
              .as("'%s' > '%s'", left, right)
              .isEqualTo(order > 0);
        });
  }

  @Test
  void matches_wholeTrees_agreesWithSecondEvaluator() {
    forManyCases(
        () -> {
          Filter filter = filters.next();
          Metadata metadata = random.metadata();

          assertThat(filter.matches(metadata))
              .as("%s %s", filter, metadata)
              .isEqualTo(naive(filter, metadata.asMap()));
        });
  }

  @Test
  void containsAndStartsWith_strings_followIndexOf() {
    forManyCases(
        () -> {
          String text = random.text();
          String part = random.text();
          Metadata metadata = Metadata.of("a", text);

          assertThat(new Filter.Contains("a", part).matches(metadata))
              .as("'%s' in '%s'", part, text)
              .isEqualTo(text.indexOf(part) >= 0);
          assertThat(new Filter.StartsWith("a", part).matches(metadata))
              .as("'%s' at the start of '%s'", part, text)
              .isEqualTo(text.indexOf(part) == 0);
        });
  }

  /** Laws about filters that all match, or all don't, would say little. */
  @Test
  void generators_manyCases_matchOftenButNotAlways() {
    int[] matching = new int[1];
    forManyCases(() -> matching[0] += filters.next().matches(random.metadata()) ? 1 : 0);

    assertThat(matching[0]).isBetween(CASES / 5, CASES * 4 / 5);
  }

  private static Metadata metadata(MetadataValue value) {
    return Metadata.builder().put("a", value).build();
  }

  private static boolean comparable(MetadataValue left, MetadataValue right) {
    return naiveCompare(left, right) != null;
  }

  private static boolean naive(Filter filter, Map<String, MetadataValue> metadata) {
    return switch (filter) {
      case Filter.Eq(var field, var value) -> naiveEqual(metadata.get(field), value);
      case Filter.Ne(var field, var value) -> !naiveEqual(metadata.get(field), value);
      case Filter.Gt(var field, var value) -> order(metadata.get(field), value, 1);
      case Filter.Gte(var field, var value) -> order(metadata.get(field), value, 0, 1);
      case Filter.Lt(var field, var value) -> order(metadata.get(field), value, -1);
      case Filter.Lte(var field, var value) -> order(metadata.get(field), value, -1, 0);
      case Filter.In(var field, var values) -> {
        boolean any = false;
        for (MetadataValue value : values) {
          any |= naiveEqual(metadata.get(field), value);
        }
        yield any;
      }
      case Filter.Nin(var field, var values) -> !naive(new Filter.In(field, values), metadata);
      case Filter.Contains(var field, var text) ->
          switch (metadata.get(field)) {
            case MetadataValue.Text(var actual) -> actual.indexOf(text) >= 0;
            case MetadataValue.TextList(var elements) -> elements.indexOf(text) >= 0;
            case null, default -> false;
          };
      case Filter.StartsWith(var field, var prefix) ->
          metadata.get(field) instanceof MetadataValue.Text(var actual)
              && actual.indexOf(prefix) == 0;
      case Filter.Exists(var field) -> metadata.containsKey(field);
      case Filter.And(var filters) -> {
        boolean all = true;
        for (Filter child : filters) {
          all &= naive(child, metadata);
        }
        yield all;
      }
      case Filter.Or(var filters) -> {
        boolean any = false;
        for (Filter child : filters) {
          any |= naive(child, metadata);
        }
        yield any;
      }
      case Filter.Not(var child) -> !naive(child, metadata);
    };
  }

  private static boolean order(
      @Nullable MetadataValue actual, MetadataValue bound, int... accepted) {
    Integer order = actual == null ? null : naiveCompare(actual, bound);
    return order != null && Arrays.stream(accepted).anyMatch(sign -> sign == order);
  }

  private static boolean naiveEqual(@Nullable MetadataValue actual, MetadataValue expected) {
    if (actual == null) {
      return false;
    }
    Integer order = naiveCompare(actual, expected);
    return order != null ? order == 0 : actual.equals(expected);
  }

  /** -1, 0 or 1; null where there is no order. */
  private static @Nullable Integer naiveCompare(MetadataValue left, MetadataValue right) {
    if (left instanceof MetadataValue.Text(var a) && right instanceof MetadataValue.Text(var b)) {
      return Integer.signum(Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray()));
    }
    if (left instanceof MetadataValue.Uuid(var a) && right instanceof MetadataValue.Uuid(var b)) {
      return Integer.signum(a.toString().compareTo(b.toString()));
    }
    if (left instanceof MetadataValue.Time(var a) && right instanceof MetadataValue.Time(var b)) {
      return a.isBefore(b) ? -1 : a.isAfter(b) ? 1 : 0;
    }
    if (left instanceof MetadataValue.Int(var a)) {
      return switch (right) {
        case MetadataValue.Int(var b) -> Long.compare(a, b);
        case MetadataValue.Real(var b) -> compareExactly(a, b);
        default -> null;
      };
    }
    if (left instanceof MetadataValue.Real(var a)) {
      return switch (right) {
        case MetadataValue.Int(var b) -> -compareExactly(b, a);
        case MetadataValue.Real(var b) -> a < b ? -1 : a > b ? 1 : 0;
        default -> null;
      };
    }
    return null;
  }

  /** Compares by the double's own bits: mantissa · 2^exponent, both sides brought to integers. */
  private static int compareExactly(long integer, double real) {
    int exponent = Math.getExponent(real);
    long bits = Double.doubleToLongBits(real);
    long fraction = bits & 0xFFFFFFFFFFFFFL;
    boolean subnormal = exponent < Double.MIN_EXPONENT;
    long mantissa = subnormal ? fraction : fraction | 1L << 52;
    int power = (subnormal ? Double.MIN_EXPONENT : exponent) - 52;
    BigInteger signed = BigInteger.valueOf(bits < 0 ? -mantissa : mantissa);
    BigInteger whole = BigInteger.valueOf(integer);
    return power < 0
        ? whole.shiftLeft(-power).compareTo(signed)
        : whole.compareTo(signed.shiftLeft(power));
  }
}
