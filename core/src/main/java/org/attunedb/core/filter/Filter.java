package org.attunedb.core.filter;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.InvalidInputException;

/**
 * A condition on a document's metadata; immutable. Field names are data, never code.
 *
 * <p>Semantics: a comparison holds only where the document has the field with a comparable type.
 * {@link MetadataValue.Int} and {@link MetadataValue.Real} compare by exact numeric value with each
 * other, every other type only with itself: strings by UTF-8 bytes, UUIDs as unsigned numbers,
 * times by the nanosecond; flags and lists only support equality. {@link Ne}, {@link Nin} and
 * {@link Not} are complements: they also hold for documents without the field. {@link Contains} is
 * membership for lists and substring for strings.
 *
 * <p>{@link #field} reads best: {@code
 * Filter.field("year").gte(2020).and(Filter.field("lang").in("en", "de"))}. Field names and texts
 * with unpaired surrogates are refused with {@code filter_invalid}.
 */
public sealed interface Filter {
  /** Most levels of nesting: a filter without {@link And}, {@link Or} and {@link Not} has one. */
  int MAX_DEPTH = 16;

  /** Most nodes and listed values in one filter. */
  int MAX_TERMS = 1024;

  /** The field equals the value. */
  record Eq(String field, MetadataValue value) implements Filter {
    /** Refuses malformed field names. */
    public Eq {
      FilterRules.requireField(field);
      FilterRules.requireValue(field, value);
    }
  }

  /** The complement of {@link Eq}. */
  record Ne(String field, MetadataValue value) implements Filter {
    /** Refuses malformed field names. */
    public Ne {
      FilterRules.requireField(field);
      FilterRules.requireValue(field, value);
    }
  }

  /** The field is greater than the value. */
  record Gt(String field, MetadataValue value) implements Filter {
    /** Refuses malformed field names and values without an order. */
    public Gt {
      FilterRules.requireField(field);
      FilterRules.requireOrdered(field, value);
    }
  }

  /** The field is greater than or equal to the value. */
  record Gte(String field, MetadataValue value) implements Filter {
    /** Refuses malformed field names and values without an order. */
    public Gte {
      FilterRules.requireField(field);
      FilterRules.requireOrdered(field, value);
    }
  }

  /** The field is less than the value. */
  record Lt(String field, MetadataValue value) implements Filter {
    /** Refuses malformed field names and values without an order. */
    public Lt {
      FilterRules.requireField(field);
      FilterRules.requireOrdered(field, value);
    }
  }

  /** The field is less than or equal to the value. */
  record Lte(String field, MetadataValue value) implements Filter {
    /** Refuses malformed field names and values without an order. */
    public Lte {
      FilterRules.requireField(field);
      FilterRules.requireOrdered(field, value);
    }
  }

  /** The field equals one of the values; an empty list matches nothing. */
  record In(String field, List<MetadataValue> values) implements Filter {
    /** Copies the list; refuses malformed field names. */
    public In {
      FilterRules.requireField(field);
      values.forEach(value -> FilterRules.requireValue(field, value));
      values = List.copyOf(values);
    }
  }

  /** The complement of {@link In}. */
  record Nin(String field, List<MetadataValue> values) implements Filter {
    /** Copies the list; refuses malformed field names. */
    public Nin {
      FilterRules.requireField(field);
      values.forEach(value -> FilterRules.requireValue(field, value));
      values = List.copyOf(values);
    }
  }

  /** A list that has the text as an element, or a string that has it as a substring. */
  record Contains(String field, String text) implements Filter {
    /** Refuses malformed field names and unpaired surrogates. */
    public Contains {
      FilterRules.requireField(field);
      FilterRules.requireText(field, text);
    }
  }

  /** A string that starts with the prefix. */
  record StartsWith(String field, String prefix) implements Filter {
    /** Refuses malformed field names and unpaired surrogates. */
    public StartsWith {
      FilterRules.requireField(field);
      FilterRules.requireText(field, prefix);
    }
  }

  /** The document has the field, whatever its type. */
  record Exists(String field) implements Filter {
    /** Refuses malformed field names. */
    public Exists {
      FilterRules.requireField(field);
    }
  }

  /** All hold; an empty list holds always. */
  record And(List<Filter> filters) implements Filter {
    /** Copies the list. */
    public And {
      filters = List.copyOf(filters);
    }
  }

  /** At least one holds; an empty list never does. */
  record Or(List<Filter> filters) implements Filter {
    /** Copies the list. */
    public Or {
      filters = List.copyOf(filters);
    }
  }

  /** The filter does not hold. */
  record Not(Filter filter) implements Filter {}

  /** Starts a condition on a field. */
  static FieldFilter field(String name) {
    return new FieldFilter(name);
  }

  /** {@link Eq} with a string. */
  static Filter eq(String field, String value) {
    return new Eq(field, MetadataValue.of(value));
  }

  /** {@link Eq} with an integer. */
  static Filter eq(String field, long value) {
    return new Eq(field, MetadataValue.of(value));
  }

  /** {@link Eq} with a truth value. */
  static Filter eq(String field, boolean value) {
    return new Eq(field, MetadataValue.of(value));
  }

  /** {@link And} of any number of filters but one. */
  static Filter and(Filter... filters) {
    return new And(List.of(filters));
  }

  /** {@link Or} of any number of filters but one. */
  static Filter or(Filter... filters) {
    return new Or(List.of(filters));
  }

  /** {@link Not}. */
  static Filter not(Filter filter) {
    return new Not(filter);
  }

  /** Both hold. Chains make one flat {@link And}, so that they don't become deeper. */
  default Filter and(Filter other) {
    List<Filter> all = new ArrayList<>(this instanceof And left ? left.filters() : List.of(this));
    all.addAll(other instanceof And right ? right.filters() : List.of(other));
    return new And(all);
  }

  /** At least one holds. Chains make one flat {@link Or}, so that they don't become deeper. */
  default Filter or(Filter other) {
    List<Filter> all = new ArrayList<>(this instanceof Or left ? left.filters() : List.of(this));
    all.addAll(other instanceof Or right ? right.filters() : List.of(other));
    return new Or(all);
  }

  /** This filter does not hold; the negation of a {@link Not} is what it negates. */
  default Filter negate() {
    return this instanceof Not not ? not.filter() : new Not(this);
  }

  /**
   * Whether the metadata meets the condition: the definition that indexes are tested against.
   *
   * @throws InvalidInputException {@code filter_too_complex}; see {@link #requireWithinLimits()}
   */
  default boolean matches(Metadata metadata) {
    requireWithinLimits();
    return FilterEvaluator.matches(this, metadata);
  }

  /**
   * Checks size and depth before anything recurses over the tree.
   *
   * @throws InvalidInputException {@code filter_too_complex} beyond {@value #MAX_DEPTH} levels or
   *     {@value #MAX_TERMS} terms
   */
  default void requireWithinLimits() {
    FilterLimits.require(this);
  }
}
