package org.attunedb.server.openai;

import java.time.Duration;

/** Time that passes by sleeping only. */
final class FakeTime implements Waiting {
  private long now;

  @Override
  public synchronized long nanoTime() {
    return now;
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
