package org.attunedb.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final HandClock clock = new HandClock();

  @Test
  void update_plainStream_printsALineForEveryTenth() {
    try (ProgressBar bar = bar(TerminalKind.PLAIN, 1_000)) {
      for (int done = 1; done <= 1_000; done++) {
        clock.advance(Duration.ofMillis(10));
        bar.update(done, "step " + done);
      }
    }

    assertThat(printed().lines())
        .hasSize(10)
        .startsWith("Embedding  10%  eta 9.0s  step 100")
        .endsWith("Embedding 100%  took 10.0s  step 1000");
    assertThat(printed()).doesNotContain("\r");
  }

  @Test
  void update_interactiveStream_redrawsOneLineWithTheBar() {
    try (ProgressBar bar = bar(TerminalKind.INTERACTIVE, 4)) {
      clock.advance(Duration.ofMillis(500));
      bar.update(1, "batch one");
      clock.advance(Duration.ofMillis(500));
      bar.update(2, "two");
    }

    assertThat(printed().split("\r"))
        .hasSize(4)
        .contains("Embedding [######..................]  25%  eta 1.5s  batch one")
        .contains("Embedding [############............]  50%  eta 1.0s  two      ");
    assertThat(printed()).endsWith(System.lineSeparator());
  }

  @Test
  void update_fasterThanTheThrottle_isDrawnOnce() {
    ProgressBar bar = bar(TerminalKind.INTERACTIVE, 1_000);
    for (int done = 1; done <= 99; done++) {
      clock.advance(Duration.ofMillis(1));
      bar.update(done, "");
    }

    assertThat(printed()).containsOnlyOnce("\r");
  }

  @Test
  void update_longMessage_staysWithinTheScreen() {
    bar(TerminalKind.INTERACTIVE, 10).update(1, "x".repeat(200));

    assertThat(printed().substring(1)).hasSize(79).endsWith("...");
  }

  @Test
  void update_beyondTheTotal_isFull() {
    bar(TerminalKind.PLAIN, 10).update(11, "");

    assertThat(printed()).startsWith("Embedding 100%");
  }

  @Test
  void close_twice_endsTheLineOnce() {
    ProgressBar bar = bar(TerminalKind.INTERACTIVE, 0);
    bar.close();
    bar.close();
    bar.update(1, "late");

    assertThat(printed().lines()).hasSize(2).last().asString().contains("100%  took 0.0s");
  }

  private ProgressBar bar(TerminalKind kind, long total) {
    return new ProgressBar(stream, kind, clock, "Embedding", total);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static final class HandClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("a test never asks for another zone");
    }
  }
}
