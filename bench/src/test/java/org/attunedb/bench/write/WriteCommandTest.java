package org.attunedb.bench.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code attune bench write}, small. */
class WriteCommandTest {
  @Test
  void write_quick_measuresEverythingAndShowsItsProgress() {
    Cli run =
        Cli.run(
            "bench",
            "write",
            "--quick",
            "--dimension",
            "8",
            "--documents",
            "300",
            "--operations",
            "20",
            "--output",
            "json");

    assertThat(run.code()).as(run.err()).isZero();
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(json.get("quick").booleanValue()).isTrue();
    assertThat(json.get("dimension").intValue()).isEqualTo(8);
    assertThat(json.get("documents").intValue()).isEqualTo(300);
    assertThat(json.get("operations").intValue()).isEqualTo(20);
    assertThat(json.properties())
        .filteredOn(member -> member.getValue().isDouble())
        .hasSize(12)
        .allSatisfy(member -> assertThat(member.getValue().doubleValue()).isPositive());
    // The last step ends the bar: its total is what was written.
    assertThat(run.err().lines()).last().asString().startsWith("measuring 100%  took ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dimension 0", "--dimension 4097", "--documents 0", "--operations -1"})
  void write_scaleOutOfRange_isRefused(String option) {
    String[] words = option.split(" ");

    Cli run = Cli.run("bench", "write", "--quick", words[0], words[1]);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(words[0] + " is " + words[1] + ", expected 1 to ");
  }
}
