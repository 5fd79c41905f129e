package org.attunedb.index.internal.lucene;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.filter.Filter;

/**
 * Filters as Lucene queries, with exactly the meaning of {@link Filter#matches}. Numbers are
 * compared exactly: a bound is moved to the nearest long and the nearest double inside the range.
 * Stateless.
 */
public final class FilterCompiler {
  /** Exactly; {@code valueOf} would round it to a decimal below. */
  private static final BigDecimal GREATEST = new BigDecimal(Double.MAX_VALUE);

  private static final Query NONE = new MatchNoDocsQuery("a condition that nothing meets");

  private FilterCompiler() {}

  /** Compiles a filter whose limits were checked. */
  public static Query compile(Filter filter) {
    return switch (filter) {
      case Filter.Eq f -> equal(f.field(), f.value());
      case Filter.Ne f -> not(equal(f.field(), f.value()));
      case Filter.Gt f -> above(f.field(), f.value(), false);
      case Filter.Gte f -> above(f.field(), f.value(), true);
      case Filter.Lt f -> below(f.field(), f.value(), false);
      case Filter.Lte f -> below(f.field(), f.value(), true);
      case Filter.In f -> MembershipQueries.in(f.field(), f.values());
      case Filter.Nin f -> not(MembershipQueries.in(f.field(), f.values()));
      case Filter.Contains f -> contains(f);
      case Filter.StartsWith f -> new PrefixQuery(new Term(Fields.text(f.field()), f.prefix()));
      case Filter.Exists f -> term(Fields.KEYS, f.field());
      case Filter.And f -> allOf(f.filters());
      case Filter.Or f -> anyOf(f.filters(), FilterCompiler::compile);
      case Filter.Not f -> not(compile(f.filter()));
    };
  }

  private static Query equal(String field, MetadataValue value) {
    return switch (value) {
      case MetadataValue.Text text -> term(Fields.text(field), text.value());
      case MetadataValue.Flag flag -> term(Fields.flag(field), Boolean.toString(flag.value()));
      case MetadataValue.TextList list -> term(Fields.list(field), ListTerm.of(list.values()));
      case MetadataValue.Int n -> numbers(field, exact(n), true, exact(n), true);
      case MetadataValue.Real n -> numbers(field, exact(n), true, exact(n), true);
      case MetadataValue.Uuid uuid ->
          new TermQuery(new Term(Fields.uuid(field), UuidTerm.of(uuid.value())));
      case MetadataValue.Time time ->
          LongPoint.newExactQuery(Fields.time(field), time.epochNanos());
    };
  }

  private static Query above(String field, MetadataValue bound, boolean inclusive) {
    return switch (bound) {
      case MetadataValue.Text text ->
          TermRangeQuery.newStringRange(Fields.text(field), text.value(), null, inclusive, true);
      case MetadataValue.Uuid uuid ->
          new TermRangeQuery(Fields.uuid(field), UuidTerm.of(uuid.value()), null, inclusive, true);
      case MetadataValue.Time time -> {
        long nanos = time.epochNanos();
        yield !inclusive && nanos == Long.MAX_VALUE
            ? NONE
            : times(field, inclusive ? nanos : nanos + 1, Long.MAX_VALUE);
      }
      default -> numbers(field, exact(bound), inclusive, GREATEST, true);
    };
  }

  private static Query below(String field, MetadataValue bound, boolean inclusive) {
    return switch (bound) {
      case MetadataValue.Text text ->
          TermRangeQuery.newStringRange(Fields.text(field), null, text.value(), true, inclusive);
      case MetadataValue.Uuid uuid ->
          new TermRangeQuery(Fields.uuid(field), null, UuidTerm.of(uuid.value()), true, inclusive);
      case MetadataValue.Time time -> {
        long nanos = time.epochNanos();
        yield !inclusive && nanos == Long.MIN_VALUE
            ? NONE
            : times(field, Long.MIN_VALUE, inclusive ? nanos : nanos - 1);
      }
      default -> numbers(field, GREATEST.negate(), true, exact(bound), inclusive);
    };
  }

  private static Query times(String field, long from, long to) {
    return LongPoint.newRangeQuery(Fields.time(field), from, to);
  }

  private static Query numbers(
      String field, BigDecimal low, boolean lowInclusive, BigDecimal high, boolean highInclusive) {
    List<Query> either = new ArrayList<>();
    BigInteger lowest = ceiling(low, lowInclusive).max(BigInteger.valueOf(Long.MIN_VALUE));
    BigInteger highest =
        ceiling(high.negate(), highInclusive).negate().min(BigInteger.valueOf(Long.MAX_VALUE));
    if (lowest.compareTo(highest) <= 0) {
      either.add(
          LongPoint.newRangeQuery(
              Fields.integer(field), lowest.longValueExact(), highest.longValueExact()));
    }
    double from = ceilingDouble(low, lowInclusive);
    double to = -ceilingDouble(high.negate(), highInclusive);
    if (from <= to) {
      // Stored zeros are positive, but a bound may have come out as -0.0, which sorts below.
      either.add(
          DoublePoint.newRangeQuery(
              Fields.real(field), from == 0 ? -0.0 : from, to == 0 ? 0.0 : to));
    }
    return anyOf(either, query -> query);
  }

  /** The smallest integer that is at least, or if not inclusive above, the bound. */
  private static BigInteger ceiling(BigDecimal bound, boolean inclusive) {
    BigInteger ceiling = bound.setScale(0, RoundingMode.CEILING).toBigInteger();
    boolean integral = bound.compareTo(new BigDecimal(ceiling)) == 0;
    return integral && !inclusive ? ceiling.add(BigInteger.ONE) : ceiling;
  }

  /** The smallest double that is at least, or if not inclusive above, the bound. */
  private static double ceilingDouble(BigDecimal bound, boolean inclusive) {
    double nearest = bound.doubleValue();
    int order = new BigDecimal(nearest).compareTo(bound);
    return order > 0 || (order == 0 && inclusive) ? nearest : Math.nextUp(nearest);
  }

  private static BigDecimal exact(MetadataValue number) {
    return switch (number) {
      case MetadataValue.Int i -> BigDecimal.valueOf(i.value());
      case MetadataValue.Real r -> new BigDecimal(r.value());
      default -> throw new IllegalStateException("not a number: " + number);
    };
  }

  private static Query contains(Filter.Contains filter) {
    return anyOf(
        List.of(
            term(Fields.element(filter.field()), filter.text()),
            new SubstringQuery(Fields.text(filter.field()), filter.text())),
        query -> query);
  }

  private static Query term(String field, String value) {
    return new TermQuery(new Term(field, value));
  }

  static <T> Query anyOf(List<T> parts, Function<T, Query> compiler) {
    if (parts.isEmpty()) {
      return NONE;
    }
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    parts.forEach(part -> builder.add(compiler.apply(part), Occur.SHOULD));
    return new CompiledFilter(builder.build());
  }

  private static Query allOf(List<Filter> filters) {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    builder.add(MatchAllDocsQuery.INSTANCE, Occur.FILTER);
    filters.forEach(filter -> builder.add(compile(filter), Occur.FILTER));
    return new CompiledFilter(builder.build());
  }

  private static Query not(Query query) {
    return new CompiledFilter(
        new BooleanQuery.Builder()
            .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
            .add(query, Occur.MUST_NOT)
            .build());
  }
}
