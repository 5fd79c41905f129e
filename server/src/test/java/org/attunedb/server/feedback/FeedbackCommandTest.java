package org.attunedb.server.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.TerminalKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command feedback, and training on what it keeps. */
@Timeout(240)
class FeedbackCommandTest {
  @TempDir private Path temp;
  private Path store = Path.of("");

  @BeforeEach
  void fill() {
    store = temp.resolve("store");
    try (Attune attune = Attune.open(store)) {
      attune
          .createCollection("help", CollectionSpec.lexical())
          .upsert(
              List.of(
                  Document.of("a", "The printer is out of toner."),
                  Document.of("b", "The scanner.")));
      attune
          .createCollection("vectors", CollectionSpec.vectors(2, Similarity.COSINE))
          .upsert(List.of(Document.of("a", Embedding.of(1, 0))));
    }
  }

  /** One run of the command line. */
  private record Run(int code, String out, String err) {}

  private Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        AttuneCli.run(
            new Out(stream(out), stream(err), TerminalKind.PLAIN),
            Stream.concat(Stream.of(arguments), Stream.of("--store", store.toString()))
                .toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private Run feedback(String sub, String... more) {
    return run(
        Stream.concat(Stream.of("feedback", sub, "--collection", "help"), Stream.of(more))
            .toArray(String[]::new));
  }

  private String entries() throws IOException {
    Run stats = feedback("stats", "--output", "json");
    assertThat(stats.code()).as(stats.err()).isZero();
    var json = StrictJson.readObject(stats.out(), "stats");
    return json.path("entries") + " " + json.path("choices");
  }

  @Test
  void record_exportAndFileAgain_areTheSameEntries() throws IOException {
    Run recorded =
        feedback(
            "record", "--query", "töner, \"x\"", "--shown", "a,b", "--shown", "b", "--chosen", "b");
    assertThat(recorded.code()).as(recorded.err()).isZero();
    assertThat(feedback("record", "--query", "none", "--shown", "a", "--adapter", "v3").code())
        .isZero();
    Run exported = feedback("export");

    assertThat(exported.out().lines()).hasSize(2);
    assertThat(exported.out())
        .contains("\"query\":\"töner, \\\"x\\\"\",\"shown\":[\"a,b\",\"b\"],\"chosen\":\"b\"}\n")
        .contains("\"query\":\"none\",\"shown\":[\"a\"],\"adapter\":\"v3\"}\n");
    assertThat(entries()).isEqualTo("2 1");
    assertThat(feedback("stats").out()).contains("with a choice", "dropped for newer ones");

    Path file = Files.writeString(temp.resolve("entries.jsonl"), exported.out());
    assertThat(feedback("record", "--file", file.toString()).out())
        .isEqualTo("recorded 2 entries of 'help'%n".formatted());
    assertThat(feedback("export").out()).isEqualTo(exported.out() + exported.out());
  }

  @Test
  void record_vectors_comeBackBitForBit() throws IOException {
    String line =
        "{\"time\":\"2026-11-21T10:00:00.001Z\",\"vector\":[0.1,-3.4E-12],\"shown\":[\"a\"]}\n";
    Path file = Files.writeString(temp.resolve("vectors.jsonl"), line);

    Run recorded = run("feedback", "record", "--collection", "vectors", "--file", file.toString());

    assertThat(recorded.code()).as(recorded.err()).isZero();
    assertThat(run("feedback", "export", "--collection", "vectors").out()).isEqualTo(line);
  }

  @Test
  void record_badInput_isRefusedWithFileAndLineAndRecordsNothing() throws IOException {
    String good = "{\"query\":\"q\",\"shown\":[\"a\"]}\n";
    for (String bad :
        List.of(
            "{\"query\":\"q\"}",
            "{\"shown\":[\"a\"]}",
            "{\"query\":\"q\",\"shown\":[1]}",
            "{\"query\":\"q\",\"shown\":[\"a\"],\"chosen\":\"b\"}",
            "{\"query\":\"q\",\"shown\":[\"a\"],\"clicked\":\"a\"}",
            "{\"query\":\"q\",\"shown\":[\"a\"],\"time\":\"yesterday\"}",
            "{\"vector\":\"q\",\"shown\":[\"a\"]}",
            "{\"vector\":[\"q\"],\"shown\":[\"a\"]}")) {
      Path file = Files.writeString(temp.resolve("bad.jsonl"), good + bad + "\n");

      Run run = feedback("record", "--file", file.toString());

      assertThat(run.code()).as(bad).isEqualTo(2);
      assertThat(run.err()).as(bad).contains("bad.jsonl:2: ");
    }
    assertThat(feedback("record", "--query", "q").code()).isEqualTo(2);
    assertThat(feedback("record").code()).isEqualTo(2);
    assertThat(feedback("record", "--query", "q", "--shown", "a", "--file", "x").code())
        .isEqualTo(2);
    assertThat(run("feedback").code()).isEqualTo(2);
    assertThat(run("feedback", "stats", "--collection", "nope").code()).isEqualTo(5);
    assertThat(entries()).isEqualTo("0 0");
  }

  @Test
  void train_fromFeedback_learnsFromTheChoices() throws IOException {
    Run empty = run("train", "--collection", "help", "--from-feedback");
    assertThat(empty.code()).isEqualTo(2);
    assertThat(empty.err()).contains("got 0 labelled queries");
    StringBuilder lines = new StringBuilder();
    IntStream.range(0, 40)
        .forEach(
            i ->
                lines.append(
                    "{\"query\":\"toner %s\",\"shown\":[\"b\",\"a\"],\"chosen\":\"a\"}\n"
                        .formatted(i)));
    Path file = Files.writeString(temp.resolve("clicks.jsonl"), lines);
    assertThat(feedback("record", "--file", file.toString()).code()).isZero();

    Run trained = run("train", "--collection", "help", "--from-feedback", "--eta", "0.5");

    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("completed").endsWith("active adapter: none%n".formatted());
    Run log = run("jobs", "list", "--collection", "help", "--output", "json");
    assertThat(log.out()).contains("too_few_labels");
    assertThat(run("train", "--collection", "help", "--from-feedback", "--eta", "-1").code())
        .isEqualTo(2);
    assertThat(run("train", "--collection", "help", "--eta", "1").code()).isEqualTo(2);
  }
}
