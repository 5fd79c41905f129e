package org.attunedb.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.server.ingest.LocalSite.bytes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.ByteProgress;
import org.attunedb.server.CliRun;
import org.attunedb.server.cli.AttuneCli;
import org.attunedb.server.cli.Out;
import org.attunedb.server.ingest.gather.Visit;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.attunedb.server.terminal.TerminalKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class IngestCommandTest {
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
                    "ingest", "--store", store, "--collection", "docs", "--create", "--delay", 0),
                Stream.of(arguments))
            .toArray());
  }

  private JsonNode report(Object... arguments) {
    CliRun run =
        ingest(Stream.concat(Stream.of(arguments), Stream.of("--output", "json")).toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return StrictJson.readObject(run.out(), "stdout").get("sources").get(0);
  }

  private List<Document> stored(Path folder) {
    try (Attune attune = Attune.openReadOnly(folder)) {
      return attune.collection("docs").scan(null, 10_000, null);
    }
  }

  private void threePages() {
    site.page("/", "start <a href='/a'>a</a><a href='/b?x=1'>b</a><a href='/b?x=2'>b</a>")
        .page("/a", "alpha beta gamma delta epsilon zeta <a href='/deep'>deep</a>")
        .page("/b?x=1", "b one")
        .page("/b?x=2", "b two")
        .page("/deep", "deep ".repeat(40));
  }

  @Test
  void ingest_siteFolderAndFile_tellsWhatItDid() throws IOException {
    threePages();
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Files.writeString(folder.resolve("x.md"), "# X\n\ntext\n");
    Files.writeString(folder.resolve("y.pdf"), "no PDF");

    CliRun run = ingest(site.at("/"), folder, folder.resolve("x.md"));

    assertThat(run.code()).as("a damaged file: " + run.err()).isEqualTo(2);
    assertThat(run.out())
        .startsWith(site.at("/") + "\n")
        .containsPattern("there now +\\| +5 \\| +5\\R")
        .contains("left out " + folder.toUri() + "y.pdf: is damaged, expected a PDF file")
        .contains("left out: taken |     1 |");
    assertThat(run.err()).contains("ingesting " + site.at("/"));
    assertThat(stored(store)).hasSize(6);
    assertThat(ingest(site.at("/")).out()).containsPattern("unchanged +\\| +5 \\|");
  }

  @Test
  void ingest_fileThatIsDamagedOnTheSecondRun_keepsWhatIsStoredAndSaysSo() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Path lines = folder.resolve("y.jsonl");
    Files.writeString(folder.resolve("x.md"), "text");
    Files.writeString(lines, "{\"text\": \"line\"}\n");
    assertThat(ingest(folder).code()).isZero();
    Files.writeString(lines, "{\"text\": \"li");

    CliRun damaged = ingest(folder);

    assertThat(damaged.code()).isEqualTo(2);
    assertThat(damaged.out()).contains("stays as it was " + lines.toUri() + ": ");
    assertThat(stored(store)).hasSize(2);
    Files.writeString(lines, "{\"text\": \"line\"}\n");
    assertThat(ingest(folder).code()).isZero();
  }

  @Test
  void ingest_modelOfAService_embedsOnceAndIsFoundAgain() {
    threePages();
    try (MockOpenAi service = MockOpenAi.start(MockOpenAiSettings.defaults())) {
      Object[] arguments = {
        site.at("/"),
        "--embedder",
        "openai:mock-embedding",
        "--base-url",
        service.baseUrl(),
        "--embedding-cache",
        "off"
      };

      CliRun first = ingest(arguments);
      int asked = service.requests().size();
      CliRun again = ingest(arguments);

      assertThat(first.code()).as(first.err()).isZero();
      assertThat(first.err()).contains("openai:mock-embedding: ");
      assertThat(stored(store)).hasSize(5).allMatch(document -> document.embedding() != null);
      assertThat(again.code()).as(again.err()).isZero();
      assertThat(service.requests()).hasSize(asked);
    }
  }

  /** Eight requests of 128 texts by default: all of them must be under way at the same time. */
  @Test
  void ingest_quickSourceAndASlowService_fillsEveryRequestThatMayBeUnderWay() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("pages"));
    for (int i = 0; i < 1_100; i++) {
      Files.writeString(folder.resolve("p" + i + ".txt"), "harbour" + i + " keeps ship" + i);
    }
    MockOpenAiSettings slow = MockOpenAiSettings.defaults().withLatency(Duration.ofMillis(500));
    try (MockOpenAi service = MockOpenAi.start(slow)) {
      CliRun run =
          ingest(
              folder,
              "--embedder",
              "openai:mock-embedding",
              "--dimensions",
              16,
              "--base-url",
              service.baseUrl(),
              "--embedding-cache",
              "off");

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(stored(store)).hasSize(1_100);
      assertThat(service.peakConcurrency()).isEqualTo(8);
    }
  }

  @Test
  void ingest_lastPartOfTheAddress_isAFolderUnlessItIsAFilesName() {
    site.page("/3.12", "start <a href='/3.12/a.html'>a</a><a href='/other'>b</a>")
        .page("/3.12/a.html", "a <a href='/other'>b</a>")
        .page("/other", "other");

    CliRun version = ingest(site.at("/3.12"));
    CliRun page = ingest(site.at("/3.12/a.html"));

    assertThat(version.err())
        .contains("ingesting " + site.at("/3.12") + ", with what is below " + site.at("/3.12/"));
    assertThat(page.err()).contains("with what is below " + site.at("/3.12/"));
    assertThat(site.requests()).contains("/3.12/a.html").doesNotContain("/other");
  }

  @Test
  void ingest_embedderThatIsNone_isRefused() {
    assertThat(ingest(site.at("/"), "--embedder", "word2vec").fault())
        .contains("--embedder is 'word2vec', expected lexical or openai:MODEL");
    assertThat(ingest(site.at("/"), "--dimensions", 8).fault())
        .contains("--dimensions goes with --embedder openai:MODEL only");
    assertThat(store).doesNotExist();
  }

  @Test
  void ingest_options_haveTheirEffects() {
    threePages();
    site.content("/robots.txt", "text/plain", bytes("User-agent: other\nDisallow: /\n"));

    assertThat(report(site.at("/"), "--depth", 1).get("beyondLimits").intValue()).isEqualTo(1);
    assertThat(report(site.at("/"), "--max-pages", 2).get("complete").booleanValue()).isFalse();
    assertThat(report(site.at("/"), "--max-queries", 1).get("pages").intValue()).isEqualTo(4);
    assertThat(report(site.at("/"), "--exclude", "/a").get("pages").intValue()).isEqualTo(3);
    assertThat(report(site.at("/"), "--include", "/a").get("documents").intValue()).isEqualTo(1);
    assertThat(report(site.at("/"), "--max-bytes", 150).get("left").get("too_large").intValue())
        .isEqualTo(1);
    assertThat(ingest(site.at("/"), "--user-agent", "other").fault())
        .contains("robots.txt forbids to read it");
    assertThat(
            report(site.at("/"), "--user-agent", "other", "--ignore-robots")
                .get("pages")
                .intValue())
        .isEqualTo(5);
    assertThat(
            report(
                    site.at("/"),
                    "--chunk-size",
                    20,
                    "--overlap",
                    0,
                    "--separator",
                    "\\n",
                    "--separator",
                    " ")
                .get("documents")
                .intValue())
        .isGreaterThan(7);
    assertThat(stored(store).stream().map(Document::text)).contains("alpha beta gamma ");
    report(site.at("/"), "--chunk-size", 20, "--overlap", 8);
    assertThat(stored(store).stream().map(Document::text).filter(text -> text.contains("gamma")))
        .hasSize(2);
  }

  @Test
  void ingest_optionsOfRequests_haveTheirEffects() {
    AtomicInteger asked = new AtomicInteger();
    site.page("/", "<a href='/slow'>s</a><a href='/1'>1</a><a href='/2'>2</a>start")
        .page("/1", "one")
        .page("/2", "two")
        .on(
            "/slow",
            exchange -> {
              asked.incrementAndGet();
              try {
                Thread.sleep(1_000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              LocalSite.send(exchange, 200, "text/html", bytes("slow"));
            });

    JsonNode report = report(site.at("/"), "--timeout", 200, "--retries", 1, "--concurrency", 1);

    assertThat(report.get("failed").get(0).get("problem").textValue())
        .isEqualTo("no answer within 200 ms");
    assertThat(asked).hasValue(2);
    assertThat(report(site.at("/"), "--timeout", 5000).get("pages").intValue()).isEqualTo(4);
    long start = System.nanoTime();
    report(site.at("/"), "--delay", 300);
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_200));
  }

  @Test
  void ingest_whatCantBe_isRefusedBeforeAnythingIsAsked() {
    threePages();
    CliRun.of("collections", "create", "--store", store, "--dimension", 3, "vectors");

    CliRun given = CliRun.of("ingest", "--store", store, "--collection", "vectors", site.at("/"));
    CliRun missing = CliRun.of("ingest", "--store", store, "--collection", "none", site.at("/"));
    CliRun range = ingest("--chunk-size", 3, site.at("/"));
    CliRun noFile = ingest(temp.resolve("nowhere"), site.at("/"));

    assertThat(given.code()).isEqualTo(2);
    assertThat(given.fault())
        .isEqualTo(
            "attune: collection 'vectors': its embedder 'caller' is not attached, expected a collection of the built-in embedder or of openai:MODEL");
    assertThat(missing.code()).isEqualTo(5);
    assertThat(range.code()).isEqualTo(2);
    assertThat(range.fault()).isEqualTo("attune: chunk size is 3, expected 16 to 1048576");
    assertThat(noFile.code()).isEqualTo(2);
    assertThat(noFile.fault()).contains("does not exist, expected a file");
    assertThat(site.requests()).isEmpty();
  }

  @Test
  void view_onAScreen_drawsOneLineAgainAndListsProblems() {
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(screen, true, StandardCharsets.UTF_8);
    IngestView view =
        new IngestView(new Out(stream, stream, TerminalKind.INTERACTIVE), Clock.systemUTC());

    view.on(new IngestEvent.Started("http://x/", "http://x/", true));
    view.on(new IngestEvent.Visited("http://x/", new Visit.Unchanged("http://x/a", true), 1, 9, 4));
    view.on(
        new IngestEvent.Visited(
            "http://x/", new Visit.Failed("http://x/b", "gone\u001b[2J", false), 2, 9, 4));

    assertThat(screen.toString(StandardCharsets.UTF_8))
        .startsWith("taking up http://x/" + System.lineSeparator())
        .contains("\r1 of 9 found pages, 4 documents  http://x/a")
        .contains("failed http://x/b: gone?[2J" + System.lineSeparator());
  }

  /** The process is killed at several moments, each time in the midst of the work. */
  @Test
  void ingest_processKilledAgainAndAgain_endsWithNothingTwiceAndNothingLost() throws Exception {
    StringBuilder links = new StringBuilder();
    for (int i = 0; i < 900; i++) {
      links.append("<a href='/p").append(i).append("'>x</a>");
      site.page("/p" + i, "<h1>P" + i + "</h1><p>" + ("text of " + i + " ").repeat(50) + "</p>");
    }
    site.page("/", links.toString());
    for (int kill : List.of(5, 300, 600, 850)) {
      site.forgetRequests();
      Process process = process().start();
      try {
        while (process.isAlive() && site.requests().size() < kill / 2) {
          Thread.sleep(5);
        }
        assertThat(process.isAlive()).as("killed in the midst, at %d", kill).isTrue();
        process.destroyForcibly().waitFor();
      } finally {
        process.destroyForcibly();
      }
      if (Files.exists(store)) {
        assertThat(Attune.verify(store, ByteProgress.none()).damaged()).isEmpty();
      }
    }
    site.forgetRequests();

    JsonNode last = report(site.at("/"), "--chunk-size", 300);

    assertThat(last.get("pages").intValue()).isEqualTo(901);
    assertThat(last.get("unchanged").intValue()).isPositive();
    assertThat(site.requests()).hasSizeLessThan(901);
    Path fresh = temp.resolve("fresh");
    assertThat(
            CliRun.of(
                    "ingest",
                    "--store",
                    fresh,
                    "--collection",
                    "docs",
                    "--create",
                    "--delay",
                    0,
                    "--chunk-size",
                    300,
                    site.at("/"))
                .code())
        .isZero();
    assertThat(withoutVectors(stored(store))).isEqualTo(withoutVectors(stored(fresh)));
  }

  private static Map<String, Document> withoutVectors(List<Document> documents) {
    Map<String, Document> byId = new java.util.TreeMap<>();
    documents.forEach(document -> byId.put(document.id(), document.withEmbedding(null)));
    assertThat(byId).hasSameSizeAs(documents);
    return byId;
  }

  private ProcessBuilder process() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(AttuneCli.class.getName());
    command.addAll(
        List.of(
            "ingest",
            "--store",
            store.toString(),
            "--collection",
            "docs",
            "--create",
            "--delay",
            "0",
            "--chunk-size",
            "300",
            site.at("/")));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve("process.txt").toFile());
  }
}
