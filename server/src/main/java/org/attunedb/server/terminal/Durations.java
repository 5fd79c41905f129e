package org.attunedb.server.terminal;

import java.time.Duration;
import java.util.Locale;

/** Spans of time as people read them. */
final class Durations {
  private Durations() {}

  /** For example {@code 4.2s}, {@code 3m 05s} or {@code 2h 10m}. */
  static String shortForm(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds(duration, 1) + "s";
    }
    if (seconds < 3_600) {
      return String.format(Locale.ROOT, "%dm %02ds", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%dh %02dm", seconds / 3_600, seconds % 3_600 / 60);
  }

  /** Seconds with a number of decimals, for example {@code 0.81}. */
  static String seconds(Duration duration, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", duration.toNanos() / 1e9);
  }
}
