package org.attunedb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.attunedb.server.openai.RetryListener.Retry;
import org.attunedb.server.terminal.TerminalKind;
import org.junit.jupiter.api.Test;

class RetryViewTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  private RetryView view(TerminalKind kind) {
    PrintStream stream = new PrintStream(screen, true, StandardCharsets.UTF_8);
    InstantSource source = now::get;
    return new RetryView(new Out(stream, stream, kind), source.withZone(ZoneOffset.UTC));
  }

  private static Retry retry(int number) {
    return new Retry("model 'm' at http://h/v1: status 500", number, 5, Duration.ofMillis(1_449));
  }

  private String shown() {
    return screen.toString(StandardCharsets.UTF_8);
  }

  @Test
  void on_manyAtATime_tellsOneEveryFiveSeconds() {
    RetryView view = view(TerminalKind.PLAIN);

    view.on(retry(1));
    view.on(retry(1));
    now.set(START.plusMillis(4_999));
    view.on(retry(2));
    now.set(START.plusMillis(5_000));
    view.on(retry(3));

    assertThat(shown().lines())
        .containsExactly(
            "model 'm' at http://h/v1: status 500; trying again in 1.4 s (retry 1 of 5)",
            "model 'm' at http://h/v1: status 500; trying again in 1.4 s (retry 3 of 5)");
  }

  @Test
  void on_screenWithABar_takesItsLine() {
    view(TerminalKind.INTERACTIVE).on(retry(1));

    assertThat(shown()).startsWith("\r" + " ".repeat(79) + "\rmodel 'm'").endsWith("of 5)\n");
  }

  @Test
  void on_controlCharacters_areNotPrinted() {
    view(TerminalKind.PLAIN).on(new Retry("\u001b[2J\nx", 1, 1, Duration.ofSeconds(1)));

    assertThat(shown()).startsWith("?[2J x; trying again in 1.0 s (retry 1 of 1)");
  }
}
