package org.attunedb.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmhCommandTest {
  private static final String IGNORE_LOCK = "jmh.ignoreLock";

  @TempDir private Path stores;
  private String tmpdir = "";

  @BeforeEach
  void redirectTemporaryFolders() {
    tmpdir = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", stores.toString());
    // The figures don't matter here, and another build may be at the same test.
    System.setProperty(IGNORE_LOCK, "true");
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    System.setProperty("java.io.tmpdir", tmpdir);
    System.clearProperty(IGNORE_LOCK);
    try (var left = Files.list(stores)) {
      assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("attune-"));
    }
  }

  @Test
  void run_oneBenchmark_measuresInAForkAndWritesOneLineOfJson() {
    Cli run = Cli.run("bench", "jmh", "embedQuery", "--quick", "--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("making a collection of 1000 documents", "measuring 100%");
    assertThat(run.out()).endsWith("}\n");
    assertThat(run.out().lines()).hasSize(1);
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(members(json)).containsExactly("java", "quick", "results");
    assertThat(json.path("java").textValue()).isEqualTo(Runtime.version().toString());
    assertThat(json.path("quick").booleanValue()).isTrue();
    assertThat(json.path("results")).hasSize(1);
    JsonNode result = json.path("results").path(0);
    assertThat(members(result))
        .containsExactly("benchmark", "parameters", "score", "error", "p50", "p99", "unit");
    assertThat(result.path("benchmark").textValue()).isEqualTo("EmbeddingBenchmark.embedQuery");
    assertThat(result.path("parameters").toString()).isEqualTo("{\"documents\":\"1000\"}");
    assertThat(result.path("score").doubleValue()).isBetween(1.0, 1e6);
    assertThat(result.path("error").isNumber()).isTrue();
    assertThat(result.path("p50").isNull()).as("calls are not timed one by one").isTrue();
    assertThat(result.path("unit").textValue()).isEqualTo("us/op");
  }

  @Test
  void run_threads_measuresEachOverAMixtureOfItsOwn() {
    Cli run = Cli.run("bench", "jmh", "ThreadsSearch.*(one|two)", "--quick", "--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode results = StrictJson.readObject(run.out(), "stdout").path("results");
    assertThat(results).hasSize(2);
    assertThat(results)
        .allSatisfy(
            result -> {
              assertThat(result.path("parameters").toString()).isEqualTo("{\"vectors\":\"1000\"}");
              assertThat(result.path("p50").doubleValue()).isPositive();
            });
  }

  @Test
  void run_patternThatIsNone_isInvalidInput() {
    assertRefused("'(' is not a regular expression", "(");
  }

  @Test
  void run_nothingMatches_listsTheBenchmarks() {
    assertRefused(
        "no benchmark matches 'nope', expected some of [AdapterBenchmark.apply,"
            + " EmbeddingBenchmark.embedDocument, EmbeddingBenchmark.embedQuery,"
            + " EngineSearchBenchmark.search, FilterSearchBenchmark.search,"
            + " HitsSearchBenchmark.search, SearchBenchmark.search,"
            + " ThreadsSearchBenchmark.four, ThreadsSearchBenchmark.one,"
            + " ThreadsSearchBenchmark.two, VectorSearchBenchmark.search]",
        "nope");
  }

  @Test
  void run_wrongOutput_isInvalidInput() {
    assertRefused("--output", "--output", "xml");
  }

  @Test
  void table_someTimings_alignsNumbersAndLeavesOutWhatWasNotMeasured() {
    List<Timing> timings =
        List.of(
            new Timing(
                "A.fast",
                new TreeMap<>(Map.of("rank", "8", "dimension", "16")),
                1.26,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                "us/op"),
            new Timing(
                "B.slow",
                Map.of(),
                1234.5,
                OptionalDouble.of(6),
                OptionalDouble.of(1200),
                OptionalDouble.of(2000.04),
                "us/op"));

    assertThat(JmhTable.write(timings).lines())
        .containsExactly(
            "benchmark | parameters          |  score | error |    p50 |    p99 | unit",
            "----------+---------------------+--------+-------+--------+--------+------",
            "A.fast    | dimension=16 rank=8 |    1.3 |     - |      - |      - | µs/op",
            "B.slow    |                     | 1234.5 |   6.0 | 1200.0 | 2000.0 | µs/op");
  }

  @Test
  void texts_sameSeed_areTheSameAndFollowZipfsLaw() {
    List<String> texts = new SyntheticTexts(5).texts(200, 100);

    assertThat(texts).isEqualTo(new SyntheticTexts(5).texts(200, 100));
    assertThat(texts).isNotEqualTo(new SyntheticTexts(6).texts(200, 100));
    Map<String, Integer> counts = new TreeMap<>();
    for (String text : texts) {
      for (String word : text.split(" ")) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    List<Integer> sorted = new ArrayList<>(counts.values());
    sorted.sort((a, b) -> b - a);
    // 1 / H(20000) of 20,000 words, and a tenth of that.
    assertThat(sorted.getFirst()).isBetween(1_700, 2_100);
    assertThat(sorted.get(9)).isBetween(150, 250);
  }

  private static void assertRefused(String problem, String... args) {
    List<String> all = new ArrayList<>(List.of("bench", "jmh"));
    all.addAll(List.of(args));
    Cli run = Cli.run(all.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(problem);
  }

  private static List<String> members(JsonNode object) {
    List<String> members = new ArrayList<>();
    object.fieldNames().forEachRemaining(members::add);
    return members;
  }
}
