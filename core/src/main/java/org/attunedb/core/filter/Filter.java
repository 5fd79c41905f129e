package org.attunedb.core.filter;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * A condition on a document's metadata. Field names are data, never code.
 *
 * <p>Semantics: a comparison holds only where the document has the field with a comparable type.
 * {@link MetadataValue.Int} and {@link MetadataValue.Real} compare by exact numeric value with each
 * other; strings compare by UTF-8 bytes; flags only support equality. {@link Ne} and {@link Not}
 * are complements: they also hold for documents without the field. {@link Contains} is membership
 * for lists and substring for strings.
 */
public sealed interface Filter {
  /** Most levels of nesting: a filter without {@link And}, {@link Or} and {@link Not} has one. */
  int MAX_DEPTH = 16;

  /** Most nodes and listed values in one filter. */
  int MAX_TERMS = 1024;

  /** The field equals the value. */
  record Eq(String field, MetadataValue value) implements Filter {}

  /** The complement of {@link Eq}. */
  record Ne(String field, MetadataValue value) implements Filter {}

  /** The field is greater than the value. */
  record Gt(String field, MetadataValue value) implements Filter {
    /** Refuses values without an order. */
    public Gt {
      requireOrdered(field, value);
    }
  }

  /** The field is greater than or equal to the value. */
  record Gte(String field, MetadataValue value) implements Filter {
    /** Refuses values without an order. */
    public Gte {
      requireOrdered(field, value);
    }
  }

  /** The field is less than the value. */
  record Lt(String field, MetadataValue value) implements Filter {
    /** Refuses values without an order. */
    public Lt {
      requireOrdered(field, value);
    }
  }

  /** The field is less than or equal to the value. */
  record Lte(String field, MetadataValue value) implements Filter {
    /** Refuses values without an order. */
    public Lte {
      requireOrdered(field, value);
    }
  }

  /** The field equals one of the values; an empty list matches nothing. */
  record In(String field, List<MetadataValue> values) implements Filter {
    /** Copies the list. */
    public In {
      values = List.copyOf(values);
    }
  }

  /** The complement of {@link In}. */
  record Nin(String field, List<MetadataValue> values) implements Filter {
    /** Copies the list. */
    public Nin {
      values = List.copyOf(values);
    }
  }

  /** A list that has the text as an element, or a string that has it as a substring. */
  record Contains(String field, String text) implements Filter {
    /** Refuses unpaired surrogates. */
    public Contains {
      requireValidUnicode(field, text);
    }
  }

  /** A string that starts with the prefix. */
  record StartsWith(String field, String prefix) implements Filter {
    /** Refuses unpaired surrogates. */
    public StartsWith {
      requireValidUnicode(field, prefix);
    }
  }

  /** The document has the field, whatever its type. */
  record Exists(String field) implements Filter {}

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

  /** {@link And}. */
  static Filter and(Filter... filters) {
    return new And(List.of(filters));
  }

  /** {@link Or}. */
  static Filter or(Filter... filters) {
    return new Or(List.of(filters));
  }

  /** {@link Not}. */
  static Filter not(Filter filter) {
    return new Not(filter);
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

  // Half of a surrogate pair is part of a Java string but not of its UTF-8 bytes, which are stored.
  private static void requireValidUnicode(String field, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new InvalidInputException(
          ErrorCode.FILTER_INVALID,
          "filter on '" + field + "' has an unpaired surrogate, expected valid Unicode");
    }
  }

  private static void requireOrdered(String field, MetadataValue value) {
    if (value instanceof MetadataValue.Flag || value instanceof MetadataValue.TextList) {
      throw new InvalidInputException(
          ErrorCode.FILTER_INVALID,
          "filter on '" + field + "' orders by a flag or a list, expected a string or a number");
    }
  }
}
