package org.attunedb.server.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against the mock server, which has another model than the collection. */
class BridgeCommandTest {
  private static final int DOCUMENTS = 400;

  /** Documents have few different words, so that a linear map between both models exists. */
  private static final List<String> WORDS =
      List.of("toner", "invoice", "manifest", "ledger", "purser", "cargo", "berth", "pilot");

  @TempDir private Path folder;
  private final MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults());

  @BeforeEach
  void fill() {
    SplittableRandom random = new SplittableRandom(3);
    List<Document> documents = new ArrayList<>();
    for (int d = 0; d < DOCUMENTS; d++) {
      StringBuilder text = new StringBuilder();
      for (int w = 0; w < 6; w++) {
        text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
      }
      documents.add(Document.of("d" + d, text.toString()));
    }
    documents.add(Document.of("fire", "toner toner toner"));
    try (Attune attune = Attune.open(folder.resolve("store"))) {
      attune.createCollection("notes", CollectionSpec.lexical()).upsert(documents);
      attune
          .createCollection("few", CollectionSpec.lexical())
          .upsert(List.of(Document.of("a", "toner")));
    }
  }

  @AfterEach
  void close() {
    server.close();
  }

  private CliRun run(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ")));
    arguments.addAll(List.of("--store", folder.resolve("store")));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--base-url", server.baseUrl(), "--embedding-cache", "off"));
    return CliRun.of(arguments.toArray());
  }

  private CliRun fit(String collection, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("--collection", collection, "--out", folder.resolve("notes.bridge")));
    arguments.addAll(List.of(more));
    return run("bridge fit", arguments.toArray());
  }

  @Test
  void fit_anotherModel_letsItsQueriesFindTheDocuments() {
    CliRun fitted = fit("notes", "--model", "openai:mock-embedding", "--output", "json");
    CliRun shown = CliRun.of("bridge", "show", folder.resolve("notes.bridge"), "--output", "json");
    int before = server.requests().size();
    CliRun found =
        run(
            "search",
            "--collection",
            "notes",
            "--mode",
            "vector",
            "-k",
            "3",
            "--bridge",
            folder.resolve("notes.bridge"),
            "toner");

    assertThat(fitted.code()).as(fitted.err()).isZero();
    ObjectNode json = StrictJson.readObject(fitted.out(), "stdout");
    assertThat(json.get("from").asText()).isEqualTo("openai:mock-embedding");
    assertThat(json.get("to").asText()).isEqualTo("attune-lexical-1");
    assertThat(json.get("pairs").asInt()).isEqualTo(DOCUMENTS + 1);
    assertThat(json.get("cosine").asDouble()).isGreaterThan(0.8);
    assertThat(shown.out()).isEqualTo(fitted.out());
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(found.out()).contains(" fire ");
    // The query went to the service.
    assertThat(server.requests()).hasSize(before + 1);
  }

  @Test
  void fit_smallSample_embedsNoMore() {
    CliRun fitted =
        fit("notes", "--model", "openai:mock-embedding", "--sample", 150, "--output", "json");

    assertThat(fitted.code()).as(fitted.err()).isZero();
    assertThat(StrictJson.readObject(fitted.out(), "stdout").get("pairs").asInt()).isEqualTo(150);
  }

  @Test
  void fit_badInput_isRefusedAndWritesNothing() {
    assertThat(fit("notes", "--model", "word2vec").fault()).contains("expected lexical or openai");
    assertThat(fit("notes", "--model", "openai:nowhere").fault()).contains("nowhere");
    assertThat(fit("notes", "--model", "lexical", "--sample", 99).fault())
        .contains("--sample is 99, expected 100 to 100000");
    assertThat(fit("few", "--model", "openai:mock-embedding").fault()).contains("at least 100");
    assertThat(fit("notes", "--model", "lexical").fault()).contains("expected another one");
    assertThat(fit("notes", "--model", "lexical", "--dimensions", 64).fault())
        .contains("--dimensions goes with openai:MODEL only");
    assertThat(fit("missing", "--model", "lexical").fault()).contains("missing");

    assertThat(folder.resolve("notes.bridge")).doesNotExist();
  }

  @Test
  void fit_targetThatCannotBeWritten_isRefusedBeforeAnythingIsEmbedded() {
    for (Path target : List.of(folder, folder.resolve("nowhere").resolve("file"))) {
      CliRun run =
          run(
              "bridge fit",
              "--collection",
              "notes",
              "--model",
              "openai:mock-embedding",
              "--out",
              target);

      assertThat(run.fault()).contains(target + ": can't be written");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void show_folder_isRefused() {
    CliRun run = CliRun.of("bridge", "show", folder);

    assertThat(run.fault()).contains(folder + ": bridge file can't be read");
  }

  @Test
  void search_unsuitableBridge_isRefused() throws IOException {
    Path bridge = folder.resolve("notes.bridge");
    fit("notes", "--model", "openai:mock-embedding");
    try (Attune attune = Attune.open(folder.resolve("store"))) {
      attune.createCollection("other", CollectionSpec.vectors(1024, Similarity.COSINE));
    }
    CliRun other = run("search", "--collection", "other", "--bridge", bridge, "toner");
    Files.write(bridge, new byte[] {1, 2, 3});
    CliRun damaged = run("search", "--collection", "notes", "--bridge", bridge, "toner");

    assertThat(other.code()).isNotZero();
    assertThat(other.fault()).contains("attune-lexical-1", "caller");
    assertThat(damaged.code()).isNotZero();
    assertThat(damaged.fault()).contains("notes.bridge");
  }
}
