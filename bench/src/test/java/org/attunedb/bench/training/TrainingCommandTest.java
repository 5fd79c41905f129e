package org.attunedb.bench.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code attune bench train}, small. */
class TrainingCommandTest {
  @Test
  void train_smallScale_learnsAndTellsWhatItTook() {
    Cli run =
        Cli.run(
            "bench",
            "train",
            "--pairs",
            "300",
            "--dimension",
            "32",
            "--documents",
            "200",
            "--output",
            "json");

    assertThat(run.code()).as(run.err()).isZero();
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(json.get("pairs").intValue()).isEqualTo(300);
    assertThat(json.get("dimension").intValue()).isEqualTo(32);
    assertThat(json.get("documents").intValue()).isEqualTo(200);
    // The planes that queries are turned in can be learned.
    assertThat(json.get("published").booleanValue()).as(json.get("reason").asText()).isTrue();
    assertThat(json.get("trainSeconds").doubleValue()).isPositive();
    assertThat(json.get("cpuSeconds").doubleValue()).isPositive();
    assertThat(json.get("peakHeapBytes").longValue()).isGreaterThan(1 << 20);
    assertThat(json.get("peakRssBytes").longValue())
        .isGreaterThan(json.get("peakHeapBytes").longValue() / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--pairs 0", "--dimension 4097", "--documents 0"})
  void train_scaleOutOfRange_isRefused(String option) {
    String[] words = option.split(" ");

    Cli run = Cli.run("bench", "train", words[0], words[1]);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(words[0] + " is " + words[1] + ", expected 1 to ");
  }
}
