package org.attunedb.server.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliProcess;
import org.attunedb.server.CliRun;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a language model, against the mock server. */
@Timeout(120)
class RagCommandsTest {
  private static final String KEY = "sk-rag-5ecret-k3y";
  private static final int DOCUMENTS = 60;

  @TempDir private Path folder;
  private MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults().withKeys(Set.of(KEY)));

  @BeforeEach
  void fill() throws IOException {
    Files.writeString(folder.resolve("key"), KEY);
    try (Attune attune = Attune.open(folder.resolve("store"))) {
      attune
          .createCollection("notes", CollectionSpec.lexical())
          .upsert(
              IntStream.range(0, DOCUMENTS)
                  .mapToObj(
                      i ->
                          Document.of(
                              "d" + i,
                              "Harbour%s keeps lighthouse%s burning. Captain%s steers vessel%s."
                                  .formatted(i, i, i, i),
                              Metadata.of("half", i < DOCUMENTS / 2 ? "first" : "second")))
                  .toList());
    }
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Object[] arguments(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ")));
    arguments.addAll(List.of("--store", folder.resolve("store"), "--collection", "notes"));
    arguments.addAll(List.of("--base-url", server.baseUrl()));
    arguments.addAll(List.of("--api-key-file", folder.resolve("key")));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private CliRun run(String command, Object... more) {
    CliRun run = CliRun.of(arguments(command, more));
    assertThat(run.out() + run.err()).doesNotContain(KEY);
    return run;
  }

  private CliRun generate(Object... more) {
    List<Object> options = new ArrayList<>(List.of("--out", folder.resolve("q")));
    options.addAll(List.of(more));
    return run("questions generate", options.toArray());
  }

  @Test
  void generate_model_tellsCostBeforeAndAfter() {
    CliRun run = generate("--n", 20, "--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("estimate: about 20 requests", "used: 20 requests", "USD", "questions 100%");
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(json.get("train").asInt() + json.get("test").asInt()).isEqualTo(20);
    assertThat(json.at("/spent/requests").asInt()).isEqualTo(20);
    assertThat(json.get("cost").asDouble()).isPositive();
  }

  @Test
  void generate_estimate_asksAndWritesNothing() {
    CliRun run = generate("--estimate");

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("estimate: about 60 requests");
    assertThat(server.requests()).isEmpty();
    assertThat(folder.resolve("q")).doesNotExist();
    assertThat(generate("--estimate", "--without-llm").err())
        .isEqualTo("estimate: nothing, as no language model is asked" + System.lineSeparator());
    assertThat(folder.resolve("q")).doesNotExist();
  }

  @Test
  void generate_withoutLlm_saysWhereQuestionsComeFrom() throws IOException {
    CliRun run = generate("--without-llm", "--n", 10, "--test-share", 0);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("origin:").doesNotContain("origin: llm");
    assertThat(Files.readAllLines(folder.resolve("q").resolve("queries.jsonl")))
        .hasSize(10)
        .allMatch(line -> line.contains("\"origin\":"));
    assertThat(Files.readAllLines(folder.resolve("q/qrels/test.tsv"))).hasSize(1);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void generate_unknownModelAndPrice_saySo() {
    CliRun run = generate("--chat-model", "mock-chat", "--n", 2);

    assertThat(run.err()).contains("no price for 'mock-chat'");
    assertThat(
            run(
                    "questions generate",
                    "--chat-model",
                    "nobody",
                    "--n",
                    5,
                    "--out",
                    folder.resolve("r"))
                .code())
        .isEqualTo(6);
  }

  @Test
  void generate_badOptions_areRefused() throws IOException {
    Files.writeString(folder.resolve("prices.json"), "{}");

    assertThat(generate("--n", 0).code()).isEqualTo(2);
    assertThat(generate("--max-overlap", 2).code()).isEqualTo(2);
    assertThat(generate("--prices", folder.resolve("prices.json")).code()).isEqualTo(2);
    assertThat(run("questions generate").fault()).contains("--out is missing");
    assertThat(generate("--without-llm", "--check-answers").code()).isEqualTo(2);
    assertThat(run("questions").code()).isEqualTo(2);
    assertThat(folder.resolve("q")).doesNotExist();
  }

  @Test
  void generate_skippedDocuments_areListed() {
    server.failNext(Fault.NONE, Fault.REFUSAL);

    CliRun run = generate("--n", 10);

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("skipped document", "refuses");
    assertThat(run.out()).containsPattern("documents skipped +\\| +1\n");
  }

  /** The files of an uninterrupted run in another folder. */
  private String uninterrupted() throws IOException {
    return uninterrupted("--n", DOCUMENTS);
  }

  private String uninterrupted(Object... options) throws IOException {
    List<Object> all = new ArrayList<>(List.of("--out", folder.resolve("w")));
    all.addAll(List.of(options));
    assertThat(run("questions generate", all.toArray()).code()).isZero();
    return Files.readString(folder.resolve("w/queries.jsonl"))
        + Files.readString(folder.resolve("w/qrels/train.tsv"))
        + Files.readString(folder.resolve("w/qrels/test.tsv"));
  }

  private String written() throws IOException {
    return Files.readString(folder.resolve("q/queries.jsonl"))
        + Files.readString(folder.resolve("q/qrels/train.tsv"))
        + Files.readString(folder.resolve("q/qrels/test.tsv"));
  }

  private Process startSlowly(String command, Object... options) throws IOException {
    server.close();
    server =
        MockOpenAi.start(
            MockOpenAiSettings.defaults()
                .withKeys(Set.of(KEY))
                .withLatency(Duration.ofMillis(300)));
    return CliProcess.of(arguments(command, options))
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /** At the same address: work that was begun with one service does not go on with another. */
  private void restartServer() {
    int port = server.baseUrl().getPort();
    server.close();
    server = MockOpenAi.start(MockOpenAiSettings.defaults().withPort(port).withKeys(Set.of(KEY)));
  }

  private Process generateSlowly() throws IOException, InterruptedException {
    Process process =
        startSlowly("questions generate", "--n", DOCUMENTS, "--out", folder.resolve("q"));
    awaitLines(process, folder.resolve("q/documents.jsonl"));
    return process;
  }

  private void awaitLines(Process process, Path journal) throws IOException, InterruptedException {
    while (process.isAlive()
        && !(Files.exists(journal) && Files.readAllLines(journal).size() > 3)) {
      Thread.sleep(5);
    }
    assertThat(process.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
  }

  @Test
  void generate_processKilled_completesNothingTwiceNothingLost()
      throws IOException, InterruptedException {
    Process process = generateSlowly();
    process.destroyForcibly().waitFor();
    int kept = Files.readAllLines(folder.resolve("q/documents.jsonl")).size() - 1;
    restartServer();

    CliRun again = generate("--n", DOCUMENTS);

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(kept).isBetween(3, DOCUMENTS - 1);
    assertThat(server.requests()).hasSizeBetween(DOCUMENTS - kept, DOCUMENTS - kept + 1);
    assertThat(written()).isEqualTo(uninterrupted());
  }

  /** The mock finds two questions in a document; how many are still missing never shows. */
  @Test
  void generate_severalPerDocumentAndProcessKilled_completesAsIfNeverStopped()
      throws IOException, InterruptedException {
    Object[] wanted = {"--n", 99, "--per-document", 3};
    Path journal = folder.resolve("q/documents.jsonl");
    Process process =
        startSlowly(
            "questions generate", "--n", 99, "--per-document", 3, "--out", folder.resolve("q"));
    awaitLines(process, journal);
    process.destroyForcibly().waitFor();
    restartServer();

    CliRun again = generate(wanted);

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(Files.readAllLines(folder.resolve("q/queries.jsonl"))).hasSize(99);
    assertThat(written()).isEqualTo(uninterrupted(wanted));
  }

  @Test
  void generate_askedToEnd_writesWhatThereIs() throws IOException, InterruptedException {
    Process process = generateSlowly();
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

    assertThat(Files.readString(folder.resolve("log"))).contains("stopped: run the same command");
    int kept = Files.readAllLines(folder.resolve("q/queries.jsonl")).size();
    assertThat(kept).isBetween(3, DOCUMENTS - 1);
    assertThat(generate("--n", DOCUMENTS).code()).isZero();
    assertThat(written()).isEqualTo(uninterrupted());
  }

  @Test
  void evaluateRag_processKilled_completesNothingTwiceNothingLost()
      throws IOException, InterruptedException {
    assertThat(generate("--n", DOCUMENTS, "--test-share", 1).code()).isZero();
    Object[] options = {"-k", 1, "--out", folder.resolve("j"), folder.resolve("q")};
    Path journal = folder.resolve("j/judgements.jsonl");
    Process process = startSlowly("evaluate rag", options);
    awaitLines(process, journal);
    process.destroyForcibly().waitFor();
    int kept = Files.readAllLines(journal).size() - 1;
    restartServer();

    CliRun again = run("evaluate rag", options);

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(kept).isBetween(3, DOCUMENTS - 1);
    assertThat(server.requests()).hasSizeBetween(DOCUMENTS - kept, DOCUMENTS - kept + 1);
    assertThat(again.out())
        .isEqualTo(
            run("evaluate rag", "-k", 1, "--out", folder.resolve("w"), folder.resolve("q")).out());
  }

  @Test
  void ask_model_answersAndCites() {
    CliRun run = run("ask", "-k", 3, "Who keeps lighthouse7?");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("Harbour7 keeps lighthouse7 burning. [p1]\n\n[p1] d7: Harbour7");
    assertThat(run.err()).contains("used: 1 requests", "USD");
  }

  @Test
  void ask_chatServiceOfItsOwn_isAskedWithItsOwnKeyOnly() throws IOException {
    Path key = Files.writeString(folder.resolve("chat-key"), "chat-s3cret");
    try (MockOpenAi chat =
        MockOpenAi.start(MockOpenAiSettings.defaults().withKeys(Set.of("chat-s3cret")))) {
      CliRun without = run("ask", "--chat-base-url", chat.baseUrl(), "Who keeps lighthouse7?");
      CliRun run =
          run(
              "ask",
              "--chat-base-url",
              chat.baseUrl(),
              "--chat-api-key-file",
              key,
              "Who keeps lighthouse7?");

      assertThat(without.code()).isEqualTo(6);
      assertThat(without.err()).contains("401");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).startsWith("Harbour7 keeps lighthouse7 burning.");
      assertThat(chat.requests()).hasSize(2);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void ask_json_isOneDocument() {
    ObjectNode json =
        StrictJson.readObject(
            run("ask", "-k", 2, "--output", "json", "Who keeps lighthouse7?").out(), "stdout");

    assertThat(json.get("answered").asBoolean()).isTrue();
    assertThat(json.at("/citations/0").asText()).isEqualTo("d7");
    assertThat(json.get("passages")).hasSize(2);
    assertThat(json.at("/passages/0/label").asText()).isEqualTo("p1");
    assertThat(json.at("/passages/0/id").asText()).isEqualTo("d7");
  }

  @Test
  void ask_unknown_saysThatTheTextDoesNot() {
    assertThat(run("ask", "Quantum?").out()).isEqualTo("The text does not say.\n");
  }

  @Test
  void ask_smallBudget_saysWhatIsLeftOut() {
    CliRun run = run("ask", "-k", 4, "--budget", 30, "Who keeps lighthouse7?");

    assertThat(run.err()).contains("1 of 4 passages fit the budget of 30 tokens");
  }

  @Test
  void ask_withoutLlm_printsPassages() {
    CliRun run = run("ask", "--without-llm", "-k", 1, "Who keeps lighthouse7?");

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("[d7]\nHarbour7 keeps");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void ask_modelFails_endsWith6() {
    server.failNext(Fault.UNAUTHORIZED);
    CliRun failed = run("ask", "Who keeps lighthouse7?");
    assertThat(failed.code()).isEqualTo(6);
    assertThat(failed.out()).isEmpty();

    server.failNext(Fault.REFUSAL);
    assertThat(run("ask", "Who keeps lighthouse7?").fault()).contains("refuses");
    assertThat(run("ask", " ").code()).isEqualTo(2);
    assertThat(run("ask", "--budget", 1, "Who?").code()).isEqualTo(2);
    assertThat(run("ask", "--adapter", "v9", "Who?").code()).isEqualTo(5);
  }

  @Test
  void evaluateRag_generatedQuestions_tellsScoresTokensAndCost() {
    assertThat(generate("--n", 40, "--test-share", 0.5).code()).isZero();
    int before = server.requests().size();
    Object[] options = {"-k", 2, "--n", 8, "--out", folder.resolve("j"), folder.resolve("q")};

    CliRun run = run("evaluate rag", options);
    int asked = server.requests().size() - before;
    CliRun again = run("evaluate rag", options);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("8 questions, 2 passages each", "statements, by the judge", "documents, by id")
        .contains("documents, by text", "money per 1,000 questions");
    assertThat(run.err())
        .contains("estimate: about 8 requests", "used: 8 requests", "judging 100%");
    assertThat(asked).isEqualTo(8);
    assertThat(again.out()).isEqualTo(run.out());
    assertThat(again.err()).contains("used: 0 requests");
  }

  @Test
  void evaluateRag_withoutLlm_tellsTheRest() {
    generate("--n", 40, "--without-llm", "--test-share", 0.5);

    CliRun run = run("evaluate rag", "--without-llm", "--output", "json", folder.resolve("q"));

    assertThat(run.code()).as(run.err()).isZero();
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(json.at("/contextRecall/ids/off").asDouble()).isPositive();
    assertThat(json.at("/contextRecall/llm").isMissingNode()).isTrue();
    assertThat(json.at("/results/0/off/passages")).isNotEmpty();
  }

  @Test
  void evaluateRag_filter_leavesOutTheRest() {
    generate("--n", 60, "--without-llm", "--test-share", 1);

    CliRun run =
        run(
            "evaluate rag",
            "--without-llm",
            "--filter",
            "{\"half\": \"first\"}",
            "--output",
            "json",
            folder.resolve("q"));
    CliRun slip =
        run(
            "evaluate rag",
            "--without-llm",
            "--filter",
            "{\"hafl\": \"first\"}",
            folder.resolve("q"));

    assertThat(run.code()).as(run.err()).isZero();
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(json.get("questions").asInt()).isEqualTo(DOCUMENTS / 2);
    json.get("results")
        .forEach(
            result ->
                result
                    .at("/off/passages")
                    .forEach(
                        id ->
                            assertThat(Integer.parseInt(id.asText().substring(1)))
                                .isLessThan(DOCUMENTS / 2)));
    assertThat(slip.code()).isEqualTo(2);
    assertThat(slip.err()).contains("no document has the metadata field 'hafl'");
    assertThat(run("evaluate rag", "--filter", "{", folder.resolve("q")).code()).isEqualTo(2);
  }

  @Test
  void evaluateRag_noPrice_saysSo() {
    generate("--n", 40, "--without-llm", "--test-share", 0.5);

    CliRun run =
        run("evaluate rag", "--without-llm", "--chat-model", "mock-chat", folder.resolve("q"));

    assertThat(run.out()).containsPattern("money per 1,000 questions \\| +no price known \\|");
  }

  @Test
  void evaluateRag_badOptions_areRefused() {
    generate("--n", 20, "--without-llm");

    assertThat(run("evaluate rag", folder.resolve("q")).fault()).contains("--out is missing");
    assertThat(run("evaluate rag", "-k", 0, "--without-llm", folder.resolve("q")).code())
        .isEqualTo(2);
    assertThat(run("evaluate rag", "--n", -1, "--without-llm", folder.resolve("q")).code())
        .isEqualTo(2);
    assertThat(run("evaluate rag", "--split", "dev", folder.resolve("q")).code()).isEqualTo(2);
    assertThat(run("evaluate rag", folder.resolve("none")).code()).isEqualTo(2);
  }

  @Test
  void evaluate_labelsWithoutCorpus_measuresTheCollection() {
    generate("--n", 40, "--without-llm", "--test-share", 0.5);

    CliRun run =
        CliRun.of(
            "evaluate",
            "--store",
            folder.resolve("store"),
            "--collection",
            "notes",
            "--modes",
            "vector",
            folder.resolve("q"));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("queries of q (test)");
  }
}
