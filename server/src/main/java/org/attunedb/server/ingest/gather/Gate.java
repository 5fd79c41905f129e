package org.attunedb.server.ingest.gather;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Lets requests through one after the other, and only so many at a time. Thread-safe. */
final class Gate {
  private final Semaphore places;
  private Duration delay;
  private long nextNanos = System.nanoTime();

  Gate(int concurrency, Duration delay) {
    this.places = new Semaphore(concurrency, true);
    this.delay = delay;
  }

  /** Waits for a turn, which {@link #leave} must end. */
  void enter() throws InterruptedException {
    places.acquire();
    boolean through = false;
    try {
      Thread.sleep(Duration.ofNanos(reserve()));
      through = true;
    } finally {
      if (!through) {
        places.release();
      }
    }
  }

  void leave() {
    places.release();
  }

  /** Never lets two requests begin closer to each other than this. */
  synchronized void slowDown(Duration least) {
    if (least.compareTo(delay) > 0) {
      delay = least;
    }
  }

  /** Nobody gets a new turn for a while. */
  synchronized void pause(Duration duration) {
    nextNanos = Math.max(nextNanos, System.nanoTime() + duration.toNanos());
  }

  private synchronized long reserve() {
    long now = System.nanoTime();
    long turn = Math.max(now, nextNanos);
    nextNanos = turn + delay.toNanos();
    return turn - now;
  }
}
