package org.attunedb.core.adapter;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * The searches that an adapter is for: those whose filter lets only documents through of which one
 * metadata field has one value, a tenant's for example. Immutable; scopes are ordered by field,
 * then by value.
 *
 * <p>A filter pins a scope if it is the equality, an {@link Filter.In} of that value alone, or an
 * {@link Filter.And}, however deep, that has one of these among its parts. No other filter does,
 * even one that happens to let the same documents through.
 *
 * @param field name of the metadata field
 * @param value the value; a {@link MetadataValue.Real} without a fraction is kept as the {@link
 *     MetadataValue.Int} that filters take it for
 */
public record AdapterScope(String field, MetadataValue value) implements Comparable<AdapterScope> {
  private static final Comparator<AdapterScope> ORDER =
      Comparator.comparing(AdapterScope::field)
          .thenComparing(scope -> scope.value.getClass().getSimpleName())
          .thenComparing(scope -> text(scope.value));

  /** Longest filter in a message. */
  private static final int SHOWN = 200;

  /** All long values below this are exact as doubles of their own. */
  private static final double LONG_LIMIT = 0x1p63;

  /**
   * Refuses malformed field names and texts.
   *
   * @throws InvalidInputException {@code filter_invalid} or {@code filter_too_complex}, as {@link
   *     Filter.Eq}
   */
  public AdapterScope {
    value = canonical(new Filter.Eq(field, value).value());
  }

  /** Different for different values of a type. */
  private static String text(MetadataValue value) {
    return value instanceof MetadataValue.TextList list
        ? list.values().stream()
            .map(element -> element.length() + ":" + element)
            .collect(Collectors.joining())
        : value.toString();
  }

  private static MetadataValue canonical(MetadataValue value) {
    return value instanceof MetadataValue.Real real
            && real.value() == Math.rint(real.value())
            && real.value() >= -LONG_LIMIT
            && real.value() < LONG_LIMIT
        ? new MetadataValue.Int((long) real.value())
        : value;
  }

  /**
   * The scope that a filter stands for.
   *
   * @throws InvalidInputException {@code scope_invalid} for anything but one field that equals one
   *     value
   */
  public static AdapterScope of(Filter filter) {
    return equality(filter).orElseThrow(() -> notOne(filter));
  }

  private static InvalidInputException notOne(Filter filter) {
    String json = FilterJson.write(filter).toString();
    return new InvalidInputException(
        ErrorCode.SCOPE_INVALID,
        "the scope of an adapter is %s, expected one field that equals one value, such as {\"tenant\": \"acme\"}"
            .formatted(
                json.codePointCount(0, json.length()) <= SHOWN
                    ? json
                    : json.substring(0, json.offsetByCodePoints(0, SHOWN)) + "…"));
  }

  private static Optional<AdapterScope> equality(Filter filter) {
    return switch (filter) {
      case Filter.Eq eq -> Optional.of(new AdapterScope(eq.field(), eq.value()));
      case Filter.In in when !in.values().isEmpty() -> {
        AdapterScope first = new AdapterScope(in.field(), in.values().getFirst());
        boolean alone =
            in.values().stream().allMatch(value -> canonical(value).equals(first.value));
        yield alone ? Optional.of(first) : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  /**
   * The scopes that a filter pins, in their order, each once.
   *
   * @param filter null for none, which pins nothing
   */
  public static List<AdapterScope> pinnedBy(@Nullable Filter filter) {
    Set<AdapterScope> pinned = new TreeSet<>();
    Deque<Filter> parts = new ArrayDeque<>();
    if (filter != null) {
      parts.push(filter);
    }
    while (!parts.isEmpty()) {
      Filter part = parts.pop();
      if (part instanceof Filter.And and) {
        and.filters().forEach(parts::push);
      } else {
        equality(part).ifPresent(pinned::add);
      }
    }
    return List.copyOf(pinned);
  }

  /** Whether an adapter of this scope is for searches with a filter. */
  public boolean isPinnedBy(@Nullable Filter filter) {
    return pinnedBy(filter).contains(this);
  }

  /** The equality that it stands for. */
  public Filter filter() {
    return new Filter.Eq(field, value);
  }

  @Override
  public int compareTo(AdapterScope other) {
    return ORDER.compare(this, other);
  }

  /** For messages: {@code tenant = acme}. */
  @Override
  public String toString() {
    return field + " = " + value;
  }
}
