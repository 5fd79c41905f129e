package org.attunedb.bench.embed;

import static org.assertj.core.api.Assertions.assertThat;

import org.attunedb.bench.Cli;
import org.junit.jupiter.api.Test;

/** {@code attune bench embed}, small. */
class EmbedCommandTest {
  /** Five requests, two at a time: three rounds. */
  @Test
  void embed_fewTexts_tellsRequestsAndTheirLeastTime() {
    Cli run =
        Cli.run(
            "bench",
            "embed",
            "--texts",
            "45",
            "--latency",
            "20",
            "--concurrency",
            "2",
            "--batch",
            "10");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .matches(
            "(?s)first 45 texts in 5 requests: \\d+ ms, at best 60 ms: [\\d.]+ % of what the limits allow\\R"
                + "then  45 texts in 5 requests: \\d+ ms, at best 60 ms: [\\d.]+ % of what the limits allow\\R"
                + "0 retries\\R");
  }

  @Test
  void embed_optionsOutOfRange_areRefused() {
    assertThat(Cli.run("bench", "embed", "--texts", "0").code()).isEqualTo(2);
    assertThat(Cli.run("bench", "embed", "--latency", "0").code()).isEqualTo(2);
    assertThat(Cli.run("bench", "embed", "--batch", "0").code()).isEqualTo(2);
  }
}
