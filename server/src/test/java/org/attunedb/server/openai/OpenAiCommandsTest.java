package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.attunedb.index.Attune;
import org.attunedb.server.CliRun;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command line against the mock server. */
class OpenAiCommandsTest {
  private static final String NOTES =
      """
      {"id": "a1", "text": "Issuing a remittance reversal"}
      {"id": "a2", "text": "Chasing an overdue bill"}
      """;

  @TempDir private Path folder;

  private final MockOpenAi server =
      MockOpenAi.start(MockOpenAiSettings.defaults().withKeys(Set.of(Mocks.SECRET)));

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("key"), Mocks.SECRET + "\n");
    Files.writeString(folder.resolve("notes.jsonl"), NOTES);
    Files.writeString(
        folder.resolve("other.jsonl"), "{\"text\": \"Something new\", \"id\": \"b\"}\n");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private CliRun run(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ")));
    arguments.addAll(List.of("--store", folder.resolve("store")));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--base-url", server.baseUrl()));
    arguments.addAll(List.of("--api-key-file", folder.resolve("key")));
    arguments.addAll(List.of("--embedding-cache", folder.resolve("cache")));
    CliRun run = CliRun.of(arguments.toArray());
    assertThat(run.out() + run.err()).doesNotContain(Mocks.SECRET);
    return run;
  }

  private CliRun create(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("--collection", "notes"));
    arguments.addAll(List.of(more));
    arguments.add(folder.resolve("notes.jsonl"));
    return run("import", arguments.toArray());
  }

  @Test
  void import_modelWithDimensions_isFoundAgainBySearch() {
    CliRun created = create("--create", "openai:text-embedding-3-small", "--dimensions", "128");
    CliRun found =
        run("search", "--collection", "notes", "-k", "1", "--mode", "vector", "overdue bill");

    assertThat(created.code()).as(created.err()).isZero();
    assertThat(created.err()).contains("openai:text-embedding-3-small@128: 1 requests, 0 retries");
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(found.out()).contains("a2").doesNotContain("a1");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void import_again_embedsNothingTwice() {
    create("--create", "openai:mock-embedding");
    int before = server.requests().size();

    CliRun again = create();

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("0 requests").contains("2 texts were known");
    assertThat(server.requests()).hasSize(before);
  }

  @Test
  void import_serviceThatFails_endsWith6AndWritesNothing() {
    server.failNext(Fault.NONE, Fault.QUOTA);

    CliRun failed = create("--create", "openai:mock-embedding");

    assertThat(failed.code()).isEqualTo(6);
    assertThat(failed.fault())
        .startsWith("attune: model 'mock-embedding' at http://127.0.0.1:")
        .contains("status 429 (insufficient_quota)");
    try (Attune attune = Attune.openReadOnly(folder.resolve("store"))) {
      assertThat(attune.collections()).isEmpty();
    }
  }

  @Test
  void import_serviceThatFailsInACollectionThatWasThere_leavesIt() {
    create("--create", "openai:mock-embedding", "--dimensions", 16);
    CliRun.of(
        "delete", "--store", folder.resolve("store"), "--collection", "notes", "--all", "--yes");
    server.failNext(Fault.QUOTA);

    CliRun failed = run("import", "--collection", "notes", folder.resolve("other.jsonl"));

    assertThat(failed.code()).isEqualTo(6);
    try (Attune attune = Attune.openReadOnly(folder.resolve("store"))) {
      assertThat(attune.collection("notes").count(null)).isZero();
    }
  }

  @Test
  void import_serviceThatFailsOnce_tellsThatItIsTriedAgain() {
    server.failNext(Fault.NONE, Fault.SERVER_ERROR);

    CliRun created = create("--create", "openai:mock-embedding");

    assertThat(created.code()).as(created.err()).isZero();
    assertThat(created.err())
        .containsPattern(
            "model 'mock-embedding' at "
                + server.baseUrl()
                + ": status 500 \\(server_error\\): .*; trying again in 0\\.\\d s \\(retry 1 of 5\\)\\R");
  }

  @Test
  void import_nobodyListens_failsAtOnceAndMakesNothing() {
    server.close();

    CliRun probed = create("--create", "openai:mock-embedding");
    CliRun embedded = create("--create", "openai:mock-embedding", "--dimensions", 16);

    for (CliRun failed : List.of(probed, embedded)) {
      assertThat(failed.code()).isEqualTo(6);
      assertThat(failed.fault())
          .isEqualTo(
              "attune: model 'mock-embedding' at "
                  + server.baseUrl()
                  + ": no connection (Connection refused); does the service run there?");
      assertThat(failed.err()).doesNotContain("trying again");
    }
    try (Attune attune = Attune.openReadOnly(folder.resolve("store"))) {
      assertThat(attune.collections()).isEmpty();
    }
  }

  @Test
  void import_wrongKey_isFoundBeforeAStoreIsMade() throws IOException {
    Files.writeString(folder.resolve("key"), "sk-wrong");

    CliRun failed = create("--create", "openai:mock-embedding");

    assertThat(failed.code()).isEqualTo(6);
    assertThat(failed.fault()).contains("status 401").doesNotContain("sk-wrong");
    assertThat(folder.resolve("store")).doesNotExist();
  }

  @Test
  void import_addressThatIsNotAllowed_endsWith2() {
    CliRun failed =
        CliRun.of(
            "import",
            "--store",
            folder.resolve("store"),
            "--collection",
            "notes",
            "--create",
            "openai:m",
            "--base-url",
            "https://169.254.169.254/v1",
            folder.resolve("notes.jsonl"));

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.fault()).contains("169.254.169.254");
    assertThat(folder.resolve("store")).doesNotExist();
  }

  @Test
  void import_dimensionsWithoutAModel_isRefused() {
    CliRun failed = create("--create", "lexical", "--dimensions", "8");

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.fault()).contains("--dimensions goes with --create openai:MODEL only");
  }

  @Test
  void collectionsCreate_model_asksForItsDimension() {
    CliRun created = run("collections create notes", "--embedder", "openai:mock-embedding");
    CliRun shortened =
        run("collections create short", "--embedder", "openai:mock-embedding", "--dimension", 16);

    assertThat(created.out()).contains("dimension 256, cosine, embedder openai:mock-embedding\n");
    assertThat(shortened.out())
        .contains("dimension 16, cosine, embedder openai:mock-embedding@16\n");
  }

  @Test
  void search_keywords_needNoService() {
    create("--create", "openai:mock-embedding");
    int before = server.requests().size();

    CliRun found = run("search", "--collection", "notes", "--mode", "keyword", "overdue");

    assertThat(found.out()).contains("a2");
    assertThat(server.requests()).hasSize(before);
  }

  @Test
  void evaluate_collectionOfAModel_embedsItsQueries() throws IOException {
    create("--create", "openai:mock-embedding");
    Path beir = Files.createDirectories(folder.resolve("beir"));
    Files.createDirectories(beir.resolve("qrels"));
    Files.writeString(beir.resolve("corpus.jsonl"), NOTES.replace("\"id\"", "\"_id\""));
    Files.writeString(beir.resolve("queries.jsonl"), "{\"_id\": \"q\", \"text\": \"late bill\"}\n");
    Files.writeString(beir.resolve("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq\ta2\t1\n");
    int before = server.requests().size();

    CliRun report = run("evaluate", "--collection", "notes", "--adapter", "none", beir);

    assertThat(report.code()).as(report.err()).isZero();
    assertThat(server.requests().size()).isGreaterThan(before);
  }
}
