package org.attunedb.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.Test;

/** {@code attune bench ingest}, small. */
class IngestBenchCommandTest {
  @Test
  void ingest_smallSite_isGatheredWholeAndThenLeftAlone() {
    Cli run = Cli.run("bench", "ingest", "--pages", "60", "--seed", "5", "--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(json.get("pages").intValue()).isEqualTo(60);
    assertThat(json.get("firstRequests").intValue()).isEqualTo(61);
    assertThat(json.get("secondRequests").intValue()).isEqualTo(61);
    assertThat(json.get("firstWritten").intValue()).isEqualTo(json.get("documents").intValue());
    assertThat(json.get("secondWritten").intValue()).isZero();
    assertThat(json.get("firstProcessorSeconds").doubleValue()).isPositive();
    long bytes = json.get("bytes").longValue();
    Cli other = Cli.run("bench", "ingest", "--pages", "60", "--seed", "6", "--output", "json");
    assertThat(StrictJson.readObject(other.out(), "stdout").get("bytes").longValue())
        .isNotEqualTo(bytes);
  }

  @Test
  void ingest_pagesOutOfRange_areRefused() {
    Cli run = Cli.run("bench", "ingest", "--pages", "0");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--pages is 0, expected 1 to 1000000");
  }
}
