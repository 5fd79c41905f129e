package org.attunedb.core;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * A typed metadata value; immutable. The same key may hold different types in different documents.
 * A value is compared only with values of its own type, except that {@link Int} and {@link Real}
 * are compared with each other.
 */
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

  /** A UUID, ordered as an unsigned 128-bit number, which is the order of its lower-case text. */
  record Uuid(UUID value) implements MetadataValue {
    @Override
    public String toString() {
      return value.toString();
    }
  }

  /**
   * A point in time of nanosecond precision, between {@link #MIN} and {@link #MAX}: what a 64-bit
   * number of nanoseconds since 1970-01-01T00:00:00Z reaches.
   */
  record Time(Instant value) implements MetadataValue {
    /** The first that can be kept: 1677-09-21T00:12:43.145224192Z. */
    public static final Instant MIN = Instant.ofEpochSecond(0, Long.MIN_VALUE);

    /** The last that can be kept: 2262-04-11T23:47:16.854775807Z. */
    public static final Instant MAX = Instant.ofEpochSecond(0, Long.MAX_VALUE);

    /** Rejects other times with {@code metadata_invalid}. */
    public Time {
      if (value.isBefore(MIN) || value.isAfter(MAX)) {
        throw new InvalidInputException(
            ErrorCode.METADATA_INVALID,
            "metadata time is " + value + ", expected " + MIN + " to " + MAX);
      }
    }

    /** Nanoseconds since 1970-01-01T00:00:00Z; negative before. */
    public long epochNanos() {
      // The product may wrap near MIN; the sum, which is within range, then wraps back.
      return value.getEpochSecond() * 1_000_000_000L + value.getNano();
    }

    @Override
    public String toString() {
      return value.toString();
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

  /** A {@link Uuid}. */
  static MetadataValue of(UUID value) {
    return new Uuid(value);
  }

  /** A {@link Time}; {@code metadata_invalid} if it is out of range. */
  static MetadataValue of(Instant value) {
    return new Time(value);
  }

  private static void requireValidUnicode(String value) {
    if (!Unicode.isValid(value)) {
      throw new InvalidInputException(
          ErrorCode.METADATA_INVALID,
          "metadata value has an unpaired surrogate, expected valid Unicode");
    }
  }
}
