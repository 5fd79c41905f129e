package org.attunedb.index;

import java.time.Duration;
import java.util.Optional;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What a training may use.
 *
 * @param time how long one attempt may run, above 0 to 365 days, not counting the time that it
 *     waits for others; empty for as long as it takes. A training that takes longer fails with
 *     {@code training_timeout} and keeps what it had for {@link DeepMemory#resume}
 * @param memoryBytes what it may need by a rough estimate from above, mostly outside of the Java
 *     heap, above 0; a training that may need more is refused with {@code training_too_large}
 */
public record TrainingLimits(Optional<Duration> time, long memoryBytes) {
  /** Enough for the largest corpus and dimension with default settings: 8 GiB. */
  public static final long DEFAULT_MEMORY_BYTES = 8L << 30;

  private static final Duration MAX_TIME = Duration.ofDays(365);

  /** Checks the ranges. */
  public TrainingLimits {
    time.filter(limit -> limit.isNegative() || limit.isZero() || limit.compareTo(MAX_TIME) > 0)
        .ifPresent(
            limit -> {
              throw new InvalidInputException(
                  ErrorCode.OPTION_OUT_OF_RANGE,
                  "time limit of a training is %s, expected more than 0 up to %s"
                      .formatted(limit, MAX_TIME));
            });
    if (memoryBytes < 1) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "memory limit of a training is " + memoryBytes + " bytes, expected at least 1");
    }
  }

  /** Any time, {@value #DEFAULT_MEMORY_BYTES} bytes. */
  public static TrainingLimits defaults() {
    return new TrainingLimits(Optional.empty(), DEFAULT_MEMORY_BYTES);
  }

  /** These limits with another time. */
  public TrainingLimits withTime(Duration limit) {
    return new TrainingLimits(Optional.of(limit), memoryBytes);
  }

  /** These limits with other memory. */
  public TrainingLimits withMemoryBytes(long bytes) {
    return new TrainingLimits(time, bytes);
  }
}
