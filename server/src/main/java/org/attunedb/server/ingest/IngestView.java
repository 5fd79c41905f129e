package org.attunedb.server.ingest;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.attunedb.server.cli.Out;
import org.attunedb.server.ingest.gather.Visit;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.TerminalKind;

/**
 * Shows an ingestion's progress. How many pages a site has is not known before the end, so there is
 * no bar that fills up: on a screen one line counts, elsewhere every {@value #PLAIN_STEP} pages
 * make a line.
 */
final class IngestView implements IngestListener {
  private static final int PLAIN_STEP = 500;
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final int WIDTH = 79;
  private static final int PROBLEMS = 10;

  private final PrintStream screen;
  private final TerminalKind kind;
  private final Clock clock;
  private Instant drawn = Instant.MIN;
  private int drawnWidth;
  private int problems;

  IngestView(Out out, Clock clock) {
    this.screen = out.err();
    this.kind = out.errKind();
    this.clock = clock;
  }

  @Override
  public void on(IngestEvent event) {
    switch (event) {
      case IngestEvent.Started started -> started(started);
      case IngestEvent.Visited visited -> visited(visited);
      case IngestEvent.Finished finished -> clear();
    }
  }

  private void started(IngestEvent.Started started) {
    problems = 0;
    screen.println(
        "%s %s%s"
            .formatted(
                started.resumed() ? "taking up" : "ingesting",
                PlainText.oneLine(started.source()),
                started.scope().equals(started.source())
                    ? ""
                    : ", with what is below " + PlainText.oneLine(started.scope())));
  }

  private void visited(IngestEvent.Visited event) {
    if (event.visit() instanceof Visit.Failed failed) {
      problem(failed);
    }
    String line =
        String.format(
            Locale.ROOT,
            "%,d of %,d found pages, %,d documents",
            event.visited(),
            event.found(),
            event.documents());
    if (kind == TerminalKind.INTERACTIVE) {
      redraw(line + "  " + PlainText.oneLine(event.visit().address()));
    } else if (event.visited() % PLAIN_STEP == 0) {
      screen.println(line);
    }
  }

  private void problem(Visit.Failed failed) {
    problems++;
    if (problems <= PROBLEMS) {
      clear();
      screen.println("failed " + PlainText.oneLine(failed.address() + ": " + failed.problem()));
    } else if (problems == PROBLEMS + 1) {
      clear();
      screen.println("failed more; no further ones are shown");
    }
  }

  private void redraw(String line) {
    Instant now = clock.instant();
    if (!drawn.equals(Instant.MIN) && now.isBefore(drawn.plus(REDRAW))) {
      return;
    }
    drawn = now;
    int end = Math.min(line.codePointCount(0, line.length()), WIDTH);
    String cut = line.substring(0, line.offsetByCodePoints(0, end));
    screen.print("\r" + cut + " ".repeat(Math.max(0, drawnWidth - end)));
    screen.flush();
    drawnWidth = end;
  }

  private void clear() {
    if (drawnWidth > 0) {
      screen.print("\r" + " ".repeat(drawnWidth) + "\r");
      screen.flush();
      drawnWidth = 0;
    }
  }
}
