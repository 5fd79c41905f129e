package org.attunedb.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.server.ingest.LocalSite.bytes;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.attunedb.server.openai.EmbeddingModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ingest --create} leaves behind when there is nothing to store. */
@Timeout(240)
class IngestCreateTest {
  @TempDir private Path temp;

  private LocalSite site;
  private Path store;

  @BeforeEach
  void start() throws IOException {
    site = LocalSite.start();
    store = temp.resolve("store");
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private CliRun ingest(Object... arguments) {
    return CliRun.of(
        Stream.concat(
                Stream.of(
                    "ingest",
                    "--store",
                    store,
                    "--collection",
                    "docs",
                    "--create",
                    "--delay",
                    0,
                    "--retries",
                    0),
                Stream.of(arguments))
            .toArray());
  }

  private List<String> collections() {
    try (Attune attune = Attune.openReadOnly(store)) {
      return attune.collections();
    }
  }

  private List<Document> stored() {
    try (Attune attune = Attune.openReadOnly(store)) {
      return attune.collection("docs").scan(null, 10_000, null);
    }
  }

  /** What the folder of journals holds. */
  private Map<String, String> journals() throws IOException {
    Path folder = store.resolve("ingest");
    Map<String, String> content = new TreeMap<>();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.toList()) {
          content.put(file.toString(), Files.isDirectory(file) ? "folder" : Files.readString(file));
        }
      }
    }
    return content;
  }

  private static Path folder(Path folder, String file, String text) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(file), text);
    return folder;
  }

  @Test
  void ingest_siteThatDoesNotAnswer_makesNothing() {
    site.close();

    CliRun failed = ingest(site.at("/"));

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.fault()).startsWith("attune: " + site.at("/"));
    assertThat(store).doesNotExist();
  }

  @Test
  void ingest_sourcesWithoutText_makeNothing() throws IOException {
    site.page("/", "");
    Path empty = Files.createDirectories(temp.resolve("empty"));
    Path damaged = folder(temp.resolve("damaged"), "y.pdf", "no PDF");

    CliRun blankSite = ingest(site.at("/"));
    CliRun missingSite = ingest(site.at("/none/"));
    CliRun missingFolder = ingest(temp.resolve("nowhere"));
    CliRun emptyFolder = ingest(empty);
    CliRun damagedFile = ingest(damaged);

    assertThat(blankSite.fault()).contains("has no page or file with text");
    assertThat(missingSite.fault()).contains("there is no such page");
    assertThat(missingFolder.fault()).contains("does not exist");
    assertThat(emptyFolder.fault()).contains("has no page or file with text");
    assertThat(damagedFile.fault()).contains("y.pdf: is damaged, expected a PDF file");
    assertThat(Stream.of(blankSite, missingSite, missingFolder, emptyFolder, damagedFile))
        .allMatch(run -> run.code() == 2);
    assertThat(store).doesNotExist();
  }

  /** Unlike a damaged one, it may be there another time. */
  @Test
  void ingest_fileThatCantBeRead_makesNothing() {
    Path unreadable = Path.of("/proc/self/mem");
    assumeTrue(Files.isRegularFile(unreadable), "Linux has a file that nobody can read from 0");

    CliRun failed = ingest(unreadable);

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.fault())
        .contains("has no page or file with text (", "/proc/self/mem: can't be read (");
    assertThat(store).doesNotExist();
  }

  @Test
  void ingest_storeWithOtherCollections_getsNoEmptyOne() throws IOException {
    CliRun.of("collections", "create", "--store", store, "--dimension", 3, "vectors");
    site.close();

    CliRun failed = ingest(site.at("/"));

    assertThat(failed.code()).isEqualTo(2);
    assertThat(collections()).containsExactly("vectors");
    assertThat(journals()).isEmpty();
  }

  @Test
  void ingest_collectionThatWasThere_staysAsItWas() throws IOException {
    site.page("/", "start");
    assertThat(ingest(site.at("/")).code()).isZero();
    List<Document> before = stored();
    Map<String, String> journals = journals();
    site.status("/", 500);

    CliRun failed = ingest(site.at("/"));

    assertThat(failed.code()).isEqualTo(2);
    assertThat(stored()).isEqualTo(before).hasSize(1);
    assertThat(journals()).isEqualTo(journals);
  }

  @Test
  void ingest_emptyCollectionThatWasThere_stays() {
    CliRun.of("collections", "create", "--store", store, "--embedder", "lexical", "docs");
    site.close();

    assertThat(ingest(site.at("/")).code()).isEqualTo(2);

    assertThat(collections()).containsExactly("docs");
  }

  @Test
  void ingest_laterSourceThatCantBeRead_leavesWhatTheFirstBrought() throws IOException {
    Path notes = folder(temp.resolve("notes"), "x.md", "# X\n\ntext\n");
    site.close();

    CliRun failed = ingest(notes, site.at("/"));

    assertThat(failed.code()).isEqualTo(2);
    assertThat(stored()).hasSize(1);
  }

  @Test
  void ingest_embeddingThatFails_leavesNoCollectionBoundToTheModel() throws IOException {
    Path notes = folder(temp.resolve("notes"), "x.md", "# X\n\ntext\n");
    try (MockOpenAi service = MockOpenAi.start(MockOpenAiSettings.defaults())) {
      Object[] arguments = {
        notes,
        "--embedder",
        "openai:mock-embedding",
        "--dimensions",
        16,
        "--base-url",
        service.baseUrl(),
        "--embedding-cache",
        "off"
      };
      service.failNext(Fault.QUOTA);

      CliRun failed = ingest(arguments);
      List<String> left = collections();
      CliRun again = ingest(arguments);

      assertThat(failed.code()).isEqualTo(6);
      assertThat(left).isEmpty();
      assertThat(again.code()).as(again.err()).isZero();
      assertThat(again.err()).contains("ingesting").doesNotContain("taking up");
      assertThat(stored()).hasSize(1);
    }
  }

  /** Neither had a store at the beginning; the other one was quicker. */
  @Test
  void ingest_storeMadeByAnotherMeanwhile_isNotTouched() throws IOException {
    Path notes = folder(temp.resolve("notes"), "x.md", "# X\n\ntext\n");
    List<CliRun> other = new CopyOnWriteArrayList<>();
    site.on(
        "/",
        exchange -> {
          if (other.isEmpty()) {
            other.add(ingest(notes));
          }
          LocalSite.send(exchange, 200, "text/html", bytes("<main>start</main>"));
        });

    CliRun late = ingest(site.at("/"));
    CliRun again = ingest(site.at("/"));

    assertThat(other).hasSize(1).allMatch(run -> run.code() == 0);
    assertThat(late.code()).isEqualTo(4);
    assertThat(late.fault()).contains("'docs'", "exists");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(stored()).hasSize(2);
  }

  @Test
  void ingest_storeOpenedByAnotherMeanwhile_isNotTouched() {
    List<Attune> other = new CopyOnWriteArrayList<>();
    site.on(
        "/",
        exchange -> {
          if (other.isEmpty()) {
            other.add(Attune.open(store));
          }
          LocalSite.send(exchange, 200, "text/html", bytes("<main>start</main>"));
        });

    CliRun late = ingest(site.at("/"));

    try (Attune held = other.getFirst()) {
      assertThat(late.code()).isEqualTo(4);
      assertThat(held.collections()).isEmpty();
    }
  }

  @Test
  void ingest_journalThatCantBeWritten_isToldBeforeTheSourceIsAsked() throws IOException {
    site.page("/", "start");
    CliRun.of("collections", "create", "--store", store, "--embedder", "lexical", "docs");
    Files.writeString(store.resolve("ingest"), "a file");

    CliRun failed = ingest(site.at("/"));

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.fault()).contains("can't be written (Not a directory)");
    assertThat(site.requests()).isEmpty();
  }

  @Test
  void ingest_embedderOtherThanTheCollections_isRefusedBeforeTheSourceIsAsked() throws IOException {
    site.page("/", "start");
    CliRun.of("collections", "create", "--store", store, "--embedder", "lexical", "docs");

    CliRun failed = ingest(site.at("/"), "--embedder", "openai:small", "--dimensions", 16);

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.fault())
        .isEqualTo(
            "attune: collection 'docs': --embedder is 'openai:small' with --dimensions 16, expected"
                + " what the collection was made with, 'attune-lexical-1' of 1024 dimensions: leave"
                + " the option out, or take another collection");
    assertThat(site.requests()).isEmpty();
    assertThat(stored()).isEmpty();
    assertThat(journals()).isEmpty();
  }

  /** The option is no more believed where the collection need not be made. */
  @Test
  void ingest_otherEmbedderWithoutCreate_isRefused() throws IOException {
    site.page("/", "start");
    CliRun.of("collections", "create", "--store", store, "--embedder", "lexical", "docs");

    CliRun failed =
        CliRun.of(
            "ingest",
            "--store",
            store,
            "--collection",
            "docs",
            "--embedder",
            "openai:small",
            site.at("/"));

    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.fault()).contains("--embedder is 'openai:small', expected");
    assertThat(site.requests()).isEmpty();
  }

  @Test
  void ingest_embedderThatTheCollectionHas_isAccepted() throws IOException {
    site.page("/", "start");
    CliRun.of("collections", "create", "--store", store, "--embedder", "lexical", "docs");

    CliRun run = ingest(site.at("/"), "--embedder", "lexical");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(stored()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "openai:mock-embedding, 16, openai:mock-embedding, 16, true",
    "openai:mock-embedding, 16, openai:mock-embedding@16, , true",
    "openai:mock-embedding, 16, openai:mock-embedding@16, 16, true",
    "openai:mock-embedding, 16, openai:mock-embedding, 17, false",
    "openai:mock-embedding, 16, openai:mock-embedding, , false",
    "openai:mock-embedding, 16, openai:mock-embed, 16, false",
    "openai:mock-embedding, 16, openai:other, 16, false",
    "openai:mock-embedding, 16, lexical, , false",
    "openai:mock-embedding, , openai:mock-embedding, , true",
    "openai:mock-embedding, , openai:mock-embedding, 1536, true",
    "openai:mock-embedding, , openai:mock-embedding, 512, false",
    "caller, 1024, lexical, , false",
  })
  void requireOf_collectionOfAnEmbedder_acceptsWhatItWasMadeWith(
      String made,
      @Nullable Integer dimension,
      String asked,
      @Nullable Integer wanted,
      boolean is) {
    EmbedderInfo info =
        made.startsWith("openai:")
            ? new EmbeddingModel(
                    made.substring("openai:".length()),
                    dimension == null ? 1_536 : dimension,
                    dimension != null)
                .info()
            : new EmbedderInfo(made, dimension == null ? 0 : dimension);
    CollectionSpec like = CollectionSpec.lexical();
    CollectionSpec spec =
        new CollectionSpec(
            info.name(), info.dimension(), like.similarity(), like.m(), like.efConstruction());
    AskedEmbedder embedder = new AskedEmbedder(asked, wanted);

    if (is) {
      assertThatCode(() -> embedder.requireOf("docs", spec)).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> embedder.requireOf("docs", spec))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.EMBEDDER_MISMATCH));
    }
  }
}
