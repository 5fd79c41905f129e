package org.attunedb.server.openai;

import java.time.Duration;

/**
 * Hears of requests that failed for a passing reason and will be made again, so that a wait can be
 * told from work. Called by any thread, by several at the same time, before they wait.
 */
@FunctionalInterface
public interface RetryListener {
  /** A request will be made again. */
  void on(Retry retry);

  /** Somebody who does not care. */
  static RetryListener none() {
    return retry -> {};
  }

  /**
   * What is about to happen.
   *
   * @param problem the model, where it is and what went wrong; one line, without the key
   * @param number of the retry, from 1
   * @param most retries that are made
   * @param pause before it
   */
  record Retry(String problem, int number, int most, Duration pause) {}
}
