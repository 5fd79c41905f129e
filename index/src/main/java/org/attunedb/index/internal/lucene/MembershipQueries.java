package org.attunedb.index.internal.lucene;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.attunedb.core.MetadataValue;

/**
 * "Equals one of" as one set query for each type that occurs, which walks terms or points once
 * instead of once for each value. Used once, by one thread.
 */
final class MembershipQueries {
  private final String field;
  private final Map<String, List<BytesRef>> terms = new TreeMap<>();
  private final List<Long> integers = new ArrayList<>();
  private final List<Double> reals = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();

  private MembershipQueries(String field) {
    this.field = field;
  }

  static Query in(String field, List<MetadataValue> values) {
    MembershipQueries queries = new MembershipQueries(field);
    values.forEach(queries::add);
    return FilterCompiler.anyOf(queries.build(), query -> query);
  }

  private void add(MetadataValue value) {
    switch (value) {
      case MetadataValue.Text text -> term(Fields.text(field), new BytesRef(text.value()));
      case MetadataValue.Flag flag ->
          term(Fields.flag(field), new BytesRef(Boolean.toString(flag.value())));
      case MetadataValue.TextList list ->
          term(Fields.list(field), new BytesRef(ListTerm.of(list.values())));
      case MetadataValue.Uuid uuid -> term(Fields.uuid(field), UuidTerm.of(uuid.value()));
      case MetadataValue.Time time -> times.add(time.epochNanos());
      case MetadataValue.Int n -> {
        integers.add(n.value());
        double real = (double) n.value();
        if (new BigDecimal(real).compareTo(BigDecimal.valueOf(n.value())) == 0) {
          reals.add(real);
        }
      }
      case MetadataValue.Real n -> {
        reals.add(n.value());
        long integer = (long) n.value();
        if (new BigDecimal(n.value()).compareTo(BigDecimal.valueOf(integer)) == 0) {
          integers.add(integer);
        }
      }
    }
  }

  private void term(String name, BytesRef term) {
    terms.computeIfAbsent(name, unused -> new ArrayList<>()).add(term);
  }

  private List<Query> build() {
    List<Query> queries = new ArrayList<>();
    terms.forEach((name, values) -> queries.add(new TermInSetQuery(name, values)));
    if (!integers.isEmpty()) {
      queries.add(LongPoint.newSetQuery(Fields.integer(field), integers));
    }
    if (!reals.isEmpty()) {
      queries.add(DoublePoint.newSetQuery(Fields.real(field), reals));
    }
    if (!times.isEmpty()) {
      queries.add(LongPoint.newSetQuery(Fields.time(field), times));
    }
    return queries;
  }
}
