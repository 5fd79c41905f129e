package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.CliProcess;
import org.attunedb.server.CliRun;
import org.attunedb.server.ingest.LocalSite;
import org.attunedb.server.mockopenai.LoggedRequest;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a user does with models of a service only, on one collection. */
@Timeout(400)
class EndToEndTest {
  private static final String KEY = "sk-whole-way-5ecret";
  private static final int PAGES = 60;
  private static final String MEASURED = "recall@10 without an adapter";

  @TempDir private Path folder;

  private final MockOpenAi service =
      MockOpenAi.start(MockOpenAiSettings.defaults().withKeys(Set.of(KEY)));
  private LocalSite site;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("key"), KEY);
    site = LocalSite.start();
    StringBuilder links = new StringBuilder("<h1>Guide</h1><p>You open the harbour gate.</p>");
    for (int i = 0; i < PAGES; i++) {
      links.append("<a href='page").append(i).append("'>part ").append(i).append("</a> ");
      site.page(
          "/guide/page" + i,
          """
          <h1>Quay%1$s</h1>
          <p>Harbour%1$s keeps lighthouse%1$s burning. Captain%1$s steers vessel%1$s homewards.</p>
          <p>Merchant%1$s sells cargo%1$s beside warehouse%1$s. Pilot%1$s guides frigate%1$s.</p>
          """
              .formatted(i));
    }
    site.page("/guide/", links.toString());
  }

  @AfterEach
  void stop() {
    service.close();
    site.close();
  }

  private Object[] arguments(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ")));
    arguments.addAll(List.of("--store", folder.resolve("store"), "--collection", "docs"));
    arguments.addAll(List.of("--base-url", service.baseUrl()));
    arguments.addAll(List.of("--api-key-file", folder.resolve("key")));
    arguments.addAll(List.of("--embedding-cache", folder.resolve("cache")));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private CliRun run(String command, Object... more) {
    CliRun run = CliRun.of(arguments(command, more));
    assertThat(run.code()).as(command + "\n" + run.err()).isZero();
    assertThat(run.out() + run.err()).doesNotContain(KEY);
    return run;
  }

  private CliRun jobs(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("jobs", command));
    arguments.addAll(List.of("--store", folder.resolve("store"), "--collection", "docs"));
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray());
  }

  @Test
  void service_fromASiteToJudgedAnswers_everyStepWorks() throws Exception {
    CliRun gathered =
        run(
            "ingest",
            "--create",
            "--embedder",
            "openai:mock-embedding",
            "--dimensions",
            24,
            "--delay",
            0,
            site.at("/guide/"));
    assertThat(gathered.out()).containsPattern("there now +\\| +" + (PAGES + 1));
    assertThat(gathered.err()).contains("openai:mock-embedding@24: 1 requests");

    CliRun generated =
        run("questions generate", "--n", 200, "--per-document", 4, "--out", questions());
    assertThat(generated.err()).containsPattern("used: \\d+ requests, .* USD");

    String job = trainUntilKilled();
    assertThat(jobs("list").out()).contains(job + " | interrupted");
    CliRun resumed = run("jobs resume", job);
    assertThat(resumed.out())
        .contains("| status                     | completed                     |");
    assertThat(jobs("status", job).out()).isNotEmpty().isSubstringOf(resumed.out());

    assertThat(run("evaluate", questions()).out()).contains("Recall@10", "queries of q (test)");
    assertThat(run("ask", "--mode", "hybrid", "Who keeps lighthouse7 burning?").out())
        .startsWith("Harbour7 keeps lighthouse7 burning. [p1]")
        .contains("[p1] " + site.at("/guide/page7") + "#0000");
    CliRun judged = run("evaluate rag", "--out", folder.resolve("judged"), questions());
    assertThat(judged.out()).contains("statements, by the judge", "money per 1,000 questions");

    checkVectors();
    assertThat(embedded()).doesNotHaveDuplicates();
    int before = service.requests().size();
    run("ingest", "--delay", 0, site.at("/guide/"));
    run("evaluate rag", "--out", folder.resolve("judged"), questions());
    assertThat(service.requests()).hasSize(before);
  }

  private Path questions() {
    return folder.resolve("q");
  }

  /** Killed in the midst: questions are embedded, the base ranking is measured. */
  private String trainUntilKilled() throws IOException, InterruptedException {
    Path log = folder.resolve("train.log");
    Process process =
        CliProcess.of(arguments("train", "--data", questions(), "--epochs", 200))
            .redirectOutput(log.toFile())
            .start();
    String job = "";
    try {
      while (process.isAlive()
          && !(job.isEmpty() ? "" : jobs("logs", job).out()).contains(MEASURED)) {
        Thread.sleep(20);
        job = announced(log);
      }
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    return job;
  }

  /** The job's id; empty before it has one. */
  private static String announced(Path log) throws IOException {
    String begin = "training job ";
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith(begin))
        .map(line -> line.substring(begin.length()))
        .findFirst()
        .orElse("");
  }

  private void checkVectors() {
    try (Attune attune = Attune.openReadOnly(folder.resolve("store"))) {
      VectorCollection docs = attune.collection("docs");
      assertThat(docs.spec().embedder()).isEqualTo("openai:mock-embedding@24");
      assertThat(docs.scan(null, 100, null))
          .hasSize(PAGES + 1)
          .allMatch(document -> document.embedding() != null);
    }
  }

  /** Texts whose vectors were sent: pages, questions of both sides and what was asked. */
  private List<String> embedded() {
    return service.requests().stream()
        .filter(request -> request.path().equals("/v1/embeddings"))
        .map(LoggedRequest::body)
        .flatMap(body -> StrictJson.readObject(body, "request").path("input").valueStream())
        .map(text -> text.asText())
        .toList();
  }
}
