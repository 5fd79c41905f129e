package org.attunedb.index.internal.search;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.lucene.index.QueryTimeout;
import org.attunedb.core.error.SearchTimeoutException;
import org.jspecify.annotations.Nullable;

/** The time that one search takes and may take. Thread-safe. */
final class SearchClock implements QueryTimeout {
  /** Between two checks so many vectors or documents are looked at: some ten microseconds. */
  static final int INTERVAL = 256;

  private final LongSupplier nanoTime;
  private final long start;
  private final @Nullable Duration limit;
  private final long limitNanos;

  /** Starts now. */
  SearchClock(LongSupplier nanoTime, @Nullable Duration limit) {
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.limit = limit;
    this.limitNanos = limit == null ? Long.MAX_VALUE : saturated(limit);
  }

  /** For work that nobody waits for. */
  static SearchClock unlimited() {
    return new SearchClock(() -> 0, null);
  }

  private static long saturated(Duration limit) {
    // A long holds 292 years of nanoseconds.
    return limit.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : limit.toNanos();
  }

  boolean isLimited() {
    return limit != null;
  }

  Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - start);
  }

  @Override
  public boolean shouldExit() {
    return limit != null && nanoTime.getAsLong() - start >= limitNanos;
  }

  /**
   * Ends a search that has no time left.
   *
   * @throws SearchTimeoutException if so
   */
  void check() {
    if (shouldExit()) {
      throw timeout();
    }
  }

  SearchTimeoutException timeout() {
    return new SearchTimeoutException(
        "the search took longer than its timeout of %s".formatted(limit));
  }
}
