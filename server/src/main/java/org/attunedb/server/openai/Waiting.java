package org.attunedb.server.openai;

import java.time.Duration;
import java.time.Instant;

/** Time as the client sees it, so that tests need not wait. */
interface Waiting {
  /** As {@link System#nanoTime()}. */
  long nanoTime();

  /** As {@link Instant#now()}. */
  Instant now();

  /** As {@link Thread#sleep(Duration)}. */
  void sleep(Duration duration) throws InterruptedException;

  /** The real one. */
  static Waiting real() {
    return new Waiting() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
      }
    };
  }
}
