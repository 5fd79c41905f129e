package org.attunedb.server.cli;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.attunedb.server.openai.RetryListener;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.TerminalKind;

/**
 * Tells people that a service is waited for. The first retry is told at once, further ones when
 * nothing was told for {@value #QUIET_SECONDS} s, as many requests may fail at the same time.
 * Thread-safe.
 */
final class RetryView implements RetryListener {
  private static final int QUIET_SECONDS = 5;

  private final Out out;
  private final Clock clock;
  private Instant told = Instant.MIN;

  RetryView(Out out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public void on(Retry retry) {
    if (isDue()) {
      // On a screen, what a bar has drawn stands in the line; it is drawn again below.
      String begin = out.errKind() == TerminalKind.INTERACTIVE ? PlainText.CLEARED_LINE : "";
      out.err().println(begin + line(retry));
    }
  }

  private synchronized boolean isDue() {
    Instant now = clock.instant();
    if (!told.equals(Instant.MIN) && now.isBefore(told.plusSeconds(QUIET_SECONDS))) {
      return false;
    }
    told = now;
    return true;
  }

  private static String line(Retry retry) {
    return String.format(
        Locale.ROOT,
        "%s; trying again in %.1f s (retry %d of %d)",
        PlainText.oneLine(retry.problem()),
        retry.pause().toMillis() / 1e3,
        retry.number(),
        retry.most());
  }
}
