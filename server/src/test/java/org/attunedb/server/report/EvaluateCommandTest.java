package org.attunedb.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.TerminalKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  @TempDir private Path folder;
  private Path store;
  private Path beir;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void fill() throws IOException {
    store = folder.resolve("store");
    beir = Files.createDirectories(folder.resolve("beir"));
    Files.createDirectories(beir.resolve("qrels"));
    Files.writeString(
        beir.resolve("corpus.jsonl"),
        """
        {"_id": "a", "text": "how to brew green tea"}
        {"_id": "b", "text": "how to roast coffee beans"}
        {"_id": "gone", "text": "not in the store"}
        """);
    Files.writeString(
        beir.resolve("queries.jsonl"),
        """
        {"_id": "q1", "text": "green tea"}
        {"_id": "q2", "text": "roast coffee"}
        {"_id": "q3", "text": "something else"}
        """);
    Files.writeString(
        beir.resolve("qrels").resolve("test.tsv"),
        "query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb\t1\nq3\tgone\t1\n");
    try (Attune attune = Attune.open(store)) {
      attune
          .createCollection("drinks", CollectionSpec.lexical())
          .upsert(
              List.of(
                  Document.of("a", "how to brew green tea"),
                  Document.of("b", "how to roast coffee beans")));
    }
  }

  private Run run(Object... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Stream<Object> always = Stream.of("evaluate", "--store", store, "--collection", "drinks", beir);
    int code =
        AttuneCli.run(
            new Out(stream(out), stream(err), TerminalKind.PLAIN),
            Stream.concat(always, Stream.of(options)).map(Object::toString).toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void evaluate_json_isOneDocumentOnStdoutAndProgressIsNot() {
    Run run = run("--output", "json", "--k", "1,2");

    assertThat(run.code()).isZero();
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(json.get("queries").asInt()).isEqualTo(2);
    assertThat(json.get("absentQueries").asInt()).isEqualTo(1);
    assertThat(json.get("results").get(0).get("recall@1").asDouble()).isEqualTo(1);
    assertThat(json.get("dataset").asText()).isEqualTo("beir (test)");
    assertThat(run.err()).contains("searching 100%");
  }

  @Test
  void evaluate_table_showsEveryMode() {
    Run run = run();

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("Vector search", "Keyword search", "Hybrid search", "No adapter is active")
        .contains("2 queries of beir (test); 1 not counted: 1 because the collection has none");
  }

  @Test
  void evaluate_oneModeWithoutAdapter_comparesNothing() {
    Run run = run("--modes", "keyword", "--adapter", "none", "--output", "markdown");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("## Keyword").doesNotContain("## Vector", "## Hybrid");
  }

  @Test
  void evaluate_reportFolder_holdsThreeFilesAndIsReplacedOnlyByForce() throws IOException {
    Path report = folder.resolve("new").resolve("report");

    assertThat(run("--report", report).code()).isZero();
    try (Stream<Path> files = Files.list(report)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("report.html", "report.json", "report.md");
    }
    Run again = run("--report", report);
    assertThat(again.code()).isEqualTo(4);
    assertThat(again.out()).isEmpty();
    assertThat(again.err()).contains("report.html: exists already", "--force");
    assertThat(run("--report", report, "--force").code()).isZero();
  }

  @Test
  void evaluate_reportPage_isOneFile() {
    Path page = folder.resolve("page.html");

    assertThat(run("--report", page).code()).isZero();

    assertThat(page).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".tmp"));
  }

  @Test
  void evaluate_badOptions_areRefusedBeforeAnythingIsWritten() {
    Path page = folder.resolve("page.html");

    assertThat(run("--k", "0", "--report", page).code()).isEqualTo(2);
    assertThat(run("--k", "10001", "--report", page).code()).isEqualTo(2);
    assertThat(run("--cost-k", "0", "--report", page).code()).isEqualTo(2);
    assertThat(run("--movers", "-1", "--report", page).code()).isEqualTo(2);
    assertThat(run("--price-per-million-tokens", "-1", "--report", page).code()).isEqualTo(2);
    assertThat(run("--price-per-million-tokens", "NaN", "--report", page).code()).isEqualTo(2);
    assertThat(run("--modes", "psychic", "--report", page).code()).isEqualTo(2);
    assertThat(run("--report", beir.resolve("corpus.jsonl")).code()).isEqualTo(2);
    assertThat(run("--adapter", "v9", "--report", page).code()).isEqualTo(5);
    assertThat(page).doesNotExist();
  }

  @Test
  void evaluate_splitWithoutQueries_saysSo() {
    Run run = run("--split", "train");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no judged queries");
  }
}
