package org.attunedb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
  @Test
  void log_warningWithException_isOneLineOnStderr() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Speaker.class.getName()));
    builder.environment().remove("ATTUNE_LOG_LEVEL");
    Process process = builder.start();

    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(out).isEmpty();
    assertThat(err.lines())
        .containsExactly(
            "WARN  LoggingTest$Speaker: first second java.lang.IllegalStateException: because");
  }

  /** Runs in a process of its own, because the tests' own logging is configured already. */
  static final class Speaker {
    private Speaker() {}

    public static void main(String[] args) {
      Logger logger = LoggerFactory.getLogger(Speaker.class);
      logger.info("unheard");
      logger.warn("first\nsecond", new IllegalStateException("because"));
    }
  }
}
