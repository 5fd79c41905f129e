package org.attunedb.bench.study;

import java.util.Locale;

/** Numbers in tables. Stateless. */
final class Figures {
  private Figures() {}

  static String plain(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  static String signed(double value) {
    return String.format(Locale.ROOT, "%+.3f", value);
  }

  static String interval(Gain gain) {
    return signed(gain.low()) + " .. " + signed(gain.high());
  }
}
