package org.attunedb.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecallCommandTest {
  private static final List<String> METRICS =
      List.of(
          "recall@1",
          "recall@3",
          "recall@5",
          "recall@10",
          "recall@50",
          "recall@100",
          "ndcg@10",
          "mrr@10");

  @TempDir private Path temp;
  private Path stores = Path.of("");
  private String tmpdir = "";

  @BeforeEach
  void redirectTemporaryFolders() throws IOException {
    tmpdir = System.getProperty("java.io.tmpdir");
    stores = Files.createDirectories(temp.resolve("stores"));
    System.setProperty("java.io.tmpdir", stores.toString());
  }

  @AfterEach
  void nothingIsLeftBehind() {
    System.setProperty("java.io.tmpdir", tmpdir);
    assertThat(stores).isEmptyDirectory();
  }

  @Test
  void run_severalSeeds_summarisesTheRunsOfEach() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("mismatch"));

    Cli alone = recall(folder, "--output", "json", "--seed", "8");
    Cli both = recall(folder, "--output", "json", "--seed", "7", "--runs", "2");
    Cli none = recall(folder, "--runs", "0");

    assertThat(both.code()).as(both.err()).isZero();
    List<ObjectNode> lines =
        both.out().lines().map(line -> StrictJson.readObject(line, "stdout")).toList();
    assertThat(lines).hasSize(3);
    ObjectNode first = lines.get(0);
    ObjectNode second = lines.get(1);
    assertThat(second.get("results")).isEqualTo(onlyLine(alone).get("results"));
    ObjectNode summary = lines.get(2);
    assertThat(summary.get("runs").intValue()).isEqualTo(2);
    for (JsonNode row : summary.get("results")) {
      for (String metric : List.of("recall@1", "recall@10", "ndcg@10")) {
        String mode = row.get("mode").asText();
        boolean adapter = row.get("adapter").asBoolean();
        String subset = row.get("subset").asText();
        if (row.has(metric)) {
          double a = value(first, mode, adapter, subset, metric);
          double b = value(second, mode, adapter, subset, metric);
          assertThat(row.get(metric).get("mean").asDouble()).isCloseTo((a + b) / 2, within(1e-12));
          assertThat(row.get(metric).get("worst").asDouble()).isEqualTo(Math.min(a, b));
        }
      }
    }
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--runs is 0, expected 1 to 1000");
  }

  /** Trains; the form of the JSON is checked here member by member. */
  @Test
  void run_learnableMismatch_publishesAndWritesOneLineOfJson() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("mismatch"));

    Cli run = recall(folder, "--output", "json", "--seed", "1");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("storing 100%", "training 100%").doesNotContain("{");
    ObjectNode json = onlyLine(run);
    assertMembers(json, "dataset", "embedder", "timings", "gate", "adapter", "results", "deltas");
    assertHead(json);
    assertResults(json);
    assertDeltas(json);
    assertThat(json.path("gate").path("published").booleanValue()).as(run.out()).isTrue();
    assertThat(value(json, "VECTOR", true, "seen", "recall@10"))
        .isGreaterThan(value(json, "VECTOR", false, "seen", "recall@10") + 0.3);
  }

  private static void assertHead(ObjectNode json) {
    JsonNode dataset = json.path("dataset");
    assertMembers(dataset, "name", "documents", "trainQueries", "testQueries");
    assertThat(dataset.path("name").textValue()).isEqualTo("mismatch");
    assertThat(integer(dataset, "documents")).isEqualTo(BeirFolder.DOCUMENTS);
    assertThat(integer(dataset, "trainQueries")).isEqualTo(BeirFolder.TRAIN);
    assertThat(integer(dataset, "testQueries")).isEqualTo(BeirFolder.TEST);

    JsonNode embedder = json.path("embedder");
    assertMembers(embedder, "name", "dimension");
    assertThat(embedder.path("name").textValue()).isEqualTo("attune-lexical-1");
    assertThat(integer(embedder, "dimension")).isEqualTo(1024);

    JsonNode timings = json.path("timings");
    assertMembers(timings, "ingestSeconds", "trainSeconds", "evaluateSeconds");
    timings.forEach(seconds -> assertThat(number(seconds)).isPositive().isLessThan(600));

    JsonNode gate = json.path("gate");
    assertMembers(gate, "published", "reason", "outcome", "metrics");
    assertThat(gate.path("metrics").path("base_recall@10").isNumber()).isTrue();
    assertThat(gate.path("published").isBoolean()).isTrue();
    assertThat(gate.path("reason").textValue()).isNotBlank();
    assertThat(gate.path("outcome").textValue()).isEqualTo("published");

    JsonNode adapter = json.path("adapter");
    assertMembers(
        adapter, "kind", "rank", "parameters", "alpha", "remembered", "betterModes", "applyMicros");
    assertThat(integer(adapter, "remembered")).isPositive();
    assertThat(adapter.path("betterModes").isArray()).isTrue();
    assertThat(adapter.path("kind").textValue()).isEqualTo("low-rank-residual");
    int rank = integer(adapter, "rank");
    assertThat(rank).isBetween(1, 512);
    assertThat(integer(adapter, "parameters")).isEqualTo(2 * rank * 1024 + 1024);
    assertThat(number(adapter.path("alpha"))).isBetween(0.01, 1.0);
    assertThat(number(adapter.path("applyMicros"))).isPositive().isLessThan(100_000);
  }

  private static void assertResults(ObjectNode json) {
    JsonNode results = json.path("results");
    // Keyword search has no adapter: three ways without, two with, each over three subsets.
    assertThat(results).hasSize((3 + 2) * 3);
    Set<String> rows = new TreeSet<>();
    for (JsonNode row : results) {
      List<String> members = new ArrayList<>(List.of("mode", "adapter", "subset", "queries"));
      members.addAll(METRICS);
      assertMembers(row, members.toArray(String[]::new));
      assertThat(row.path("mode").textValue()).isIn("VECTOR", "KEYWORD", "HYBRID");
      assertThat(row.path("adapter").isBoolean()).isTrue();
      assertThat(integer(row, "queries"))
          .isEqualTo(
              switch (row.path("subset").textValue()) {
                case "all" -> 40;
                case "seen" -> 30;
                case "unseen" -> 10;
                default -> -1;
              });
      METRICS.forEach(metric -> assertThat(number(row.path(metric))).isBetween(0.0, 1.0));
      rows.add(row.path("mode") + " " + row.path("adapter") + " " + row.path("subset"));
    }
    assertThat(rows).as("no row twice").hasSize(results.size());
  }

  private static void assertDeltas(ObjectNode json) {
    JsonNode deltas = json.path("deltas");
    assertThat(deltas).hasSize(2 * 3 * METRICS.size());
    for (JsonNode delta : deltas) {
      assertMembers(delta, "mode", "subset", "metric", "delta", "ciLow", "ciHigh", "pValue");
      String mode = delta.path("mode").textValue();
      String subset = delta.path("subset").textValue();
      String metric = delta.path("metric").textValue();
      double difference =
          value(json, mode, true, subset, metric) - value(json, mode, false, subset, metric);
      double mean = number(delta.path("delta"));
      assertThat(mean).isCloseTo(difference, within(1e-9));
      assertThat(number(delta.path("ciLow"))).isLessThanOrEqualTo(mean + 1e-9);
      assertThat(number(delta.path("ciHigh"))).isGreaterThanOrEqualTo(mean - 1e-9);
      assertThat(number(delta.path("pValue"))).isBetween(0.0, 1.0);
    }
  }

  @Test
  void run_table_showsRowsAndDeltasOnStdoutAndProgressOnStderr() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("mismatch"));
    folder.keepTraining(10);

    Cli run = recall(folder);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith(
            "mismatch: 120 documents, 10 training queries, 40 test queries;"
                + " embedder attune-lexical-1\nstoring ")
        .contains("too few labels: 10 usable labelled queries")
        .containsPattern("mode +\\| adapter +\\| queries +\\| +n \\| +R@1 ")
        .containsPattern("VECTOR +\\| without +\\| all +\\| 40 \\| 0\\.")
        .containsPattern("HYBRID +\\| with +\\| unseen +\\| ")
        .containsPattern("mode +\\| metric +\\| queries +\\| +delta \\|")
        .containsPattern("VECTOR +\\| recall@10 +\\| all +\\| \\+0\\.000 \\|")
        .doesNotContain("NaN", "storing 100%");
    assertThat(run.err()).contains("storing 100%");
  }

  @Test
  void run_tooFewTrainingPairs_saysSoAndBothRowsAreTheSame() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("few"));
    folder.keepTraining(31);

    ObjectNode json = onlyLine(recall(folder, "--output", "json"));

    assertGateClosed(json);
    assertThat(json.path("gate").path("reason").textValue()).contains("31", "at least 32");
  }

  @Test
  void run_withoutTrainingFile_measuresWithoutAdapter() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("untrained"));
    Files.delete(folder.path().resolve("qrels/train.tsv"));

    ObjectNode json = onlyLine(recall(folder, "--output", "json"));

    assertGateClosed(json);
    assertThat(json.path("gate").path("reason").textValue())
        .isEqualTo("there are no training judgments");
    assertThat(integer(json.path("dataset"), "trainQueries")).isZero();
  }

  private static void assertGateClosed(ObjectNode json) {
    assertThat(json.path("gate").path("published").booleanValue()).isFalse();
    assertThat(json.path("gate").path("outcome").textValue()).isEqualTo("too_few_labels");
    assertThat(json.path("adapter").path("kind").textValue()).isEqualTo("none");
    for (String member : List.of("rank", "parameters", "alpha", "applyMicros")) {
      assertThat(number(json.path("adapter").path(member))).as(member).isZero();
    }
    for (JsonNode row : json.path("results")) {
      for (String metric : METRICS) {
        if (integer(row, "queries") == 0) {
          assertThat(row.has(metric)).isFalse();
        } else if (row.path("adapter").booleanValue()) {
          String mode = row.path("mode").textValue();
          String subset = row.path("subset").textValue();
          assertThat(number(row.path(metric))).isEqualTo(value(json, mode, false, subset, metric));
        }
      }
    }
    for (JsonNode delta : json.path("deltas")) {
      assertThat(number(delta.path("delta"))).isZero();
      assertThat(number(delta.path("pValue"))).isEqualTo(1);
    }
  }

  @Test
  void run_testQueriesWithoutKnownWord_countAsNothingFound() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("strangers"));
    Files.delete(folder.path().resolve("qrels/train.tsv"));
    List<String> queries = new ArrayList<>();
    for (int i = 0; i < BeirFolder.TEST; i++) {
      queries.add("{\"_id\": \"test-" + i + "\", \"text\": \"" + (i == 0 ? "?!" : "qwrty") + "\"}");
    }
    folder.writeLines("queries.jsonl", queries);

    Cli run = recall(folder, "--output", "json");

    ObjectNode json = onlyLine(run);
    assertThat(run.out()).doesNotContain("NaN", "Infinity");
    for (JsonNode row : json.path("results")) {
      int expected = row.path("subset").textValue().equals("seen") ? 0 : BeirFolder.TEST;
      assertThat(integer(row, "queries")).isEqualTo(expected);
      METRICS.forEach(metric -> assertThat(row.path(metric).asDouble(0)).isZero());
    }
  }

  @Test
  void run_judgmentsOfUnknownIds_areCountedOnStderrOrRefusedIfStrict() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("unknown"));
    folder.keepTraining(1);
    List<String> test = folder.lines("qrels/test.tsv");
    test.add("test-1\tno-such-guide\t1");
    test.add("no-such-query\tguide-a-1\t1");
    folder.writeLines("qrels/test.tsv", test);

    Cli lenient = recall(folder, "--output", "json");
    Cli strict = recall(folder, "--output", "json", "--strict");

    String counted =
        "2 judgments name 1 unknown query (no-such-query) and 1 unknown document (no-such-guide)";
    assertThat(lenient.err()).contains("left out: " + counted);
    assertThat(integer(onlyLine(lenient).path("dataset"), "testQueries")).isEqualTo(40);
    assertRefused(strict, counted);
  }

  @Test
  void run_missingFolder_isInvalidInput() {
    assertRefused(
        Cli.run("bench", "recall", "--beir", temp.resolve("nowhere").toString()),
        "nowhere: does not exist, expected a folder with corpus.jsonl and queries.jsonl");
  }

  @Test
  void run_malformedLine_isNamedByFileAndLine() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("torn"));
    List<String> corpus = folder.lines("corpus.jsonl");
    corpus.set(56, corpus.get(56).substring(0, 20));
    folder.writeLines("corpus.jsonl", corpus);

    assertRefused(recall(folder), "corpus.jsonl:57");
  }

  @Test
  void run_wrongOptions_areInvalidInput() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("fine"));

    assertRefused(recall(folder, "--embedder", "bert"), "no embedder 'bert', expected lexical");
    assertRefused(recall(folder, "--output", "xml"), "--output");
    assertRefused(recall(folder, "--seed", "many"), "--seed");
    assertRefused(recall(folder, "--qrels", "judgments"), "judgments/test.tsv");
    assertRefused(Cli.run("bench", "recall"), "--beir");
  }

  /** The temporary store is there by then, and must be gone afterwards. */
  @Test
  void run_failureWhileStoring_deletesTheStore() throws IOException {
    BeirFolder folder = BeirFolder.write(temp.resolve("broken"));
    List<Path> seen = new ArrayList<>();
    ByteArrayOutputStream err =
        new Hooked(
            text -> {
              if (text.startsWith("storing")) {
                try (var folders = Files.list(stores)) {
                  seen.addAll(folders.toList());
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
                throw new IllegalStateException("the screen is gone");
              }
            });

    Cli run = Cli.run(err, "bench", "recall", "--beir", folder.path().toString());

    assertThat(run.code()).isEqualTo(70);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("internal error: IllegalStateException: the screen is gone");
    assertThat(seen).hasSize(1);
  }

  /** Calls somebody before it writes. */
  private static final class Hooked extends ByteArrayOutputStream {
    private final Consumer<String> hook;

    Hooked(Consumer<String> hook) {
      this.hook = hook;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      hook.accept(new String(bytes, offset, length, StandardCharsets.UTF_8));
      super.write(bytes, offset, length);
    }
  }

  private static Cli recall(BeirFolder folder, String... options) {
    List<String> args =
        new ArrayList<>(List.of("bench", "recall", "--beir", folder.path().toString()));
    args.addAll(List.of(options));
    return Cli.run(args.toArray(String[]::new));
  }

  private static void assertRefused(Cli run, String problem) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().toList())
        .filteredOn(line -> line.startsWith("attune: "))
        .singleElement()
        .asString()
        .contains(problem);
  }

  private static ObjectNode onlyLine(Cli run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).endsWith("}\n").doesNotContain("NaN");
    assertThat(run.out().lines()).hasSize(1);
    return StrictJson.readObject(run.out(), "stdout");
  }

  private static void assertMembers(JsonNode object, String... names) {
    List<String> members = new ArrayList<>();
    object.fieldNames().forEachRemaining(members::add);
    assertThat(members).containsExactlyInAnyOrder(names);
  }

  private static int integer(JsonNode object, String member) {
    JsonNode value = object.path(member);
    assertThat(value.isInt()).as(member + ": " + value).isTrue();
    return value.intValue();
  }

  private static double number(JsonNode value) {
    assertThat(value.isNumber()).as(value.toString()).isTrue();
    return value.doubleValue();
  }

  private static double value(
      ObjectNode json, String mode, boolean adapter, String subset, String metric) {
    for (JsonNode row : json.path("results")) {
      if (row.path("mode").textValue().equals(mode)
          && row.path("adapter").booleanValue() == adapter
          && row.path("subset").textValue().equals(subset)) {
        return number(row.path(metric));
      }
    }
    throw new AssertionError("no row " + mode + " " + adapter + " " + subset);
  }
}
