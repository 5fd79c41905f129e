package org.attunedb.core;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Named, typed values of a document, in insertion order. Keys are any non-empty strings of valid
 * Unicode up to 256 characters that don't start with an underscore (reserved).
 */
public final class Metadata {
  /** Most keys in one document. */
  public static final int MAX_KEYS = 256;

  /** Longest key, in characters. */
  public static final int MAX_KEY_LENGTH = 256;

  private static final Metadata EMPTY = new Metadata(Map.of());

  private final Map<String, MetadataValue> values;

  private Metadata(Map<String, MetadataValue> values) {
    this.values = values;
  }

  /** Metadata without any value. */
  public static Metadata empty() {
    return EMPTY;
  }

  /** Metadata with one string. */
  public static Metadata of(String key, String value) {
    return builder().put(key, value).build();
  }

  /**
   * Copies a map, in its iteration order.
   *
   * @throws InvalidInputException {@code metadata_invalid} for an empty, overlong, reserved or
   *     malformed key; {@code metadata_too_large} for more than {@value #MAX_KEYS} keys
   */
  public static Metadata copyOf(Map<String, MetadataValue> values) {
    Builder builder = builder();
    Objects.requireNonNull(values, "values").forEach(builder::put);
    return builder.build();
  }

  /** A builder; not thread-safe. */
  public static Builder builder() {
    return new Builder();
  }

  /** The value under {@code key}. */
  public Optional<MetadataValue> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** The string under {@code key}, if there is one and it is a string. */
  public Optional<String> text(String key) {
    return get(key)
        .filter(MetadataValue.Text.class::isInstance)
        .map(v -> ((MetadataValue.Text) v).value());
  }

  /** An unmodifiable view in insertion order. */
  public Map<String, MetadataValue> asMap() {
    return values;
  }

  /** Whether there is no value. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Metadata that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** Collects values; a key put twice keeps its place and takes the later value. */
  public static final class Builder {
    private final Map<String, MetadataValue> values = new LinkedHashMap<>();

    private Builder() {}

    /** Adds a value. */
    public Builder put(String key, MetadataValue value) {
      requireValidKey(Objects.requireNonNull(key, "key"));
      values.put(key, Objects.requireNonNull(value, "value"));
      return this;
    }

    /** Adds a string. */
    public Builder put(String key, String value) {
      return put(key, MetadataValue.of(Objects.requireNonNull(value, "value")));
    }

    /** Adds an integer. */
    public Builder put(String key, long value) {
      return put(key, MetadataValue.of(value));
    }

    /** Adds a finite double. */
    public Builder put(String key, double value) {
      return put(key, MetadataValue.of(value));
    }

    /** Adds a truth value. */
    public Builder put(String key, boolean value) {
      return put(key, MetadataValue.of(value));
    }

    /** Adds a list of strings. */
    public Builder put(String key, List<String> value) {
      return put(key, MetadataValue.of(Objects.requireNonNull(value, "value")));
    }

    /** Adds a UUID. */
    public Builder put(String key, UUID value) {
      return put(key, MetadataValue.of(Objects.requireNonNull(value, "value")));
    }

    /** Adds a point in time. */
    public Builder put(String key, Instant value) {
      return put(key, MetadataValue.of(Objects.requireNonNull(value, "value")));
    }

    /** The finished metadata. */
    public Metadata build() {
      if (values.size() > MAX_KEYS) {
        throw new InvalidInputException(
            ErrorCode.METADATA_TOO_LARGE,
            "metadata has " + values.size() + " keys, expected at most " + MAX_KEYS);
      }
      return values.isEmpty()
          ? EMPTY
          : new Metadata(Collections.unmodifiableMap(new LinkedHashMap<>(values)));
    }

    private static void requireValidKey(String key) {
      if (!Unicode.isValid(key)) {
        throw new InvalidInputException(
            ErrorCode.METADATA_INVALID,
            "metadata key has an unpaired surrogate, expected valid Unicode");
      }
      if (key.isEmpty() || key.length() > MAX_KEY_LENGTH || key.charAt(0) == '_') {
        throw new InvalidInputException(
            ErrorCode.METADATA_INVALID,
            "metadata key '"
                + key.substring(0, Math.min(40, key.length()))
                + "' of "
                + key.length()
                + " characters, expected 1 to "
                + MAX_KEY_LENGTH
                + " characters and no leading underscore");
      }
    }
  }
}
