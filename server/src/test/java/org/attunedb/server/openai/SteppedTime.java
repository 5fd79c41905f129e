package org.attunedb.server.openai;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Time that passes when a test says so; meanwhile sleepers sleep. Thread-safe. */
final class SteppedTime implements Waiting {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final List<Long> ends = new ArrayList<>();
  private long now;

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Instant now() {
    return Instant.EPOCH.plusNanos(now);
  }

  @Override
  public synchronized void sleep(Duration duration) throws InterruptedException {
    Long end = now + duration.toNanos();
    ends.add(end);
    notifyAll();
    try {
      while (now < end) {
        wait();
      }
    } finally {
      ends.remove(end);
    }
  }

  /** Lets time pass. */
  synchronized void pass(Duration duration) {
    now += duration.toNanos();
    notifyAll();
  }

  /** Waits until exactly so many sleep on; those that were just woken don't count. */
  synchronized void awaitSleepers(int count) throws InterruptedException {
    long start = System.nanoTime();
    while (sleepers() != count) {
      long left = PATIENCE - (System.nanoTime() - start);
      if (left <= 0) {
        throw new AssertionError(sleepers() + " sleep, expected " + count);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private long sleepers() {
    return ends.stream().filter(end -> end > now).count();
  }
}
