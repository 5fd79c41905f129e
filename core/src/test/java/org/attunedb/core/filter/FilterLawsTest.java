package org.attunedb.core.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.jspecify.annotations.Nullable;

/** Laws that hold for every filter and every metadata, and agreement with a second evaluator. */
class FilterLawsTest {
  @Property
  void ne_always_isComplementOfEq(
      @ForAll("metadata") Metadata metadata, @ForAll("values") MetadataValue value) {
    assertThat(new Filter.Ne("a", value).matches(metadata))
        .isNotEqualTo(new Filter.Eq("a", value).matches(metadata));
  }

  @Property
  void nin_always_isComplementOfIn(
      @ForAll("metadata") Metadata metadata, @ForAll("valueLists") List<MetadataValue> values) {
    assertThat(new Filter.Nin("a", values).matches(metadata))
        .isNotEqualTo(new Filter.In("a", values).matches(metadata));
  }

  @Property
  void in_always_isDisjunctionOfEq(
      @ForAll("metadata") Metadata metadata, @ForAll("valueLists") List<MetadataValue> values) {
    List<Filter> equalities = values.stream().map(v -> (Filter) new Filter.Eq("a", v)).toList();

    assertThat(new Filter.In("a", values).matches(metadata))
        .isEqualTo(new Filter.Or(equalities).matches(metadata));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void not_always_isComplement(
      @ForAll("filters") Filter filter, @ForAll("metadata") Metadata metadata) {
    assertThat(Filter.not(filter).matches(metadata)).isNotEqualTo(filter.matches(metadata));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void deMorgan_always_holds(
      @ForAll("filterLists") List<Filter> filters, @ForAll("metadata") Metadata metadata) {
    List<Filter> negated = filters.stream().map(Filter::not).toList();

    assertThat(Filter.not(new Filter.And(filters)).matches(metadata))
        .isEqualTo(new Filter.Or(negated).matches(metadata));
    assertThat(Filter.not(new Filter.Or(filters)).matches(metadata))
        .isEqualTo(new Filter.And(negated).matches(metadata));
  }

  @Property
  void comparison_comparableValues_exactlyOneOfLessEqualGreater(
      @ForAll("values") MetadataValue actual, @ForAll("ordered") MetadataValue bound) {
    Metadata metadata = metadata(actual);
    boolean less = new Filter.Lt("a", bound).matches(metadata);
    boolean equal = new Filter.Eq("a", bound).matches(metadata);
    boolean greater = new Filter.Gt("a", bound).matches(metadata);

    assertThat(new Filter.Lte("a", bound).matches(metadata)).isEqualTo(less || equal);
    assertThat(new Filter.Gte("a", bound).matches(metadata)).isEqualTo(greater || equal);
    if (comparable(actual, bound)) {
      assertThat(List.of(less, equal, greater)).containsOnlyOnce(true);
    } else {
      assertThat(List.of(less, equal, greater)).doesNotContain(true);
    }
  }

  @Property
  void comparison_swappedSides_isMirrored(
      @ForAll("ordered") MetadataValue left, @ForAll("ordered") MetadataValue right) {
    assertThat(new Filter.Lt("a", right).matches(metadata(left)))
        .isEqualTo(new Filter.Gt("a", left).matches(metadata(right)));
    assertThat(new Filter.Lte("a", right).matches(metadata(left)))
        .isEqualTo(new Filter.Gte("a", left).matches(metadata(right)));
  }

  @Property
  void comparison_integerWithNearbyReal_isExact(
      @ForAll long integer, @ForAll("ulps") int ulps, @ForAll boolean integerIsStored) {
    double real = (double) integer;
    for (int i = 0; i < Math.abs(ulps); i++) {
      real = ulps > 0 ? Math.nextUp(real) : Math.nextDown(real);
    }
    int order = compareExactly(integer, real);
    MetadataValue stored = MetadataValue.of(integer);
    MetadataValue bound = MetadataValue.of(real);
    if (!integerIsStored) {
      order = -order;
      stored = MetadataValue.of(real);
      bound = MetadataValue.of(integer);
    }

    assertThat(new Filter.Lt("a", bound).matches(metadata(stored))).isEqualTo(order < 0);
    assertThat(new Filter.Eq("a", bound).matches(metadata(stored))).isEqualTo(order == 0);
    assertThat(new Filter.Gt("a", bound).matches(metadata(stored))).isEqualTo(order > 0);
  }

  @Property
  void comparison_strings_followCodePoints(
      @ForAll("texts") String left, @ForAll("texts") String right) {
    // For valid Unicode the order of UTF-8 bytes is the order of code points.
    int order = Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
    Metadata metadata = Metadata.of("a", left);

    assertThat(new Filter.Lt("a", MetadataValue.of(right)).matches(metadata)).isEqualTo(order < 0);
    assertThat(new Filter.Gt("a", MetadataValue.of(right)).matches(metadata)).isEqualTo(order > 0);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void matches_wholeTrees_agreesWithSecondEvaluator(
      @ForAll("filters") Filter filter, @ForAll("metadata") Metadata metadata) {
    assertThat(filter.matches(metadata)).isEqualTo(naive(filter, metadata.asMap()));
  }

  @Property
  void containsAndStartsWith_strings_followIndexOf(
      @ForAll("texts") String text, @ForAll("texts") String part) {
    Metadata metadata = Metadata.of("a", text);

    assertThat(new Filter.Contains("a", part).matches(metadata)).isEqualTo(text.indexOf(part) >= 0);
    assertThat(new Filter.StartsWith("a", part).matches(metadata))
        .isEqualTo(text.indexOf(part) == 0);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("a", "b", "é", "\uE000", "\uFFFF", "\u007F", "😀", "😁", "\u0800")
        .list()
        .ofMaxSize(3)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<Integer> ulps() {
    return Arbitraries.integers().between(-2, 2);
  }

  @Provide
  Arbitrary<MetadataValue> ordered() {
    Arbitrary<MetadataValue> integers =
        Arbitraries.of(
                -1L,
                0L,
                1L,
                1L << 53,
                (1L << 53) + 1,
                Long.MIN_VALUE,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE)
            .map(MetadataValue::of);
    Arbitrary<MetadataValue> reals =
        Arbitraries.of(-1.0, -0.0, 0.0, 0.5, 1.0, 0x1p53, 0x1p63, -0x1p63, 1e300, Double.MIN_VALUE)
            .map(MetadataValue::of);
    return Arbitraries.oneOf(texts().map(MetadataValue::of), integers, reals);
  }

  @Provide
  Arbitrary<MetadataValue> values() {
    Arbitrary<MetadataValue> flags = Arbitraries.of(true, false).map(MetadataValue::of);
    Arbitrary<MetadataValue> lists =
        Arbitraries.of("a", "ab", "é", "").list().ofMaxSize(3).map(MetadataValue::of);
    return Arbitraries.frequencyOf(Tuple.of(4, ordered()), Tuple.of(1, flags), Tuple.of(1, lists));
  }

  @Provide
  Arbitrary<List<MetadataValue>> valueLists() {
    return values().list().ofMaxSize(5);
  }

  @Provide
  Arbitrary<Metadata> metadata() {
    return Arbitraries.maps(Arbitraries.of("a", "b"), values()).map(Metadata::copyOf);
  }

  @Provide
  Arbitrary<Filter> filters() {
    return filters(3);
  }

  @Provide
  Arbitrary<List<Filter>> filterLists() {
    return filters(1).list().ofMaxSize(4);
  }

  private Arbitrary<Filter> filters(int levels) {
    if (levels == 0) {
      return leaves();
    }
    Arbitrary<List<Filter>> children = filters(levels - 1).list().ofMaxSize(3);
    return Arbitraries.oneOf(
        leaves(),
        filters(levels - 1).map(Filter::not),
        children.map(Filter.And::new),
        children.map(Filter.Or::new));
  }

  private Arbitrary<Filter> leaves() {
    Arbitrary<String> fields = Arbitraries.of("a", "b", "missing");
    return Arbitraries.oneOf(
        Combinators.combine(fields, values()).as(Filter.Eq::new),
        Combinators.combine(fields, values()).as(Filter.Ne::new),
        Combinators.combine(fields, ordered()).as(Filter.Gt::new),
        Combinators.combine(fields, ordered()).as(Filter.Gte::new),
        Combinators.combine(fields, ordered()).as(Filter.Lt::new),
        Combinators.combine(fields, ordered()).as(Filter.Lte::new),
        Combinators.combine(fields, valueLists()).as(Filter.In::new),
        Combinators.combine(fields, valueLists()).as(Filter.Nin::new),
        Combinators.combine(fields, texts()).as(Filter.Contains::new),
        Combinators.combine(fields, texts()).as(Filter.StartsWith::new),
        fields.map(Filter.Exists::new));
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
