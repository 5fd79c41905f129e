package org.attunedb.server.openai;

import java.time.Duration;
import java.time.Instant;

/** Time that passes by sleeping only. */
final class FakeTime implements Waiting {
  private long now;

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  /** Long ago: dates of real servers lie far ahead of it. */
  @Override
  public synchronized Instant now() {
    return Instant.EPOCH.plusNanos(now);
  }

  @Override
  public synchronized void sleep(Duration duration) {
    now += duration.toNanos();
  }

  /** In all. */
  synchronized Duration slept() {
    return Duration.ofNanos(now);
  }
}
