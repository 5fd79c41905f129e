package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.attunedb.server.cli.AttuneCli;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores, collections, options and output files of import, export and stats. */
class TransferCommandsTest {
  @TempDir private Path temp;
  private Path store = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void writeFile() throws IOException {
    store = temp.resolve("store");
    file = Files.writeString(temp.resolve("docs.jsonl"), "{\"id\":\"a\",\"text\":\"red apple\"}\n");
  }

  @Test
  void import_missingStore_isNotMade() {
    CliRun run = CliRun.of("import", "--store", store, "--collection", "docs", file);

    assertThat(run.code()).isEqualTo(5);
    assertThat(run.fault()).isEqualTo("attune: " + store + ": no store here");
    assertThat(store).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"import", "export", "stats"})
  void command_folderThatIsNoStore_isLeftAsItWas(String command) throws IOException {
    Files.createDirectory(store);
    Path foreign = Files.writeString(store.resolve("notes.txt"), "mine");

    CliRun run = runWithoutCollection(command);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.fault())
        .isEqualTo("attune: " + store + " is not an Attune store: it has no attune.json");
    assertThat(store).isDirectoryNotContaining(path -> !path.equals(foreign));
  }

  @ParameterizedTest
  @ValueSource(strings = {"import", "export", "stats"})
  void command_emptyFolder_isNotMadeAStore(String command) throws IOException {
    Files.createDirectory(store);

    assertThat(runWithoutCollection(command).code()).isEqualTo(5);
    assertThat(store).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"import", "export", "stats"})
  void command_unknownCollection_isNotFound(String command) {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());

    CliRun run = runOn("other", command);

    assertThat(run.code()).isEqualTo(5);
    assertThat(run.fault()).contains("'other'");
  }

  @Test
  void import_storeInUse_isAConflict() {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());

    try (Attune held = Attune.open(store)) {
      assertThat(runOn("docs", "import").code()).isEqualTo(4);
      assertThat(held.collections()).containsExactly("docs");
    }
  }

  @Test
  void exportAndStats_storeInUse_showWhatIsAcknowledged() {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of(Document.of("a", "x")));

    try (Attune held = Attune.open(store)) {
      held.collection("docs").upsert(List.of(Document.of("b", "y")));
      CliRun exported =
          CliRun.of("export", "--store", store, "--collection", "docs", "--no-vectors", "-");

      assertThat(exported.out().lines())
          .as(exported.err())
          .containsExactly("{\"id\":\"a\",\"text\":\"x\"}", "{\"id\":\"b\",\"text\":\"y\"}");
      assertThat(runOn("docs", "stats").out()).containsPattern("docs +\\| +2 ");
      held.collection("docs").upsert(List.of(Document.of("c", "z")));
      assertThat(held.collection("docs").count(null)).isEqualTo(3);
    }
  }

  @Test
  void export_filter_keepsWhatMatchesInOrder() {
    Stores.create(
        store,
        "docs",
        CollectionSpec.vectors(1, Similarity.EUCLIDEAN),
        IntStream.range(0, 300)
            .mapToObj(i -> new Document("d" + i, "x", numbered(i), null))
            .toList());

    CliRun run =
        CliRun.of(
            "export",
            "--store",
            store,
            "--collection",
            "docs",
            "--filter",
            "{\"n\":{\"$gte\":290}}",
            "-");

    assertThat(run.out().lines().map(line -> StrictJson.readObject(line, "out").get("id").asText()))
        .as(run.err())
        .containsExactlyElementsOf(IntStream.range(290, 300).mapToObj(i -> "d" + i).toList());
    assertThat(run.err()).contains("exported 10 documents of 'docs'");
  }

  private static Metadata numbered(int n) {
    return Metadata.builder().put("n", n).build();
  }

  @Test
  void export_badFilter_namesThePlaceAndMakesNoFile() {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    Path out = temp.resolve("out.jsonl");

    CliRun run =
        CliRun.of(
            "export",
            "--store",
            store,
            "--collection",
            "docs",
            "--filter",
            "{\"n\":{\"$near\":1}}",
            out);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).startsWith("attune: filter at '/n/$near': ");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"import", "export", "stats"})
  void command_withoutStore_asksForIt(String command) {
    assertThat(System.getenv("ATTUNE_STORE")).isNull();

    CliRun run = CliRun.of(command, "--collection", "docs", "x");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).contains("--store");
  }

  private CliRun runWithoutCollection(String command) {
    return command.equals("stats") ? CliRun.of("stats", "--store", store) : runOn("docs", command);
  }

  private CliRun runOn(String collection, String command) {
    List<Object> arguments =
        new ArrayList<>(List.of(command, "--store", store, "--collection", collection));
    if (!command.equals("stats")) {
      arguments.add(command.equals("import") ? file : temp.resolve("out.jsonl"));
    }
    return CliRun.of(arguments.toArray());
  }

  @Test
  void stats_storeFromTheEnvironment_isUsed() throws IOException, InterruptedException {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    Path out = temp.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AttuneCli.class.getName(),
                "stats")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("ATTUNE_STORE", store.toString());

    Process process = builder.start();

    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    assertThat(Files.readString(out)).contains("docs ");
  }

  @ParameterizedTest
  @CsvSource({
    "7:cosine, 7, COSINE",
    "4096:dot_product, 4096, DOT_PRODUCT",
    "1:euclidean, 1, EUCLIDEAN"
  })
  void import_create_makesStoreAndCollection(String spec, int dimension, Similarity similarity) {
    requireCreated(spec, CollectionSpec.vectors(dimension, similarity));
  }

  @Test
  void import_createLexical_makesStoreAndCollection() {
    requireCreated("lexical", CollectionSpec.lexical());
  }

  private void requireCreated(String spec, CollectionSpec expected) {
    CliRun run =
        CliRun.of("import", "--store", store, "--collection", "docs", "--create", spec, file);

    assertThat(run.code()).as(run.err()).isZero();
    try (Attune attune = Attune.open(store)) {
      assertThat(attune.collection("docs").spec()).isEqualTo(expected);
      assertThat(attune.collection("docs").count(null)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "0:cosine",
        "4097:cosine",
        "-1:cosine",
        "99999999999:cosine",
        "7:hamming",
        "7:",
        ":cosine",
        "7",
        "٣:cosine"
      })
  void import_createWithBadSpec_isRefused(String spec) {
    CliRun run =
        CliRun.of("import", "--store", store, "--collection", "docs", "--create", spec, file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).contains("--create");
    assertThat(store).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "A", ".hidden", "a b", ""})
  void import_createWithBadName_makesNoStore(String name) {
    CliRun run =
        CliRun.of("import", "--store", store, "--collection", name, "--create", "lexical", file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).contains("name '" + name + "'");
    assertThat(store).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abort", "skip"})
  void import_createWithMissingFile_makesNoStore(String policy) {
    CliRun run =
        CliRun.of(
            "import",
            "--store",
            store,
            "--collection",
            "docs",
            "--create",
            "lexical",
            "--on-error",
            policy,
            temp.resolve("nowhere.jsonl"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(store).doesNotExist();
  }

  @Test
  void import_createWithBadFile_makesNoStore() throws IOException {
    Files.writeString(file, "{\"id\":\"b\"}");

    CliRun run =
        CliRun.of("import", "--store", store, "--collection", "docs", "--create", "lexical", file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(store).doesNotExist();
  }

  @Test
  void import_createWithBadFileInExistingStore_makesNoCollection() throws IOException {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    Files.writeString(file, "{\"id\":\"b\"}");

    CliRun run =
        CliRun.of("import", "--store", store, "--collection", "more", "--create", "lexical", file);

    assertThat(run.code()).isEqualTo(2);
    try (Attune attune = Attune.open(store)) {
      assertThat(attune.collections()).containsExactly("docs");
    }
  }

  @Test
  void import_createExistingCollection_isAConflict() {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());

    CliRun run =
        CliRun.of("import", "--store", store, "--collection", "docs", "--create", "2:cosine", file);

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.fault()).contains("'docs' exists already");
    assertThat(Stores.documents(store, "docs")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rejects r", "--ids i", "--on-error ignore", "--format csv", "- -"})
  void import_optionsThatDoNotGoTogether_areRefused(String options) {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    List<Object> arguments =
        new ArrayList<>(List.of("import", "--store", store, "--collection", "docs"));
    arguments.addAll(List.of(options.split(" ")));
    arguments.add(file);

    assertThat(CliRun.of(arguments.toArray()).code()).isEqualTo(2);
    assertThat(Stores.documents(store, "docs")).isEmpty();
  }

  @Test
  void export_existingFile_isReplacedOnlyByForce() throws IOException {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    Path out = Files.writeString(temp.resolve("out.jsonl"), "precious");

    CliRun refused = CliRun.of("export", "--store", store, "--collection", "docs", out);

    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.fault()).startsWith("attune: " + out + ": exists already; ");
    assertThat(out).hasContent("precious");

    CliRun forced = CliRun.of("export", "--store", store, "--collection", "docs", "--force", out);

    assertThat(forced.code()).as(forced.err()).isZero();
    assertThat(out).isEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({"beir, text", "fvecs, embedding"})
  void export_documentThatTheFormatCantKeep_leavesNoFile(String format, String lacking)
      throws IOException {
    Document textless = Document.of("b", Embedding.of(1, 2));
    Document vectorless = Document.of("a", "text");
    Stores.create(
        store, "docs", CollectionSpec.vectors(2, Similarity.COSINE), List.of(textless, vectorless));
    Path out = Files.createDirectory(temp.resolve("out"));
    List<Object> arguments =
        new ArrayList<>(
            List.of("export", "--store", store, "--collection", "docs", "--format", format));
    if (format.equals("fvecs")) {
      arguments.addAll(List.of("--ids", out.resolve("ids"), out.resolve("v.fvecs")));
    } else {
      arguments.add(out);
    }

    CliRun run = CliRun.of(arguments.toArray());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).contains("has no " + lacking + ", which --format " + format);
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void export_beirThatFails_leavesNoFolderThatItMade() {
    Stores.create(
        store,
        "docs",
        CollectionSpec.vectors(2, Similarity.COSINE),
        List.of(Document.of("b", Embedding.of(1, 2))));

    CliRun run =
        CliRun.of(
            "export",
            "--store",
            store,
            "--collection",
            "docs",
            "--format",
            "beir",
            temp.resolve("new/deep/out"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(temp.resolve("new")).doesNotExist();
  }

  @Test
  void export_fvecsWhoseIdsExist_leavesNoVectors() throws IOException {
    Stores.create(
        store,
        "docs",
        CollectionSpec.vectors(2, Similarity.COSINE),
        List.of(Document.of("b", Embedding.of(1, 2))));
    Path out = Files.createDirectory(temp.resolve("out"));
    Path ids = Files.writeString(temp.resolve("ids"), "precious");

    CliRun run =
        CliRun.of(
            "export",
            "--store",
            store,
            "--collection",
            "docs",
            "--format",
            "fvecs",
            "--ids",
            ids,
            out.resolve("v.fvecs"));

    assertThat(run.code()).isEqualTo(4);
    assertThat(out).isEmptyDirectory();
    assertThat(ids).hasContent("precious");
  }

  @Test
  void exportAndDelete_filterOnUnknownField_warn() {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of(Document.of("a", "x")));
    String filter = "{\"lnag\":\"en\"}";

    CliRun exported =
        CliRun.of("export", "--store", store, "--collection", "docs", "--filter", filter, "-");
    CliRun deleted =
        CliRun.of("delete", "--store", store, "--collection", "docs", "--filter", filter);

    for (CliRun run : List.of(exported, deleted)) {
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err().lines()).contains("warning: no document has the metadata field 'lnag'");
    }
    assertThat(Stores.documents(store, "docs")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"locked", "foreign", "taken", "unknown"})
  void import_targetThatCantBe_isRefusedBeforeInputIsRead(String fault) throws IOException {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    Path foreign = Files.createDirectory(temp.resolve("foreign"));
    Files.writeString(foreign.resolve("mine"), "mine");
    List<Object> arguments =
        switch (fault) {
          case "locked" -> List.of("import", "--store", store, "--collection", "docs", "-");
          case "foreign" ->
              List.of(
                  "import", "--store", foreign, "--collection", "docs", "--create", "lexical", "-");
          case "taken" ->
              List.of(
                  "import", "--store", store, "--collection", "docs", "--create", "lexical", "-");
          default -> List.of("import", "--store", store, "--collection", "other", "-");
        };
    InputStream before = System.in;
    AtomicBoolean read = new AtomicBoolean();
    Attune held = fault.equals("locked") ? Attune.open(store) : Attune.inMemory();
    try (held) {
      System.setIn(
          new InputStream() {
            @Override
            public int read() {
              read.set(true);
              return -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
              return read();
            }
          });
      assertThat(CliRun.of(arguments.toArray()).code()).isIn(3, 4, 5);
    } finally {
      System.setIn(before);
    }
    assertThat(read).isFalse();
  }

  @Test
  void export_missingParent_isRefused() {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    Path out = temp.resolve("nowhere/out.jsonl");

    CliRun run = CliRun.of("export", "--store", store, "--collection", "docs", out);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault())
        .isEqualTo("attune: " + out + ": can't be written (no such file or folder)");
  }

  @Test
  void export_toFolder_isRefused() throws IOException {
    Stores.create(store, "docs", CollectionSpec.lexical(), List.of());
    Path out = Files.createDirectory(temp.resolve("out"));

    CliRun run = CliRun.of("export", "--store", store, "--collection", "docs", "--force", out);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).isEqualTo("attune: " + out + ": is a folder, expected a file");
  }

  @Test
  void export_toStandardOutput_printsOnlyTheDocuments() {
    Stores.create(
        store,
        "docs",
        CollectionSpec.vectors(1, Similarity.DOT_PRODUCT),
        Stream.of("b", "a", "é").map(id -> Document.of(id, id)).toList());

    CliRun run = CliRun.of("export", "--store", store, "--collection", "docs", "-");

    assertThat(run.out().lines())
        .containsExactly(
            "{\"id\":\"a\",\"text\":\"a\"}",
            "{\"id\":\"b\",\"text\":\"b\"}",
            "{\"id\":\"é\",\"text\":\"é\"}");
    assertThat(run.err()).contains("exported 3 documents of 'docs'");
  }

  @Test
  void stats_table_showsEveryCollection() {
    Stores.create(
        store,
        "docs",
        CollectionSpec.lexical(),
        List.of(Document.of("a", "x"), Document.of("b", "y")));
    Stores.create(store, "more", CollectionSpec.vectors(3, Similarity.EUCLIDEAN), List.of());

    CliRun run = CliRun.of("stats", "--store", store);

    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .contains("collection", "documents", "deleted", "segments", "bytes", "dimension")
        .contains("similarity", "format", "embedder", "adapter");
    assertThat(lines.get(2))
        .matches(
            "docs +\\| +2 \\| +0 \\| +1 \\| +\\d+ \\| +1024 \\| cosine +\\| float32 +\\| .*none +\\| ok");
    assertThat(lines.get(3))
        .matches(
            "more +\\| +0 \\| +0 \\| +0 \\| +\\d+ \\| +3 \\| euclidean +\\| float32 +\\| caller +\\| none +\\| ok");
  }

  @Test
  void stats_json_isWhatTheCollectionSays() {
    Stores.create(
        store,
        "docs",
        CollectionSpec.vectors(1, Similarity.COSINE),
        List.of(Document.of("a", Embedding.of(1))));
    Stores.create(store, "more", CollectionSpec.lexical(), List.of());

    CliRun run = CliRun.of("stats", "--store", store, "--collection", "docs", "--output", "json");

    var collections = StrictJson.readObject(run.out(), "stdout").get("collections");
    assertThat(collections).hasSize(1);
    try (Attune attune = Attune.open(store)) {
      assertThat(collections.get(0).toString())
          .isEqualTo(
              "{\"collection\":\"docs\",\"documents\":1,\"deleted\":0,\"segments\":1,\"bytes\":%s,\"dimension\":1,\"similarity\":\"cosine\",\"format\":\"float32\",\"vectors\":{\"float32\":1},\"simd\":\"%s\",\"embedder\":\"caller\",\"adapter\":null,\"scopedAdapters\":0,\"state\":\"ok\"}"
                  .formatted(
                      attune.collection("docs").stats().diskBytes(),
                      attune.collection("docs").stats().simd().name().toLowerCase(Locale.ROOT)));
    }
  }
}
