package org.attunedb.index;

import java.time.Duration;
import java.util.Objects;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** When an acknowledged write is safe from what; see docs/durability.md. */
public sealed interface Durability {
  /** The default: forced to the disk before it is acknowledged. */
  record Sync() implements Durability {}

  /**
   * Acknowledged once the operating system has it, forced to the disk soon after: safe from the end
   * of the process; a power failure may lose the writes of the last interval.
   *
   * @param interval longest time until a write is forced, 1 ms to 1 hour
   */
  record Interval(Duration interval) implements Durability {
    /** Checks the range. */
    public Interval {
      Objects.requireNonNull(interval, "interval");
      if (interval.compareTo(Duration.ofMillis(1)) < 0
          || interval.compareTo(Duration.ofHours(1)) > 0) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "durability interval is " + interval + ", expected 1 ms to 1 hour");
      }
    }
  }

  /**
   * Forced to the disk by {@link VectorCollection#flush} and {@link VectorCollection#checkpoint}.
   */
  record Manual() implements Durability {}

  /** {@link Sync}. */
  static Durability sync() {
    return new Sync();
  }

  /** {@link Interval}. */
  static Durability interval(Duration interval) {
    return new Interval(interval);
  }

  /** {@link Manual}. */
  static Durability manual() {
    return new Manual();
  }
}
