package org.attunedb.server.openai;

import java.time.Duration;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * How often and when a request is repeated that failed for a passing reason: status 408, 409, 429
 * (unless a quota is used up) and 5xx, timeouts, broken connections and answers that broke off.
 *
 * @param retries after the first attempt, 0 to 20
 * @param firstPause before the first retry; each further one is twice as long, and every pause is
 *     shortened at random by up to a half, so that clients do not return all at once
 * @param longestPause bound of a pause; a server that asks for a longer one is not waited for
 */
public record RetrySettings(int retries, Duration firstPause, Duration longestPause) {
  private static final int MOST = 20;

  /** Checks the ranges. */
  public RetrySettings {
    if (retries < 0 || retries > MOST) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "retries is %s, expected 0 to %s".formatted(retries, MOST));
    }
    if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "pauses are %s and %s, expected the longest not to be below the first"
              .formatted(firstPause, longestPause));
    }
  }

  /** Five retries: pauses of up to 0.5, 1, 2, 4 and 8 seconds; no wait above a minute. */
  public static RetrySettings defaults() {
    return new RetrySettings(5, Duration.ofMillis(500), Duration.ofMinutes(1));
  }

  /** The pause before a retry, the first having the number 0, without chance. */
  Duration pause(int retry) {
    Duration doubled = firstPause.multipliedBy(1L << Math.min(retry, MOST));
    return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
  }
}
