package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code attune bench ann} and its sub-commands, small, with real processes. */
class AnnCommandTest {
  /** Enough that a merged segment has a graph. */
  private static final int ROWS = 4_000;

  /**
   * In 24 dimensions a code of few bits says little: how much is found is a matter of the format.
   */
  private static final Set<String> CODED = Set.of("attune_int4", "attune_binary");

  @TempDir private static Path data;

  @BeforeAll
  static void generate() {
    Cli run = generate("a", "--n", Integer.toString(ROWS), "--seed", "3");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("generating 100%");
  }

  private static Cli generate(String name, String... more) {
    List<String> words =
        new ArrayList<>(List.of("bench", "ann", "generate", data.resolve(name).toString()));
    words.addAll(Arrays.asList(more));
    addDefault(words, "--d", "24");
    addDefault(words, "--queries", "60");
    return Cli.run(words.toArray(String[]::new));
  }

  private static Cli run(String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(Arrays.asList(more));
    Path folder = data.resolve("a");
    addDefault(words, "--base", folder.resolve("base.fvecs").toString());
    addDefault(words, "--query", folder.resolve("query.fvecs").toString());
    addDefault(words, "--groundtruth", folder.resolve("groundtruth.ivecs").toString());
    addDefault(words, "--warmup", "0");
    addDefault(words, "--rounds", "1");
    return Cli.run(words.toArray(String[]::new));
  }

  private static void addDefault(List<String> words, String option, String value) {
    if (!words.contains(option)) {
      words.addAll(List.of(option, value));
    }
  }

  private static List<ObjectNode> lines(String command, String... more) {
    String[] words = Arrays.copyOf(more, more.length + 2);
    words[more.length] = "--output";
    words[more.length + 1] = "json";
    Cli run = run(command, words);
    assertThat(run.code()).as(run.err()).isZero();
    return run.out().lines().map(line -> StrictJson.readObject(line, "stdout")).toList();
  }

  private static String parameter(ObjectNode line, String name) {
    return line.path("parameters").path(name).asText();
  }

  @Test
  void ann_everyEngine_writesALineForEachSettingAndFindsMoreWithMoreCandidates() {
    List<ObjectNode> lines = lines("bench ann", "--ef", "10,120");

    Map<String, List<ObjectNode>> byEngine =
        lines.stream().collect(Collectors.groupingBy(line -> line.path("engine").textValue()));
    assertThat(byEngine)
        .containsOnlyKeys(
            Arrays.stream(EngineName.values()).map(EngineName::label).toArray(String[]::new));
    byEngine.forEach(
        (engine, own) -> {
          double[] recalls =
              own.stream()
                  .filter(line -> parameter(line, "plan").equals("graph"))
                  .mapToDouble(line -> line.path("recall").doubleValue())
                  .toArray();
          if (!engine.equals("langchain4j")) {
            assertThat(recalls).as(engine).hasSize(2);
            assertThat(recalls[0]).as(engine).isGreaterThan(0.7);
          }
          if (!CODED.contains(engine) && !engine.equals("langchain4j")) {
            assertThat(recalls).as(engine).isSorted();
            assertThat(recalls[1]).as(engine).isGreaterThan(0.97);
          }
        });
    assertThat(byEngine.get("langchain4j"))
        .singleElement()
        .satisfies(line -> assertThat(line.path("recall").doubleValue()).isEqualTo(1));
    requireMembers(lines);
  }

  private static void requireMembers(List<ObjectNode> lines) {
    for (ObjectNode line : lines) {
      List<String> names = new ArrayList<>();
      line.fieldNames().forEachRemaining(names::add);
      assertThat(names)
          .containsExactly(
              "engine",
              "n",
              "d",
              "parameters",
              "build_s",
              "build_cpu_s",
              "disk_bytes",
              "heap_bytes",
              "rss_bytes",
              "recall",
              "qps",
              "p50_us",
              "p99_us");
      assertThat(line.path("n").intValue()).isEqualTo(ROWS);
      assertThat(line.path("d").intValue()).isEqualTo(24);
      assertThat(line.path("build_cpu_s").doubleValue()).isPositive();
      assertThat(line.path("rss_bytes").longValue()).isGreaterThan(10_000_000);
      assertThat(line.path("p99_us").doubleValue())
          .isGreaterThanOrEqualTo(line.path("p50_us").doubleValue())
          .isPositive();
      boolean onDisk = !List.of("jvector", "langchain4j").contains(line.path("engine").asText());
      assertThat(line.path("disk_bytes").isNull()).isEqualTo(!onDisk);
      if (onDisk) {
        // Full vectors are on disk in every format but one, which has a byte for each component.
        long component = line.path("engine").asText().equals("attune_lvq8") ? 1 : Float.BYTES;
        assertThat(line.path("disk_bytes").longValue()).isGreaterThan(component * 24 * ROWS);
      }
    }
  }

