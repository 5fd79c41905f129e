package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code attune search --explain} and the knobs whose effect it shows. */
class SearchExplainTest {
  private static final int DOCUMENTS = 3_000;
  private static final List<String> COLOURS = List.of("red", "green", "blue", "grey", "brown");
  private static final List<String> THINGS = List.of("apple", "frog", "house", "train", "letter");

  @TempDir private static Path store;

  @BeforeAll
  static void fill() {
    Stores.create(
        store,
        "docs",
        CollectionSpec.lexical(),
        IntStream.range(0, DOCUMENTS).mapToObj(SearchExplainTest::document).toList());
    assertThat(CliRun.of("compact", "--store", store, "--collection", "docs").code()).isZero();
  }

  private static Document document(int i) {
    String text =
        "%s %s number %s of the %s %s"
            .formatted(
                COLOURS.get(i % 5),
                THINGS.get(i / 5 % 5),
                i,
                COLOURS.get(i / 25 % 5),
                "w" + i % 97);
    return Document.of("d" + i, text);
  }

  private static CliRun search(String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("search", "--store", store, "--collection", "docs"));
    arguments.addAll(List.of(more));
    arguments.add("red apple number 7");
    return CliRun.of(arguments.toArray());
  }

  @Test
  void explain_table_hasALineForEachSegment() {
    CliRun run = search("--explain", "--ef", "40");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("plan graph, ef 40, \\d+ visited, 0 rescored, \\d+\\.\\d+ ms")
        .containsPattern("segment +\\| +documents \\| +matching \\| plan +\\| reason")
        .containsPattern("_\\w+ +\\| +3000 \\| +3000 \\| graph \\| requested \\| +40 ");
  }

  @Test
  void explain_json_hasTheSameFacts() {
    CliRun run = search("--explain", "--exact", "--output", "json");

    ObjectNode explain =
        (ObjectNode) StrictJson.readObject(run.out(), "standard output").get("explain");
    assertThat(explain.get("plan").asText()).isEqualTo("exact");
    assertThat(explain.get("visited").asInt()).isEqualTo(DOCUMENTS);
    assertThat(explain.get("matched").isNull()).isTrue();
    var segment = explain.get("segments").get(0);
    assertThat(segment.get("reason").asText()).isEqualTo("requested");
    assertThat(segment.get("documents").asInt()).isEqualTo(DOCUMENTS);
    assertThat(segment.get("scan_us").asDouble()).isPositive();
    assertThat(segment.get("walk_us").isNull()).isTrue();
  }

  @Test
  void search_withoutExplain_saysNothingOfPlans() {
    assertThat(search().out()).doesNotContain("plan ");
    assertThat(StrictJson.readObject(search("--output", "json").out(), "out").has("explain"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"--ef, 0", "--ef, -3", "--ef, 10001", "--recall, 0", "--recall, 1", "--recall, NaN"})
  void search_knobOutOfRange_isRefused(String option, String value) {
    CliRun run = search(option, value);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).contains(option.substring(2));
  }

  @Test
  void search_recallBesideEf_isRefused() {
    assertThat(search("--recall", "0.9", "--ef", "10").code()).isEqualTo(2);
  }
}
