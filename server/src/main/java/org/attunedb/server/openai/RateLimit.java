package org.attunedb.server.openai;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What a client allows itself, to stay below the limits of an account.
 *
 * @param requestsPerMinute 0 for no limit
 * @param tokensPerMinute as estimated before a request is sent; 0 for no limit
 */
public record RateLimit(int requestsPerMinute, int tokensPerMinute) {
  /** Checks the ranges. */
  public RateLimit {
    if (requestsPerMinute < 0 || tokensPerMinute < 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "rate limits are %s requests and %s tokens a minute, expected at least 0"
              .formatted(requestsPerMinute, tokensPerMinute));
    }
  }

  /** No limit. */
  public static RateLimit none() {
    return new RateLimit(0, 0);
  }
}
