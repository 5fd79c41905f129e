package org.attunedb.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.TerminalKind;
import org.junit.jupiter.api.Test;

/** Runs the README's first command as it is run by a newcomer, with PyTorch. */
class DemoCommandTest {
  @Test
  void demo_run_publishesAnAdapterAndAsksThreeQuestions() {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    Out out =
        new Out(
            new PrintStream(stdout, true, StandardCharsets.UTF_8),
            new PrintStream(stderr, true, StandardCharsets.UTF_8),
            TerminalKind.PLAIN);

    int exit = AttuneCli.run(out, "demo");

    String screen = stdout.toString(StandardCharsets.UTF_8);
    assertThat(exit).as(stderr.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(screen)
        .contains("| completed  ", "---- Evaluating with model ----", "Recall@100:")
        .containsPattern("results +\\| recall@10: \\d\\d\\.\\d\\d% \\(\\+");
    assertThat(screen.lines().filter(line -> line.endsWith("(seen)"))).hasSize(2);
    assertThat(screen.lines().filter(line -> line.endsWith("(unseen)"))).hasSize(1);
    assertThat(stderr.toString(StandardCharsets.UTF_8)).contains("training 100%");
  }
}
