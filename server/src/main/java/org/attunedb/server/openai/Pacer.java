package org.attunedb.server.openai;

import java.time.Duration;

/**
 * Tells requests when they may start: evenly spaced, so that no minute holds more than the limit,
 * and not before a pause that the server asked for is over. Thread-safe.
 */
final class Pacer {
  private static final double MINUTE_NANOS = 60e9;

  private final RateLimit limit;
  private final Waiting waiting;
  private long nextStart;

  Pacer(RateLimit limit, Waiting waiting) {
    this.limit = limit;
    this.waiting = waiting;
    this.nextStart = waiting.nanoTime();
  }

  /**
   * Waits for the turn of a request of about so many tokens. Turns are given when they come and not
   * ahead of time: a pause that begins meanwhile moves all that wait, one behind the other.
   */
  void await(int tokens) throws InterruptedException {
    for (Duration left = start(tokens); left.isPositive(); left = start(tokens)) {
      waiting.sleep(left);
    }
  }

  /** Starts a request, or tells how long nobody may. */
  private synchronized Duration start(int tokens) {
    long now = waiting.nanoTime();
    long left = nextStart - now;
    if (left > 0) {
      return Duration.ofNanos(left);
    }
    nextStart =
        now
            + (long)
                Math.max(cost(1, limit.requestsPerMinute()), cost(tokens, limit.tokensPerMinute()));
    return Duration.ZERO;
  }

  private static double cost(int amount, int perMinute) {
    return perMinute == 0 ? 0 : amount * MINUTE_NANOS / perMinute;
  }

  /** Nobody starts before the pause is over. */
  synchronized void pause(Duration pause) {
    long end = waiting.nanoTime() + pause.toNanos();
    if (end - nextStart > 0) {
      nextStart = end;
    }
  }
}