  @Test
  void ann_options_reachTheEngine() {
    List<ObjectNode> lines =
        lines(
            "bench ann",
            "--engine",
            "attune_float32,lucene",
            "--k",
            "5",
            "--ef",
            "3,20,20",
            "--threads",
            "2",
            "--m",
            "4",
            "--ef-construction",
            "10",
            "--similarity",
            "euclidean",
            "--target-recall",
            "0.9");

    // Lower than k is raised to it, the same twice is measured once.
    assertThat(lines)
        .extracting(
            line ->
                line.path("engine").asText()
                    + " "
                    + parameter(line, "plan")
                    + " "
                    + parameter(line, "ef")
                    + parameter(line, "target_recall"))
        .containsExactly(
            "attune_float32 auto ",
            "attune_float32 target 0.9",
            "attune_float32 graph 5",
            "attune_float32 graph 20",
            "lucene graph 5",
            "lucene graph 20");
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(line.path("parameters").toString())
                    .contains("\"k\":5", "\"threads\":2", "\"m\":4", "\"ef_construction\":10")
                    .contains("\"similarity\":\"euclidean\""));
    // A graph of so few connections finds less than the default one.
    assertThat(lines.getLast().path("recall").doubleValue()).isLessThan(0.97);
  }

  @Test
  void ann_filters_compareTheChoiceWithGraphAndScan() {
    Cli run =
        run(
            "bench ann",
            "--engine",
            "attune_float32,lucene,lucene_leaf",
            "--ef",
            "200",
            "--filter-selectivity",
            "0.05,0.5");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("lucene_leaf: skipped, it knows none of these settings");
    assertThat(run.out())
        .contains("auto filter=0.05", "exact filter=0.5", "ef=200 filter=0.05")
        .contains("Under filters; walks with a recall of at least 0.98:");
    assertThat(run.out().lines().filter(line -> line.contains("exact filter")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("| 1.0000 |"));
  }

  @Test
  void deletes_attune_keepsItsRecall() {
    List<ObjectNode> lines =
        lines("bench ann deletes", "--engine", "attune_float32", "--ef", "120");

    assertThat(lines)
        .extracting(line -> parameter(line, "stage"))
        .containsExactly(
            "fresh",
            "30 % deleted",
            "30 % deleted, compacted",
            "restored",
            "cycle 10",
            "cycle 20",
            "cycle 30",
            "cycle 40",
            "cycle 50");
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.path("recall").doubleValue()).isGreaterThan(0.97));
    long rows = lines.getFirst().path("n").longValue();
    assertThat(parameter(lines.get(0), "deleted_rows")).isEqualTo("0");
    assertThat(Double.parseDouble(parameter(lines.get(1), "deleted_rows")) / rows)
        .isBetween(0.25, 0.35);
    assertThat(parameter(lines.get(2), "deleted_rows")).isEqualTo("0");
  }

  @Test
  void memory_smallHeap_isSearchedAndTheDiskIsCounted() {
    List<ObjectNode> lines = lines("bench ann memory", "--ef", "64", "--heap", "48");

    assertThat(lines).hasSize(1);
    ObjectNode line = lines.getFirst();
    assertThat(line.path("recall").doubleValue()).isGreaterThan(0.95);
    assertThat(line.path("parameters").path("bytes_read_per_query").isIntegralNumber()).isTrue();
    assertThat(line.path("heap_bytes").longValue()).isBetween(1L, 48L << 20);
  }

  @Test
  void memory_indexesKept_areNotBuiltAgain(@TempDir Path folder) throws IOException {
    String indexes = folder.resolve("indexes").toString();
    lines("bench ann memory", "--ef", "64", "--heap", "48", "--indexes", indexes);
    Path store = folder.resolve("indexes/attune_float32/attune.json");
    FileTime written = Files.getLastModifiedTime(store);

    List<ObjectNode> lines =
        lines("bench ann memory", "--ef", "64", "--heap", "48", "--indexes", indexes);

    assertThat(lines.getFirst().path("recall").doubleValue()).isGreaterThan(0.95);
    assertThat(Files.getLastModifiedTime(store)).isEqualTo(written);
    try (Stream<Path> kept = Files.list(folder.resolve("indexes"))) {
      assertThat(kept).hasSize(1);
    }
  }

  @Test
  void memory_limit_isSetOrRefusedWithTheReason() {
    Cli run = run("bench ann memory", "--ef", "64", "--heap", "48", "--limit", "300");

    if (run.code() == 0) {
      assertThat(run.out()).contains("bytes read/query");
    } else {
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("--limit: no control group can be made below");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--k 0 | --k is 0, expected 1 to 10000",
        "--k 101 | k is 101, expected 1 to 100, the neighbours that",
        "--ef 0 | --ef is 0, expected 1 to 10000",
        "--threads 0 | --threads is 0, expected 1 to 256",
        "--rounds 0 | --rounds is 0, expected 1 to",
        "--warmup -1 | --warmup is -1.0, expected 0 to 3600",
        "--m 1 | --m is 1, expected 2 to 512",
        "--ef-construction 0 | --ef-construction is 0, expected 1 to 3200",
        "--filter-selectivity 0 | --filter-selectivity is 0.0, expected 0.0001 to 1",
        "--target-recall 1 | --target-recall is 1.0, expected above 0 and below 1",
        "--engine nope | 'nope' is not one of attune_float32",
        "--similarity nope | 'nope' is not one of cosine",
      })
  void ann_optionOutOfRange_isRefused(String option, String message) {
    String[] words = option.split(" ");

    Cli run = run("bench ann", words[0], words[1]);

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void ann_filesThatDoNotFit_areRefused() throws IOException {
    assertThat(Cli.run("bench", "ann").err()).contains("Missing required option: '--base'");
    assertThat(generate("other", "--n", "50", "--d", "12", "--queries", "7").code()).isZero();
    Path other = data.resolve("other");

    Cli dimension = run("bench ann", "--query", other.resolve("query.fvecs").toString());
    Cli count = run("bench ann", "--groundtruth", other.resolve("groundtruth.ivecs").toString());
    Path wrong = data.resolve("wrong.ivecs");
    try (RowFileWriter writer = new RowFileWriter(wrong)) {
      for (int q = 0; q < 60; q++) {
        writer.write(new int[] {1, ROWS});
      }
    }
    Cli row = run("bench ann", "--k", "1", "--groundtruth", wrong.toString());

    assertThat(dimension.err()).contains("queries have 12 dimensions, expected 24 as in");
    assertThat(count.err()).contains("has 7 rows, expected one for each of the 60 queries");
    assertThat(row.err()).contains("wrong.ivecs:1: neighbour 4000, expected 0 to 3999");
    assertThat(List.of(dimension.code(), count.code(), row.code())).containsOnly(2);
  }

  @Test
  void codes_mixture_coarserCodesNeedMoreCandidates() {
    Cli run =
        Cli.run(
            "bench",
            "ann",
            "codes",
            "--d",
            "48",
            "--n",
            "3000",
            "--queries",
            "40",
            "--k",
            "1,10",
            "--output",
            "json");
    assertThat(run.code()).as(run.err()).isZero();
    List<ObjectNode> lines =
        run.out().lines().map(line -> StrictJson.readObject(line, "stdout")).toList();

    assertThat(lines).hasSize(2 * CodeKind.values().length);
    for (ObjectNode line : lines) {
      List<Double> recalls = new ArrayList<>();
      line.path("recall").forEach(recall -> recalls.add(recall.doubleValue()));
      assertThat(recalls).hasSize(16).isSorted();
      assertThat(recalls.getLast()).isGreaterThan(0.95);
    }
    assertThat(codes(lines, "int8")).isGreaterThan(codes(lines, "int4"));
    assertThat(codes(lines, "int4")).isGreaterThan(codes(lines, "binary"));
    assertThat(codes(lines, "lvq8")).isGreaterThan(0.97);
    assertThat(codes(lines, "nvq")).isGreaterThan(0.97);
  }

  private static double codes(List<ObjectNode> lines, String name) {
    return lines.stream()
        .filter(line -> line.path("codes").textValue().equals(name))
        .filter(line -> line.path("k").intValue() == 10)
        .mapToDouble(line -> line.path("recall").path("1").doubleValue())
        .sum();
  }

  @Test
  void codes_file_isHeldAgainstItsOwnTenth() {
    Path base = data.resolve("a").resolve("base.fvecs");

    Cli run = Cli.run("bench", "ann", "codes", "--base", base.toString(), "--codes", "int8,binary");
    Cli alone = Cli.run("bench", "ann", "codes", "--query", base.toString());
    Cli k = Cli.run("bench", "ann", "codes", "--k", "101");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("3600").contains("int8").contains("binary");
    assertThat(alone.err()).contains("--query is given without --base");
    assertThat(k.err()).contains("--k is 101, expected 1 to 100");
  }

  @Test
  void deletes_engineOfOthers_isRefused() {
    assertThat(run("bench ann deletes", "--engine", "lucene").err())
        .contains("--engine is lucene, expected one of Attune's formats");
    assertThat(run("bench ann memory", "--heap", "1").err()).contains("--heap is 1, expected 16");
  }

  @Test
  void generate_sameSeed_writesTheSameFilesAndNeverOverwrites() throws IOException {
    assertThat(generate("b", "--n", Integer.toString(ROWS), "--seed", "3").code()).isZero();
    for (String name : List.of("base.fvecs", "query.fvecs", "groundtruth.ivecs", "attribute.i32")) {
      assertThat(data.resolve("b").resolve(name))
          .hasSameBinaryContentAs(data.resolve("a").resolve(name));
    }
    byte[] before = Files.readAllBytes(data.resolve("b/base.fvecs"));

    Cli again = generate("b", "--n", "10", "--seed", "4");
    Cli few = generate("c", "--n", "0");

    assertThat(again.code()).isEqualTo(4);
    assertThat(again.err()).contains("base.fvecs exists, expected no such file");
    assertThat(data.resolve("b/base.fvecs")).hasBinaryContent(before);
    assertThat(few.err()).contains("--n is 0, expected 1 to");
    assertThat(data.resolve("c")).doesNotExist();
  }
}
