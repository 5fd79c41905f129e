package org.attunedb.core.filter;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.InvalidInputException;

/**
 * The field of a condition that is about to be written; see {@link Filter#field}. Every method
 * gives a finished {@link Filter}; what each means for documents without the field or with another
 * type stands there. Immutable.
 *
 * <p>Doubles must be finite and times within {@link MetadataValue.Time}'s range, else {@code
 * metadata_invalid}; strings must be valid Unicode.
 */
public final class FieldFilter {
  private final String name;

  /**
   * A field.
   *
   * @throws InvalidInputException {@code filter_invalid} for an unpaired surrogate
   */
  FieldFilter(String name) {
    FilterRules.requireField(name);
    this.name = name;
  }

  /** The field equals the value. */
  public Filter eq(MetadataValue value) {
    return new Filter.Eq(name, value);
  }

  /** The field equals a string. */
  public Filter eq(String value) {
    return eq(MetadataValue.of(value));
  }

  /** The field equals an integer. */
  public Filter eq(long value) {
    return eq(MetadataValue.of(value));
  }

  /** The field equals a finite double. */
  public Filter eq(double value) {
    return eq(MetadataValue.of(value));
  }

  /** The field equals a UUID. */
  public Filter eq(UUID value) {
    return eq(MetadataValue.of(value));
  }

  /** The field equals a point in time. */
  public Filter eq(Instant value) {
    return eq(MetadataValue.of(value));
  }

  /** The field equals a truth value. */
  public Filter eq(boolean value) {
    return eq(MetadataValue.of(value));
  }

  /** The field equals a list of strings. */
  public Filter eq(List<String> value) {
    return eq(MetadataValue.of(value));
  }

  /** The field does not equal the value. */
  public Filter ne(MetadataValue value) {
    return new Filter.Ne(name, value);
  }

  /** The field does not equal a string. */
  public Filter ne(String value) {
    return ne(MetadataValue.of(value));
  }

  /** The field does not equal an integer. */
  public Filter ne(long value) {
    return ne(MetadataValue.of(value));
  }

  /** The field does not equal a finite double. */
  public Filter ne(double value) {
    return ne(MetadataValue.of(value));
  }

  /** The field does not equal a UUID. */
  public Filter ne(UUID value) {
    return ne(MetadataValue.of(value));
  }

  /** The field does not equal a point in time. */
  public Filter ne(Instant value) {
    return ne(MetadataValue.of(value));
  }

  /** The field does not equal a truth value. */
  public Filter ne(boolean value) {
    return ne(MetadataValue.of(value));
  }

  /** The field does not equal a list of strings. */
  public Filter ne(List<String> value) {
    return ne(MetadataValue.of(value));
  }

  /**
   * The field is greater than the value; flags and lists are refused with {@code filter_invalid}.
   */
  public Filter gt(MetadataValue value) {
    return new Filter.Gt(name, value);
  }

  /** The field is greater than a string. */
  public Filter gt(String value) {
    return gt(MetadataValue.of(value));
  }

  /** The field is greater than an integer. */
  public Filter gt(long value) {
    return gt(MetadataValue.of(value));
  }

  /** The field is greater than a finite double. */
  public Filter gt(double value) {
    return gt(MetadataValue.of(value));
  }

  /** The field is greater than a UUID. */
  public Filter gt(UUID value) {
    return gt(MetadataValue.of(value));
  }

  /** The field is greater than a point in time. */
  public Filter gt(Instant value) {
    return gt(MetadataValue.of(value));
  }

  /**
   * The field is greater than or equal to the value; flags and lists are refused with {@code
   * filter_invalid}.
   */
  public Filter gte(MetadataValue value) {
    return new Filter.Gte(name, value);
  }

  /** The field is greater than or equal to a string. */
  public Filter gte(String value) {
    return gte(MetadataValue.of(value));
  }

  /** The field is greater than or equal to an integer. */
  public Filter gte(long value) {
    return gte(MetadataValue.of(value));
  }

  /** The field is greater than or equal to a finite double. */
  public Filter gte(double value) {
    return gte(MetadataValue.of(value));
  }

  /** The field is greater than or equal to a UUID. */
  public Filter gte(UUID value) {
    return gte(MetadataValue.of(value));
  }

