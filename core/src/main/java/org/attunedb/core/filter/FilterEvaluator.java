package org.attunedb.core.filter;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.UUID;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;

/** The plain definition of every filter, evaluated on one document's metadata. */
final class FilterEvaluator {
  private FilterEvaluator() {}

  static boolean matches(Filter filter, Metadata metadata) {
    return switch (filter) {
      case Filter.Eq f -> equal(metadata, f.field(), f.value());
      case Filter.Ne f -> !equal(metadata, f.field(), f.value());
      case Filter.Gt f -> compare(metadata, f.field(), f.value()).orElse(-1) > 0;
      case Filter.Gte f -> compare(metadata, f.field(), f.value()).orElse(-1) >= 0;
      case Filter.Lt f -> compare(metadata, f.field(), f.value()).orElse(1) < 0;
      case Filter.Lte f -> compare(metadata, f.field(), f.value()).orElse(1) <= 0;
      case Filter.In f -> f.values().stream().anyMatch(v -> equal(metadata, f.field(), v));
      case Filter.Nin f -> f.values().stream().noneMatch(v -> equal(metadata, f.field(), v));
      case Filter.Contains f -> contains(metadata, f);
      case Filter.StartsWith f ->
          metadata.text(f.field()).orElse("").startsWith(f.prefix())
              && metadata.text(f.field()).isPresent();
      case Filter.Exists f -> metadata.get(f.field()).isPresent();
      case Filter.And f -> f.filters().stream().allMatch(child -> matches(child, metadata));
      case Filter.Or f -> f.filters().stream().anyMatch(child -> matches(child, metadata));
      case Filter.Not f -> !matches(f.filter(), metadata);
    };
  }

  private static boolean equal(Metadata metadata, String field, MetadataValue expected) {
    return metadata
        .get(field)
        .map(
            actual ->
                actual.equals(expected)
                    || (isNumber(actual)
                        && isNumber(expected)
                        && exact(actual).compareTo(exact(expected)) == 0))
        .orElse(false);
  }

  private static OptionalInt compare(Metadata metadata, String field, MetadataValue bound) {
    MetadataValue actual = metadata.get(field).orElse(null);
    return switch (actual) {
      case MetadataValue.Text a when bound instanceof MetadataValue.Text b ->
          OptionalInt.of(
              Arrays.compareUnsigned(
                  a.value().getBytes(StandardCharsets.UTF_8),
                  b.value().getBytes(StandardCharsets.UTF_8)));
      case MetadataValue.Uuid a when bound instanceof MetadataValue.Uuid b ->
          OptionalInt.of(compareUnsigned(a.value(), b.value()));
      case MetadataValue.Time a when bound instanceof MetadataValue.Time b ->
          OptionalInt.of(a.value().compareTo(b.value()));
      case MetadataValue a when isNumber(a) && isNumber(bound) ->
          OptionalInt.of(exact(a).compareTo(exact(bound)));
      case null, default -> OptionalInt.empty();
    };
  }

  // UUID.compareTo compares signed halves, which puts 8000… before 0000….
  private static int compareUnsigned(UUID left, UUID right) {
    int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
  }

  private static boolean contains(Metadata metadata, Filter.Contains filter) {
    return switch (metadata.get(filter.field()).orElse(null)) {
      case MetadataValue.TextList list -> list.values().contains(filter.text());
      case MetadataValue.Text text -> text.value().contains(filter.text());
      case null, default -> false;
    };
  }

  private static boolean isNumber(MetadataValue value) {
    return value instanceof MetadataValue.Int || value instanceof MetadataValue.Real;
  }

  // BigDecimal, because a long beyond 2^53 and a double must not be compared after rounding.
  private static BigDecimal exact(MetadataValue number) {
    return switch (number) {
      case MetadataValue.Int i -> BigDecimal.valueOf(i.value());
      case MetadataValue.Real r -> new BigDecimal(r.value());
      default -> throw new IllegalStateException("not a number: " + number);
    };
  }
}
