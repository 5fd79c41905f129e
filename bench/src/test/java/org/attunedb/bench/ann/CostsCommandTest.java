package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.Test;

/** {@code attune bench ann costs}, small. */
class CostsCommandTest {
  private static Cli run(String... more) {
    List<String> words =
        new java.util.ArrayList<>(
            List.of("bench", "ann", "costs", "--n", "3000", "--d", "8,16", "--rounds", "2"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void costs_json_hasEverySettingMeasuredAndPredicted() {
    Cli run = run("--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    List<ObjectNode> lines =
        run.out().lines().map(line -> StrictJson.readObject(line, "line")).toList();
    assertThat(lines).hasSize(2 * 7);
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.get("p50_us").asDouble()).isPositive();
              assertThat(line.get("predicted_us").asDouble()).isPositive();
              assertThat(line.get("visited").asDouble()).isBetween(1.0, 3_000.0);
            });
    assertThat(lines)
        .filteredOn(line -> line.get("setting").asText().equals("exact"))
        .allSatisfy(line -> assertThat(line.get("visited").asInt()).isEqualTo(3_000));
  }

  @Test
  void costs_filters_areMeasuredBesideTheSettingsWithout() {
    Cli run = run("--filter-selectivity", "0.01,0.5", "--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    List<ObjectNode> lines =
        run.out().lines().map(line -> StrictJson.readObject(line, "line")).toList();
    assertThat(lines).hasSize(2 * 3 * 7);
    assertThat(lines)
        .filteredOn(line -> line.get("setting").asText().equals("exact filter=0.5"))
        .hasSize(2)
        .allSatisfy(
            line -> {
              assertThat(line.get("visited").asInt()).isBetween(1_300, 1_700);
              assertThat(line.get("recall").asDouble()).isEqualTo(1);
            });
  }

  @Test
  void costs_table_hasTheChoiceBesideTheFastest() {
    Cli run = run("--filter-selectivity", "0.01");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("chosen / fastest", "exact filter=0.01", "rescored");
  }

  @Test
  void costs_filterOutOfRange_isRefused() {
    Cli run = run("--filter-selectivity", "2");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--filter-selectivity is 2.0, expected 0.0001 to 1");
  }

  @Test
  void costs_otherEngine_isRefused() {
    Cli run = run("--engine", "lucene");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--engine is lucene, expected one of Attune's formats");
  }

  @Test
  void fit_pointsOfALine_isTheLine() {
    LineFit fit = LineFit.of(new double[] {1, 2, 5}, new double[] {5, 7, 13});

    assertThat(fit.intercept()).isCloseTo(3, within(1e-9));
    assertThat(fit.slope()).isCloseTo(2, within(1e-9));
  }

  @Test
  void fit_pointsAtOnePlace_isTheirMean() {
    assertThat(LineFit.of(new double[] {4, 4}, new double[] {1, 3})).isEqualTo(new LineFit(2, 0));
  }
}
