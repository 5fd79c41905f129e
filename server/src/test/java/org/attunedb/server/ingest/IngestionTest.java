package org.attunedb.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.attunedb.server.ingest.LocalSite.bytes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.ingest.gather.GatherOptions;
import org.attunedb.server.ingest.gather.Visit;
import org.attunedb.server.ingest.gather.Visit.Reason;
import org.attunedb.server.ingest.split.SplitOptions;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.attunedb.server.openai.BatchLimits;
import org.attunedb.server.openai.EmbeddingModel;
import org.attunedb.server.openai.OpenAiEmbedder;
import org.attunedb.server.openai.OpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class IngestionTest {
  @TempDir private Path temp;

  private final CountingEmbedder embedder = new CountingEmbedder();
  private LocalSite site;
  private Attune attune;
  private VectorCollection docs;

  @BeforeEach
  void start() throws IOException {
    site = LocalSite.start();
    attune = Attune.inMemory();
    docs = attune.createCollection("docs", embedder);
  }

  @AfterEach
  void stop() {
    attune.close();
    site.close();
  }

  /** Vectors of letters, and a count of the texts. */
  private static final class CountingEmbedder implements Embedder {
    private final AtomicInteger texts = new AtomicInteger();
    private final List<Integer> calls = new CopyOnWriteArrayList<>();

    @Override
    public EmbedderInfo info() {
      return new EmbedderInfo("counting", 26);
    }

    @Override
    public List<Embedding> embedDocuments(List<String> documents) {
      texts.addAndGet(documents.size());
      calls.add(documents.size());
      return documents.stream().map(CountingEmbedder::letters).toList();
    }

    @Override
    public List<Embedding> embedQueries(List<String> queries) {
      return queries.stream().map(CountingEmbedder::letters).toList();
    }

    private static Embedding letters(String text) {
      float[] counts = new float[26];
      counts[0] = 0.5f;
      text.chars().filter(c -> c >= 'a' && c <= 'z').forEach(c -> counts[c - 'a']++);
      return Embedding.of(counts);
    }

    int take() {
      return texts.getAndSet(0);
    }
  }

  private IngestOptions options() {
    return IngestOptions.defaults()
        .withGather(
            GatherOptions.defaults().toBuilder()
                .delay(Duration.ZERO)
                .retryDelay(Duration.ofMillis(1))
                .build())
        .withSplit(new SplitOptions(200, 20, SplitOptions.DEFAULT_SEPARATORS))
        .withJournals(temp.resolve("journals"));
  }

  private SourceReport ingest(String source) throws InterruptedException {
    return ingest(source, options());
  }

  private SourceReport ingest(String source, IngestOptions options) throws InterruptedException {
    return new Ingestion(docs, options).run(List.of(source), IngestListener.none()).getFirst();
  }

  private static List<Document> all(VectorCollection collection) {
    return collection.scan(null, 10_000, null);
  }

  /** What a first run into an empty collection gives. */
  private List<Document> oracle(String... sources) throws InterruptedException {
    try (Attune other = Attune.inMemory()) {
      VectorCollection fresh = other.createCollection("docs", new CountingEmbedder());
      new Ingestion(
              fresh,
              IngestOptions.defaults().withGather(options().gather()).withSplit(options().split()))
          .run(List.of(sources), IngestListener.none());
      return all(fresh);
    }
  }

  private void threePages() {
    site.page("/", "<h1>Start</h1><p>Welcome.</p><a href='a'>a</a><a href='b'>b</a>")
        .page("/a", "<h1>Alpha</h1><h2>One</h2><p>" + "first words ".repeat(30) + "</p>")
        .page("/b", "<h1>Beta</h1><p>beta text</p>");
  }

  @Test
  void run_firstTime_storesChunksWithTheirOrigin() throws InterruptedException {
    threePages();

    SourceReport report = ingest(site.at("/"));

    assertThat(report.added()).isEqualTo(3);
    assertThat(report.documents()).isEqualTo(all(docs).size()).isEqualTo(embedder.take());
    Document chunk = docs.get(site.at("/a#0001")).orElseThrow();
    assertThat(chunk.text()).contains("first words").hasSizeLessThanOrEqualTo(200);
    assertThat(chunk.metadata().asMap())
        .isEqualTo(
            Metadata.builder()
                .put("source", site.at("/a"))
                .put("title", "Alpha")
                .put("headings", List.of("Alpha", "One"))
                .put("chunk", 1)
                .put("ingest", site.at("/"))
                .build()
                .asMap());
    assertThat(docs.search(SearchRequest.text("beta").k(1).build()).ids())
        .containsExactly(site.at("/b#0000"));
  }

  @Test
  void run_nothingChanged_writesAndEmbedsNothing() throws InterruptedException {
    threePages();
    ingest(site.at("/"));
    List<Document> before = all(docs);
    embedder.take();
    site.forgetRequests();

    SourceReport again = ingest(site.at("/"));

    assertThat(again.unchanged()).isEqualTo(3);
    assertThat(again.written()).isZero();
    assertThat(again.deleted()).isZero();
    assertThat(embedder.take()).isZero();
    assertThat(all(docs)).isEqualTo(before);
    assertThat(site.requests()).containsExactlyInAnyOrder("/robots.txt", "/", "/a", "/b");
  }

  @Test
  void run_nothingChangedWithoutJournalOrValidators_writesAndEmbedsNothing()
      throws InterruptedException, IOException {
    site.validators(false);
    threePages();
    ingest(site.at("/"));
    embedder.take();

    assertThat(ingest(site.at("/")).written()).isZero();
    deleteJournals();
    SourceReport again = ingest(site.at("/"));

    assertThat(again.unchanged()).isEqualTo(3);
    assertThat(again.written()).isZero();
    assertThat(embedder.take()).isZero();
  }

  private void deleteJournals() throws IOException {
    for (Path journal : journals()) {
      Files.delete(journal);
    }
  }

  private List<Path> journals() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("journals"))) {
      return files.toList();
    }
  }

  @Test
  void run_pagesChangedAddedAndGone_givesWhatAFirstRunGives() throws InterruptedException {
    threePages();
    ingest(site.at("/"));
    List<Document> before = all(docs);
    embedder.take();
    site.page("/", "<h1>Start</h1><p>Welcome.</p><a href='a'>a</a><a href='c'>c</a>")
        .page(
            "/a",
            "<h1>Alpha</h1><h2>One</h2><p>" + "first words ".repeat(30) + "</p><p>The end.</p>")
        .page("/c", "new page");

    SourceReport report = ingest(site.at("/"));

    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
    assertThat(report.added()).isEqualTo(1);
    assertThat(report.changed()).isEqualTo(2);
    assertThat(report.removed()).isEqualTo(1);
    long differ = all(docs).stream().filter(document -> !before.contains(document)).count();
    assertThat(report.written()).isEqualTo(differ).isEqualTo(embedder.take());
    assertThat(docs.get(site.at("/a#0000"))).contains(before.get(1));
    assertThat(docs.get(site.at("/b#0000"))).isEmpty();
  }

  @Test
  void run_sitesThatChangeAtRandom_alwaysGivesWhatAFirstRunGives() throws InterruptedException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    for (int round = 0; round < 12; round++) {
      site.validators(random.nextBoolean());
      for (int i = 0; i < 12; i++) {
        change(random, i);
      }
      site.page("/", "front <a href=/p0>0</a><a href=/p1>1</a><a href=/p2>2</a>");

      ingest(site.at("/"));

      assertThat(all(docs)).as("round %d", round).isEqualTo(oracle(site.at("/")));
    }
  }

  private void change(RandomGenerator random, int page) {
    String path = "/p" + page;
    switch (random.nextInt(6)) {
      case 0 -> site.remove(path);
      case 1 -> site.redirect(path, "/p" + random.nextInt(12));
      case 2, 3 ->
          site.page(
              path,
              "<h1>T%s</h1><p>%s</p><a href=/p%s>x</a><a href=/p%s>y</a>"
                  .formatted(
                      random.nextInt(3),
                      ("text " + random.nextInt(4) + " ").repeat(random.nextInt(1, 60)),
                      random.nextInt(12),
                      random.nextInt(12)));
      default -> {}
    }
  }

  @Test
  void run_pageThatFails_keepsItsDocumentsAndWhatItLedTo() throws InterruptedException {
    site.page("/", "start <a href='/list'>list</a>")
        .page("/list", "list <a href='/item'>item</a>")
        .page("/item", "item");
    ingest(site.at("/"));
    List<Document> before = all(docs);
    site.status("/list", 500);

    SourceReport report = ingest(site.at("/"));

    assertThat(report.failed())
        .containsExactly(
            new Visit.Failed(site.at("/list"), "the server answers with status 500", true));
    assertThat(all(docs)).isEqualTo(before);
    assertThat(report.removed()).isZero();
    site.page("/list", "list without items");
    assertThat(ingest(site.at("/")).removed()).isEqualTo(1);
  }

  @Test
  void run_pagesThatTurnIntoSomethingElse_keepTheirDocumentsAndWhatTheyLedTo()
      throws InterruptedException {
    site.page("/", "start <a href='/a'>a</a><a href='/b'>b</a><a href='/c.pdf'>c</a>")
        .page("/a", "a <a href='/item'>item</a>")
        .page("/b", "b")
        .page("/c.pdf", "c")
        .page("/item", "item");
    ingest(site.at("/"));
    List<Document> before = all(docs);
    site.content("/a", "application/octet-stream", new byte[10])
        .content("/b", "text/html", new byte[200_000])
        .content("/c.pdf", "application/pdf", bytes("half a file"));
    IngestOptions small =
        options().withGather(options().gather().toBuilder().maxBytes(100_000).build());

    SourceReport report = ingest(site.at("/"), small);

    assertThat(report.damaged()).isEqualTo(3);
    assertThat(report.failed()).hasSize(3).allMatch(Visit.Failed::damaged);
    assertThat(report.removed()).isZero();
    assertThat(all(docs)).isEqualTo(before);
    site.remove("/a").remove("/b").remove("/c.pdf");
    assertThat(ingest(site.at("/"), small).removed()).isEqualTo(4);
  }

  @Test
  void run_filesThatAreDamaged_keepTheirDocuments() throws InterruptedException, IOException {
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Files.writeString(folder.resolve("a.md"), "fine");
    Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
    Files.writeString(folder.resolve("c.txt"), "short");
    Files.writeString(folder.resolve("d.txt"), "goes");
    ingest(folder.toString());
    Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"one\"}\n{\"te");
    Files.writeString(folder.resolve("c.txt"), "long ".repeat(100));
    Files.delete(folder.resolve("d.txt"));
    deleteJournals();

    SourceReport report =
        ingest(
            folder.toString(),
            options().withGather(options().gather().toBuilder().maxBytes(100).build()));

    assertThat(report.damaged()).isEqualTo(2);
    assertThat(report.removed()).isEqualTo(1);
    assertThat(all(docs).stream().map(Document::text))
        .containsExactly("fine", "one", "two", "short");
    assertThat(report.documents()).isEqualTo(4);
  }

  @Test
  void run_headerForCrawlersAddedToAnUnchangedPage_isObeyed() throws InterruptedException {
    for (boolean validators : new boolean[] {true, false}) {
      site.validators(validators);
      site.page("/", "start <a href='/a'>a</a><a href='/b'>b</a>")
          .page("/a", "a")
          .page("/b", "b <a href='/c'>c</a>")
          .page("/c", "c");
      ingest(site.at("/"));
      assertThat(all(docs)).hasSize(4);
      site.header("/a", "X-Robots-Tag", "noindex").header("/b", "X-Robots-Tag", "nofollow");

      ingest(site.at("/"));

      assertThat(all(docs).stream().map(Document::id))
          .as("validators: %s", validators)
          .containsExactly(site.at("/#0000"), site.at("/b#0000"));
      site.header("/a", "X-Robots-Tag", "all").header("/b", "X-Robots-Tag", "all");
      ingest(site.at("/"));
      assertThat(all(docs)).hasSize(4);
    }
  }

  private static final String CANONICAL = "<link rel=canonical href='/a'>";

  @Test
  void run_ownAddressOfAPageFails_doesNotStoreThePageInItsPlace() throws InterruptedException {
    site.page("/", "start <a href='/a?print=1'>print</a>")
        .page("/a?print=1", CANONICAL + "printed")
        .status("/a", 500);

    SourceReport report = ingest(site.at("/"));

    assertThat(report.failed()).hasSize(1);
    assertThat(all(docs).stream().map(Document::id)).containsExactly(site.at("/#0000"));
    site.page("/a", CANONICAL + "on the screen");
    ingest(site.at("/"));
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
  }

  @Test
  void run_ownAddressOfAPageComesBack_takesThePlaceOfTheUnchangedPage()
      throws InterruptedException {
    site.page("/", "start <a href='/a?print=1'>print</a>")
        .page("/a?print=1", CANONICAL + "printed");
    ingest(site.at("/"));
    assertThat(docs.get(site.at("/a?print=1#0000"))).isPresent();
    site.status("/a", 500);

    assertThat(ingest(site.at("/")).removed()).as("own address fails").isZero();
    assertThat(docs.get(site.at("/a?print=1#0000"))).isPresent();
    site.page("/a", CANONICAL + "on the screen");
    ingest(site.at("/"));

    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
    assertThat(docs.get(site.at("/a?print=1#0000"))).isEmpty();
    assertThat(docs.get(site.at("/a#0000"))).isPresent();
  }

  @Test
  void run_newPageFails_keepsPagesThatMayBeBehindIt() throws InterruptedException {
    site.page("/", "start <a href='/item'>item</a>").page("/item", "item");
    ingest(site.at("/"));
    site.page("/", "start <a href='/list'>list</a>").status("/list", 500);

    SourceReport report = ingest(site.at("/"));

    assertThat(report.kept()).isEqualTo(1);
    assertThat(docs.get(site.at("/item#0000"))).isPresent();
  }

  @Test
  void run_limitReached_keepsPagesBeyondIt() throws InterruptedException {
    threePages();
    ingest(site.at("/"));

    SourceReport report =
        ingest(
            site.at("/"), options().withGather(options().gather().toBuilder().maxPages(1).build()));

    assertThat(report.complete()).isFalse();
    assertThat(report.kept()).isEqualTo(2);
    assertThat(report.removed()).isZero();
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
  }

  @Test
  void run_pagesBeyondTheDepth_stayWithAllThatIsBehindThem() throws InterruptedException {
    site.page("/", "start <a href='/1'>1</a><a href='/x'>x</a>")
        .page("/1", "one <a href='/2'>2</a>")
        .page("/2", "two <a href='/3'>3</a>")
        .page("/3", "three")
        .page("/x", "x <a href='/y'>y</a>")
        .page("/y", "y");
    ingest(site.at("/"));
    site.page("/", "start <a href='/1'>1</a>");
    IngestOptions shallow =
        options().withGather(options().gather().toBuilder().maxDepth(1).build());

    SourceReport report = ingest(site.at("/"), shallow);

    assertThat(report.kept()).isEqualTo(2);
    assertThat(report.removed()).as("nothing leads to /x, whatever the depth").isEqualTo(2);
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
    ingest(site.at("/"), shallow);
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
  }

  @Test
  void run_moreQueriesThanAllowed_keepsThoseThatAreStored() throws InterruptedException {
    StringBuilder links = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      links.append("<a href='/list?page=%s'>x</a>".formatted(i));
      site.page("/list?page=" + i, "page " + i);
    }
    site.page("/", "start " + links);
    ingest(site.at("/"));
    IngestOptions few = options().withGather(options().gather().toBuilder().maxQueries(2).build());

    SourceReport report = ingest(site.at("/"), few);

    assertThat(report.beyondLimits()).isEqualTo(4);
    assertThat(report.kept()).isEqualTo(4);
    assertThat(report.removed()).isZero();
    assertThat(docs.count(null)).isEqualTo(7);
  }

  @Test
  void run_siteThatLostEverything_removesNothing() throws InterruptedException {
    threePages();
    ingest(site.at("/"));
    int before = all(docs).size();
    site.content("/", "text/html", bytes("<meta name=robots content=noindex>moved"));

    assertThatThrownBy(() -> ingest(site.at("/")))
        .hasMessage(
            site.at("/")
                + ": has no page or file with text ("
                + site.at("/")
                + ": the page asks for it); nothing was removed");
    assertThat(all(docs)).hasSize(before);
  }

  @Test
  void run_documentsOfOthers_areNeverTouched() throws InterruptedException, IOException {
    threePages();
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Files.writeString(folder.resolve("x.md"), "# X\n\nfrom a folder\n");
    docs.upsert(
        List.of(
            Document.of("mine", "my own"),
            Document.of("likeness", "mine, too", Metadata.of("source", site.at("/b"))),
            Document.of(site.at("/b#0000"), "sits on the id of a page")));
    ingest(folder.toString());
    List<Document> others = all(docs);

    SourceReport report = ingest(site.at("/"));
    site.page("/", "alone now");
    ingest(site.at("/"));

    assertThat(report.left()).containsEntry(Reason.TAKEN, 1);
    assertThat(all(docs)).containsAll(others).hasSize(others.size() + 1);
    Files.writeString(folder.resolve("x.md"), "changed");
    ingest(folder.toString());
    assertThat(docs.get(site.at("/#0000"))).isPresent();
  }

  @Test
  void run_pageOfTwoSources_belongsToTheFirst() throws InterruptedException {
    site.page("/", "start <a href='/docs/'>docs</a>").page("/docs/", "documentation");
    ingest(site.at("/docs/"));

    SourceReport whole = ingest(site.at("/"));

    assertThat(whole.left()).containsEntry(Reason.TAKEN, 1);
    assertThat(docs.count(null)).isEqualTo(2);
    site.remove("/docs/");
    ingest(site.at("/"));
    assertThat(docs.get(site.at("/docs/#0000"))).isPresent();
  }

  @Test
  void run_pagesOfTheSameText_areStoredOnce() throws InterruptedException {
    site.page("/", "start <a href='/a'>a</a><a href='/index.html'>i</a><a href='/b'>b</a>")
        .page("/a", "twins")
        .page("/b", "twins")
        .page(
            "/index.html", "start <a href='/a'>a</a><a href='/index.html'>i</a><a href='/b'>b</a>");

    assertThat(ingest(site.at("/")).left()).containsEntry(Reason.DUPLICATE, 2);
    assertThat(all(docs).stream().map(Document::id))
        .containsExactly(site.at("/#0000"), site.at("/a#0000"));
    site.page("/a", "no twin any more");
    ingest(site.at("/"));
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
    assertThat(docs.get(site.at("/b#0000"))).isPresent();
  }

  @Test
  void run_metadataOfTheUser_staysWhenAPageChanges() throws InterruptedException {
    threePages();
    ingest(site.at("/"));
    String id = site.at("/b#0000");
    docs.updateMetadata(List.of(id), MetadataPatch.set(Metadata.of("team", "blue")));
    site.forgetRequests();

    assertThat(ingest(site.at("/")).written()).isZero();
    site.page("/b", "beta text, changed");
    ingest(site.at("/"));

    assertThat(docs.get(id).orElseThrow().text()).contains("changed");
    assertThat(docs.get(id).orElseThrow().metadata().text("team")).contains("blue");
  }

  @Test
  void run_documentsTakenAwayOrChangedByOthers_areRestored() throws InterruptedException {
    threePages();
    ingest(site.at("/"));
    docs.delete(List.of(site.at("/a#0001")));
    docs.updateMetadata(
        List.of(site.at("/b#0000")), MetadataPatch.set(Metadata.of("title", "spoilt")));

    ingest(site.at("/"));

    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
  }

  @Test
  void run_titleChanged_isWrittenWithoutEmbedding() throws InterruptedException {
    site.content("/", "text/html", bytes("<title>Old</title><p>text"));
    ingest(site.at("/"));
    embedder.take();
    site.content("/", "text/html", bytes("<title>New</title><p>text"));

    assertThat(ingest(site.at("/")).written()).isEqualTo(1);

    assertThat(embedder.take()).isZero();
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
  }

  @Test
  void run_otherSplitting_readsUnchangedPagesAnew() throws InterruptedException {
    threePages();
    ingest(site.at("/"));
    int before = all(docs).size();
    IngestOptions larger = options().withSplit(SplitOptions.defaults());

    ingest(site.at("/"), larger);

    assertThat(all(docs)).hasSize(3).hasSizeLessThan(before);
    assertThat(ingest(site.at("/"), larger).unchanged()).isEqualTo(3);
  }

  @Test
  void run_cutOffAnywhere_goesOnWithoutAskingAgain() throws InterruptedException, IOException {
    StringBuilder links = new StringBuilder();
    for (int i = 0; i < 600; i++) {
      links.append("<a href='/p").append(i).append("'>x</a>");
      site.page("/p" + i, "<p>page " + i + "</p>");
    }
    site.page("/", links.toString());
    Ingestion ingestion = new Ingestion(docs, options().withBatch(100));
    IngestListener cut =
        event -> {
          if (event instanceof IngestEvent.Visited visited && visited.visited() == 500) {
            throw new IllegalStateException("cut off");
          }
        };
    assertThatThrownBy(() -> ingestion.run(List.of(site.at("/")), cut)).hasMessage("cut off");
    // As a crash in the midst of a line would leave it.
    Path journal = journals().getFirst();
    Files.writeString(journal, Files.readString(journal) + "12345678 {\"page\": \"http://loc");
    int stored =
        (int)
            all(docs).stream()
                .map(document -> document.metadata().get("source"))
                .distinct()
                .count();
    int documents = all(docs).size();
    // All but the batch that was not full yet.
    assertThat(stored).isBetween(400, 500);
    site.forgetRequests();
    embedder.take();
    List<IngestEvent> events = new ArrayList<>();

    SourceReport report = ingestion.run(List.of(site.at("/")), events::add).getFirst();

    assertThat(events.getFirst())
        .isEqualTo(new IngestEvent.Started(site.at("/"), site.at("/"), true));
    assertThat(report.unchanged()).isEqualTo(stored);
    assertThat(report.added()).isEqualTo(601 - stored);
    assertThat(embedder.take()).isEqualTo(all(docs).size() - documents);
    assertThat(site.requests()).hasSize(601 - stored + 1).contains("/robots.txt");
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
    assertThat(Files.readString(journal)).contains("\"ended\":true").doesNotContain("http://loc\n");
  }

  @Test
  void run_batchOption_isHowManyDocumentsAreEmbeddedTogether()
      throws InterruptedException, IOException {
    Path folder = files(35);

    ingest(
        folder.toString(),
        options().withBatch(10).withFlushAfter(IngestOptions.LONGEST_FLUSH_AFTER));

    assertThat(embedder.calls).containsExactly(10, 10, 10, 5);
    assertThatThrownBy(() -> options().withBatch(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("batch is 0 documents, expected 1 to 10000");
  }

  private Path files(int count) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("folder"));
    for (int i = 0; i < count; i++) {
      Files.writeString(folder.resolve("f" + i + ".txt"), "file " + i);
    }
    return folder;
  }

  /** The page that is waited for answers when those before it are stored, and not before. */
  @Test
  void run_siteThatIsSlow_storesWhatItHasMeanwhile() throws InterruptedException {
    AtomicInteger found = new AtomicInteger();
    site.page("/", "start <a href='/a'>a</a><a href='/slow'>slow</a>")
        .page("/a", "alpha")
        .on(
            "/slow",
            exchange -> {
              for (int i = 0; i < 2_000 && docs.count(null) < 2; i++) {
                sleep(10);
              }
              found.set((int) docs.count(null));
              LocalSite.send(exchange, 200, "text/html", bytes("at last"));
            });

    SourceReport report = ingest(site.at("/"), options().withFlushAfter(Duration.ofMillis(50)));

    assertThat(found).hasValue(2);
    assertThat(report.added()).isEqualTo(3);
    assertThat(docs.count(null)).isEqualTo(3);
    assertThatThrownBy(() -> options().withFlushAfter(Duration.ZERO))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("flush after is PT0S, expected more than 0 and at most an hour");
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static OpenAiEmbedder embedder(MockOpenAi service) {
    return new OpenAiEmbedder(
        OpenAiSettings.of(service.baseUrl(), null).withTimeout(Duration.ofMinutes(5)),
        new EmbeddingModel("mock-embedding", 16, true),
        BatchLimits.defaults(),
        null);
  }

  @Test
  void run_serviceThatFails_throwsWhatItSays() throws IOException {
    Path folder = files(3);
    try (MockOpenAi service = MockOpenAi.start(MockOpenAiSettings.defaults());
        OpenAiEmbedder failing = embedder(service)) {
      service.failNext(Fault.QUOTA);
      VectorCollection target = attune.createCollection("served", failing);

      assertThatThrownBy(
              () ->
                  new Ingestion(target, options())
                      .run(List.of(folder.toString()), IngestListener.none()))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("quota");
      assertThat(target.count(null)).isZero();
    }
  }

  @Test
  void run_interruptWhileAServiceHangs_endsAtOnce() throws Exception {
    Path folder = files(3);
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    try (MockOpenAi service = MockOpenAi.start(MockOpenAiSettings.defaults());
        OpenAiEmbedder hanging = embedder(service)) {
      service.failNext(Fault.HANG);
      Ingestion ingestion = new Ingestion(attune.createCollection("served", hanging), options());
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      ingestion.run(List.of(folder.toString()), IngestListener.none());
                      outcome.complete(new AssertionError("was answered"));
                    } catch (InterruptedException | RuntimeException e) {
                      outcome.complete(e);
                    }
                  });
      while (service.arrived() == 0) {
        Thread.sleep(5);
      }
      thread.interrupt();

      assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void run_cutOffLongAgo_asksForEveryPageAgain() throws InterruptedException {
    threePages();
    Instant then = Instant.parse("2026-01-01T00:00:00Z");
    IngestListener cut =
        event -> {
          if (event instanceof IngestEvent.Visited visited && visited.visited() == 3) {
            throw new IllegalStateException("cut off");
          }
        };
    IngestOptions first = options().withClock(Clock.fixed(then, ZoneOffset.UTC));
    assertThatThrownBy(() -> new Ingestion(docs, first).run(List.of(site.at("/")), cut))
        .hasMessage("cut off");
    List<IngestEvent> events = new ArrayList<>();
    Instant later = then.plus(Duration.ofHours(25));

    new Ingestion(docs, options().withClock(Clock.fixed(later, ZoneOffset.UTC)))
        .run(List.of(site.at("/")), events::add);

    assertThat(events.getFirst())
        .isEqualTo(new IngestEvent.Started(site.at("/"), site.at("/"), false));
    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
  }

  @Test
  void run_pagesThatAllLinkToEachOther_areRememberedWithEachAddressOnce()
      throws InterruptedException, IOException {
    StringBuilder links = new StringBuilder("<a href='https://elsewhere.example/'>x</a>");
    for (int i = 0; i < 40; i++) {
      links.append("<a href='/p%s'>x</a><a href='./p%s#part'>y</a>".formatted(i, i));
    }
    for (int i = 0; i < 40; i++) {
      site.page("/p" + i, "page " + i + " " + links);
    }
    site.page("/", "start " + links);

    ingest(site.at("/"));

    String journal = Files.readString(journals().getFirst());
    // As a page, and as what pages lead to.
    assertThat(journal.split("/p7\"", -1)).hasSize(1 + 2);
    assertThat(journal).doesNotContain("elsewhere").doesNotContain("#part");
    site.forgetRequests();
    assertThat(ingest(site.at("/")).unchanged()).isEqualTo(41);
  }

  @Test
  void run_damagedJournal_endsTheSame() throws InterruptedException, IOException {
    threePages();
    ingest(site.at("/"));
    Path journal = journals().getFirst();
    byte[] content = Files.readAllBytes(journal);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    for (int i = 0; i < 100; i++) {
      byte[] damaged = content.clone();
      for (int j = 0; j < 3; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(journal, damaged);

      ingest(site.at("/"));

      assertThat(all(docs)).as("damage %d", i).isEqualTo(oracle(site.at("/")));
    }
  }

  @Test
  void run_folder_takesFilesOfEveryKindAndFollowsTheirChanges()
      throws InterruptedException, IOException {
    Path folder = temp.resolve("folder");
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("a.md"), "# A\n\nmarkdown\n");
    Files.writeString(folder.resolve("sub/b.html"), "<h1>B</h1><p>page <a href='c.html'>c</a>");
    Files.write(folder.resolve("c.txt"), "schöner Text".getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(
        folder.resolve("d.jsonl"),
        "{\"id\": \"x\", \"text\": \"line x\", \"metadata\": {\"year\": 2026}}\n{\"text\": \"line two\"}\n");
    Files.writeString(folder.resolve(".hidden.md"), "hidden");
    Files.writeString(folder.resolve("e.bin"), "unknown");
    Files.createSymbolicLink(folder.resolve("link.md"), folder.resolve("a.md"));
    String root = folder.toUri().toString();

    SourceReport report = ingest(folder.toString());

    assertThat(all(docs).stream().map(Document::id))
        .containsExactly(
            root + "a.md#0000",
            root + "c.txt#0000",
            root + "d.jsonl#2#0000",
            root + "d.jsonl#x#0000",
            root + "sub/b.html#0000");
    assertThat(report.added()).isEqualTo(4);
    assertThat(docs.get(root + "c.txt#0000").orElseThrow().text()).isEqualTo("schöner Text");
    assertThat(docs.get(root + "d.jsonl#x#0000").orElseThrow().metadata().get("year"))
        .contains(MetadataValue.of(2026));
    embedder.take();

    assertThat(ingest(folder.toString()).written()).isZero();
    Files.delete(folder.resolve("c.txt"));
    Files.writeString(folder.resolve("d.jsonl"), "{\"id\": \"x\", \"text\": \"line x\"}\n");
    SourceReport changed = ingest(folder.toString());

    assertThat(changed.removed()).isEqualTo(1);
    assertThat(changed.deleted()).isEqualTo(2);
    assertThat(embedder.take()).isZero();
    assertThat(all(docs)).isEqualTo(oracle(folder.toString()));
    assertThat(docs.get(root + "d.jsonl#x#0000").orElseThrow().metadata().get("year")).isEmpty();
  }

  @Test
  void run_oneFile_mayHaveAnyEndingIfItIsText() throws InterruptedException, IOException {
    Path notes = Files.writeString(temp.resolve("NOTES"), "plain words");
    Path binary = Files.write(temp.resolve("data.bin"), new byte[] {1, 0, 2});

    assertThat(ingest(notes.toString()).added()).isEqualTo(1);
    assertThatThrownBy(() -> ingest(binary.toString()))
        .hasMessageStartingWith(binary + ": is not text, expected text or a file that ends with");
    assertThatThrownBy(() -> ingest(temp.resolve("none").toString()))
        .hasMessage(temp.resolve("none") + ": does not exist, expected a file");
  }

  @Test
  void run_folderWithPatterns_takesWhatMatches() throws InterruptedException, IOException {
    Path folder = temp.resolve("folder");
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("a.md"), "a");
    Files.writeString(folder.resolve("sub/b.md"), "b");
    Files.writeString(folder.resolve("sub/c.txt"), "c");
    Files.writeString(folder.resolve("sub/large.md"), "large ".repeat(100));
    GatherOptions gather =
        GatherOptions.defaults().toBuilder()
            .include(List.of("sub/**"))
            .exclude(List.of("**.txt"))
            .maxBytes(100)
            .build();

    SourceReport report = ingest(folder.toString(), options().withGather(gather));

    assertThat(all(docs).stream().map(Document::text)).containsExactly("b");
    assertThat(report.left()).containsEntry(Reason.TOO_LARGE, 1);
  }

  @Test
  void run_textThatTheCollectionRefuses_failsAloneAndKeepsItsFormerState()
      throws InterruptedException, IOException {
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Files.writeString(folder.resolve("a.md"), "fine");
    Files.writeString(folder.resolve("b.jsonl"), "{\"id\": \"x\", \"text\": \"old\"}");
    ingest(folder.toString());
    String large = "y".repeat(40_000);
    Files.writeString(
        folder.resolve("b.jsonl"),
        "{\"id\": \"x\", \"text\": \"new\", \"metadata\": {\"k\": \"" + large + "\"}}");
    Files.writeString(folder.resolve("a.md"), "fine, too");

    SourceReport report = ingest(folder.toString());

    assertThat(report.failed()).hasSize(1);
    assertThat(report.failed().getFirst().problem())
        .contains("metadata 'k' has a value of 40000 bytes");
    assertThat(report.changed()).isEqualTo(1);
    assertThat(all(docs).stream().map(Document::text)).containsExactly("fine, too", "old");
    assertThat(report.documents()).isEqualTo(2);
  }

  @Test
  void run_longAddresses_haveIdsThatFit() throws InterruptedException {
    String path = "/" + "x".repeat(900);
    site.page("/", "start <a href='" + path + "1'>a</a><a href='" + path + "2'>b</a>")
        .page(path + "1", "one")
        .page(path + "2", "two");

    assertThat(ingest(site.at("/")).added()).isEqualTo(3);

    assertThat(all(docs)).hasSize(3).allMatch(document -> document.id().length() <= 512);
    assertThat(ingest(site.at("/")).written()).isZero();
  }

  @Test
  void run_onlyAMetadataValueChanged_isWrittenWithoutEmbedding()
      throws InterruptedException, IOException {
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Path lines = folder.resolve("d.jsonl");
    String line = "{\"id\": \"x\", \"text\": \"line x\", \"metadata\": {\"year\": %d}}\n";
    Files.writeString(lines, line.formatted(2026));
    ingest(folder.toString());
    embedder.take();
    Files.writeString(lines, line.formatted(2027));

    SourceReport report = ingest(folder.toString());

    assertThat(report.changed()).isEqualTo(1);
    assertThat(report.written()).isEqualTo(1);
    assertThat(embedder.take()).isZero();
    assertThat(all(docs)).isEqualTo(oracle(folder.toString()));
    assertThat(all(docs).getFirst().metadata().get("year")).contains(MetadataValue.of(2027));
  }

  @Test
  void run_localeWithDigitsOfItsOwn_givesTheSameIds() throws InterruptedException {
    threePages();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      ingest(site.at("/"));
    } finally {
      Locale.setDefault(before);
    }

    assertThat(all(docs)).isEqualTo(oracle(site.at("/")));
    assertThat(docs.get(site.at("/b#0000"))).isPresent();
  }
}
