package org.attunedb.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Random metadata of few keys and few values of every type, so that values often meet their equals
 * and their neighbours: strings around the surrogates and with pattern characters, numbers around
 * the limits of exact doubles and longs. Not thread-safe.
 */
public final class RandomMetadata {
  private static final List<String> KEYS = List.of("a", "b", "c");

  /** Ordered differently by UTF-8 and UTF-16; pattern characters of the index. */
  private static final List<String> LETTERS =
      List.of(
          "a", "b", "é", "\uE000", "\uFFFF", "\u007F", "😀", "😁", "\u0800", "*", "?", "\\", "\0");

  private static final long[] INTEGERS = {
    -1, 0, 1, 2, 1L << 53, (1L << 53) + 1, Long.MIN_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE
  };

  private static final double[] REALS = {
    -1.0,
    -0.0,
    0.0,
    0.5,
    1.0,
    2.0,
    0x1p53,
    0x1p63,
    -0x1p63,
    1e300,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MAX_VALUE,
    -Double.MAX_VALUE
  };

  /** Around the signs of both halves: unsigned and signed order differ. */
  private static final List<UUID> UUIDS =
      List.of(
          new UUID(0, 0),
          new UUID(0, -1),
          new UUID(Long.MIN_VALUE, Long.MAX_VALUE),
          new UUID(-1, -1));

  private static final List<Instant> TIMES =
      List.of(
          MetadataValue.Time.MIN,
          Instant.EPOCH.minusNanos(1),
          Instant.EPOCH,
          MetadataValue.Time.MAX.minusNanos(1),
          MetadataValue.Time.MAX);

  private static final List<String> ELEMENTS = List.of("a", "ab", "é", "", "1:a");

  private final RandomGenerator random;

  /** Metadata drawn from {@code random}. */
  public RandomMetadata(RandomGenerator random) {
    this.random = random;
  }

  /** Where the draws come from. */
  public RandomGenerator random() {
    return random;
  }

  /** None to all of the keys, with values of any type. */
  public Metadata metadata() {
    Metadata.Builder builder = Metadata.builder();
    for (String key : KEYS) {
      if (random.nextInt(6) > 0) {
        builder.put(key, value());
      }
    }
    return builder.build();
  }

  /** A key that {@link #metadata()} uses, or, rarely, one that it never does. */
  public String field() {
    return random.nextInt(20) == 0 ? "missing" : KEYS.get(random.nextInt(KEYS.size()));
  }

  /** A value of any type. */
  public MetadataValue value() {
    return switch (random.nextInt(6)) {
      case 0 -> MetadataValue.of(random.nextBoolean());
      case 1 -> MetadataValue.of(elements());
      default -> ordered();
    };
  }

  /** None to {@code most} values of any type. */
  public List<MetadataValue> values(int most) {
    List<MetadataValue> values = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      values.add(value());
    }
    return values;
  }

  /** A string, a number, a UUID or a time. */
  public MetadataValue ordered() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> MetadataValue.of(text());
      case 2 -> MetadataValue.of(UUIDS.get(random.nextInt(UUIDS.size())));
      case 3 -> MetadataValue.of(TIMES.get(random.nextInt(TIMES.size())));
      case 4 -> MetadataValue.of(INTEGERS[random.nextInt(INTEGERS.length)]);
      default -> MetadataValue.of(REALS[random.nextInt(REALS.length)]);
    };
  }

  /** A string of none to three characters. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return text.toString();
  }

  private List<String> elements() {
    List<String> elements = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      elements.add(ELEMENTS.get(random.nextInt(ELEMENTS.size())));
    }
    return elements;
  }
}
