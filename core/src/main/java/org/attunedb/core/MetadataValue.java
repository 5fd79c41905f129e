package org.attunedb.core;

import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** A typed metadata value. The same key may hold different types in different documents. */
public sealed interface MetadataValue {
  /** A string of valid Unicode, ordered by its UTF-8 bytes. */
  record Text(String value) implements MetadataValue {
    /** Rejects unpaired surrogates with {@code metadata_invalid}. */
    public Text {
      requireValidUnicode(value);
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** An exact 64-bit integer. */
  record Int(long value) implements MetadataValue {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A finite double; -0.0 is kept as 0.0, so that equal numbers are equal values. */
  record Real(double value) implements MetadataValue {
    /** Rejects NaN and infinities with {@code metadata_invalid}. */
    public Real {
      if (!Double.isFinite(value)) {
        throw new InvalidInputException(
            ErrorCode.METADATA_INVALID,
            "metadata value is " + value + ", expected a finite number");
      }
      value = value == 0 ? 0.0 : value;
    }

    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /** A truth value. */
  record Flag(boolean value) implements MetadataValue {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /** An ordered list of strings of valid Unicode. */
  record TextList(List<String> values) implements MetadataValue {
    /** Copies the list; rejects unpaired surrogates with {@code metadata_invalid}. */
    public TextList {
      values = List.copyOf(values);
      values.forEach(MetadataValue::requireValidUnicode);
    }

    @Override
    public String toString() {
      return values.toString();
    }
  }

  /** A {@link Text}. */
  static MetadataValue of(String value) {
    return new Text(value);
  }

  /** An {@link Int}. */
  static MetadataValue of(long value) {
    return new Int(value);
  }

  /** A {@link Real}. */
  static MetadataValue of(double value) {
    return new Real(value);
  }

  /** A {@link Flag}. */
  static MetadataValue of(boolean value) {
    return new Flag(value);
  }

  /** A {@link TextList}. */
  static MetadataValue of(List<String> values) {
    return new TextList(values);
  }

  private static void requireValidUnicode(String value) {
    if (!Unicode.isValid(value)) {
      throw new InvalidInputException(
          ErrorCode.METADATA_INVALID,
          "metadata value has an unpaired surrogate, expected valid Unicode");
    }
  }
}
