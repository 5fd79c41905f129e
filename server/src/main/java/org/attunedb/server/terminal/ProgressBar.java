package org.attunedb.server.terminal;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Shows how far a task is. On a screen one line is drawn again, at most every {@value
 * #REDRAW_MILLIS} ms so that drawing never costs more than the task; elsewhere a line is printed
 * for every tenth that is done. Not thread-safe.
 */
public final class ProgressBar implements AutoCloseable {
  private static final int REDRAW_MILLIS = 100;
  private static final int BAR_WIDTH = 24;

  /** A line that fills the screen's last column would wrap and could not be drawn again. */
  private static final int MAX_WIDTH = 79;

  private final PrintStream stream;
  private final TerminalKind kind;
  private final Clock clock;
  private final String title;
  private final long total;
  private final Instant start;

  private long done;
  private String message = "";
  private Instant lastDrawn = Instant.MIN;
  private int lastTenth;
  private int lastWidth;
  private boolean closed;

  /**
   * Starts a task.
   *
   * @param stream where to draw, usually stderr
   * @param kind whether lines can be drawn again there
   * @param clock for the estimate and the throttle
   * @param title what is being done
   * @param total number of steps; 0 or less is taken for a task that is done already
   */
  public ProgressBar(PrintStream stream, TerminalKind kind, Clock clock, String title, long total) {
    this.stream = stream;
    this.kind = kind;
    this.clock = clock;
    this.title = PlainText.oneLine(title);
    this.total = total;
    this.start = clock.instant();
  }

  /**
   * Tells the progress.
   *
   * @param newDone steps done so far, between 0 and the total
   * @param newMessage what is happening, or an empty string
   */
  public void update(long newDone, String newMessage) {
    if (closed) {
      return;
    }
    done = Math.clamp(newDone, 0, Math.max(0, total));
    message = PlainText.oneLine(newMessage);
    switch (kind) {
      case INTERACTIVE -> redraw(false);
      case PLAIN -> printTenth();
    }
  }

  /** Draws the last state and ends the line. Further updates are ignored. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (kind == TerminalKind.INTERACTIVE) {
      redraw(true);
      stream.println();
      stream.flush();
    }
  }

  private void redraw(boolean always) {
    Instant now = clock.instant();
    boolean due =
        lastDrawn.equals(Instant.MIN) || !now.isBefore(lastDrawn.plusMillis(REDRAW_MILLIS));
    if (!always && !due) {
      return;
    }
    lastDrawn = now;
    String line = PlainText.truncate(line(bar() + " "), MAX_WIDTH);
    stream.print("\r" + PlainText.padRight(line, lastWidth));
    stream.flush();
    lastWidth = PlainText.width(line);
  }

  private void printTenth() {
    int tenth = percent() / 10;
    if (tenth > lastTenth) {
      lastTenth = tenth;
      stream.println(line(""));
    }
  }

  private String line(String bar) {
    return String.format(Locale.ROOT, "%s %s%3d%%  %s  %s", title, bar, percent(), eta(), message)
        .stripTrailing();
  }

  private String bar() {
    int filled = (int) (fraction() * BAR_WIDTH);
    return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]";
  }

  private int percent() {
    return (int) (fraction() * 100);
  }

  private double fraction() {
    return total <= 0 ? 1 : (double) done / total;
  }

  private String eta() {
    Duration elapsed = Duration.between(start, clock.instant());
    if (fraction() >= 1) {
      return "took " + Durations.shortForm(elapsed);
    }
    if (done == 0) {
      return "eta --";
    }
    double remaining = (double) elapsed.toMillis() * (total - done) / done;
    return "eta " + Durations.shortForm(Duration.ofMillis(Math.round(remaining)));
  }
}