  /** The field is greater than or equal to a point in time. */
  public Filter gte(Instant value) {
    return gte(MetadataValue.of(value));
  }

  /** The field is less than the value; flags and lists are refused with {@code filter_invalid}. */
  public Filter lt(MetadataValue value) {
    return new Filter.Lt(name, value);
  }

  /** The field is less than a string. */
  public Filter lt(String value) {
    return lt(MetadataValue.of(value));
  }

  /** The field is less than an integer. */
  public Filter lt(long value) {
    return lt(MetadataValue.of(value));
  }

  /** The field is less than a finite double. */
  public Filter lt(double value) {
    return lt(MetadataValue.of(value));
  }

  /** The field is less than a UUID. */
  public Filter lt(UUID value) {
    return lt(MetadataValue.of(value));
  }

  /** The field is less than a point in time. */
  public Filter lt(Instant value) {
    return lt(MetadataValue.of(value));
  }

  /**
   * The field is less than or equal to the value; flags and lists are refused with {@code
   * filter_invalid}.
   */
  public Filter lte(MetadataValue value) {
    return new Filter.Lte(name, value);
  }

  /** The field is less than or equal to a string. */
  public Filter lte(String value) {
    return lte(MetadataValue.of(value));
  }

  /** The field is less than or equal to an integer. */
  public Filter lte(long value) {
    return lte(MetadataValue.of(value));
  }

  /** The field is less than or equal to a finite double. */
  public Filter lte(double value) {
    return lte(MetadataValue.of(value));
  }

  /** The field is less than or equal to a UUID. */
  public Filter lte(UUID value) {
    return lte(MetadataValue.of(value));
  }

  /** The field is less than or equal to a point in time. */
  public Filter lte(Instant value) {
    return lte(MetadataValue.of(value));
  }

  /** The field equals one of the values; an empty list matches nothing. */
  public Filter in(List<MetadataValue> values) {
    return new Filter.In(name, values);
  }

  /** The field equals one of the strings. */
  public Filter in(String... values) {
    return in(Arrays.stream(values).map(MetadataValue::of).toList());
  }

  /** The field equals one of the integers. */
  public Filter in(long... values) {
    return in(Arrays.stream(values).mapToObj(MetadataValue::of).toList());
  }

  /** The field equals one of the finite doubles. */
  public Filter in(double... values) {
    return in(Arrays.stream(values).mapToObj(MetadataValue::of).toList());
  }

  /** The field equals one of the UUIDs. */
  public Filter in(UUID... values) {
    return in(Arrays.stream(values).map(MetadataValue::of).toList());
  }

  /** The field equals one of the points in time. */
  public Filter in(Instant... values) {
    return in(Arrays.stream(values).map(MetadataValue::of).toList());
  }

  /** The field equals none of the values; an empty list matches everything. */
  public Filter nin(List<MetadataValue> values) {
    return new Filter.Nin(name, values);
  }

  /** The field equals none of the strings. */
  public Filter nin(String... values) {
    return nin(Arrays.stream(values).map(MetadataValue::of).toList());
  }

  /** The field equals none of the integers. */
  public Filter nin(long... values) {
    return nin(Arrays.stream(values).mapToObj(MetadataValue::of).toList());
  }

  /** The field equals none of the finite doubles. */
  public Filter nin(double... values) {
    return nin(Arrays.stream(values).mapToObj(MetadataValue::of).toList());
  }

  /** The field equals none of the UUIDs. */
  public Filter nin(UUID... values) {
    return nin(Arrays.stream(values).map(MetadataValue::of).toList());
  }

  /** The field equals none of the points in time. */
  public Filter nin(Instant... values) {
    return nin(Arrays.stream(values).map(MetadataValue::of).toList());
  }

  /** The field is a list with this element, or a string with this substring. */
  public Filter contains(String text) {
    return new Filter.Contains(name, text);
  }

  /** The field is a string that starts with the prefix. */
  public Filter startsWith(String prefix) {
    return new Filter.StartsWith(name, prefix);
  }

  /** The document has the field, whatever its type. */
  public Filter exists() {
    return new Filter.Exists(name);
  }
}
