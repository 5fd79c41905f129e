package org.attunedb.server.ingest.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.attunedb.server.ingest.LocalSite.bytes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.ingest.LocalSite;
import org.attunedb.server.ingest.gather.Visit.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SiteGathererTest {
  private LocalSite site;

  @BeforeEach
  void start() throws IOException {
    site = LocalSite.start();
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private static GatherOptions.Builder fast() {
    return GatherOptions.defaults().toBuilder()
        .delay(Duration.ZERO)
        .retryDelay(Duration.ofMillis(10))
        .timeout(Duration.ofSeconds(5));
  }

  private record Crawled(List<Visit> visits, Gatherer.Outcome outcome) {
    List<String> read() {
      return visits.stream()
          .filter(Visit.Read.class::isInstance)
          .map(visit -> path(visit.address()))
          .toList();
    }

    String text(String path) {
      return visits.stream()
          .filter(Visit.Read.class::isInstance)
          .map(Visit.Read.class::cast)
          .filter(read -> path(read.address()).equals(path))
          .findFirst()
          .orElseThrow()
          .parts()
          .getFirst()
          .text()
          .text();
    }

    List<String> left(Reason reason) {
      return visits.stream()
          .filter(visit -> visit instanceof Visit.Left left && left.reason() == reason)
          .map(visit -> path(visit.address()))
          .toList();
    }

    List<String> failed() {
      return visits.stream()
          .filter(Visit.Failed.class::isInstance)
          .map(Visit.Failed.class::cast)
          .map(failed -> path(failed.address()) + ": " + failed.problem())
          .toList();
    }

    private static String path(String address) {
      return address.replaceFirst("http://[^/]*", "");
    }
  }

  private Crawled crawl(String path) throws InterruptedException {
    return crawl(path, options -> options);
  }

  private Crawled crawl(String path, UnaryOperator<GatherOptions.Builder> change)
      throws InterruptedException {
    List<Visit> visits = new ArrayList<>();
    Gatherer.Outcome outcome =
        new SiteGatherer(site.at(path), change.apply(fast()).build())
            .gather(new Nothing(), (visit, found) -> visits.add(visit));
    return new Crawled(visits, outcome);
  }

  /** Knows no page. */
  private static final class Nothing implements Memory {
    @Override
    public Optional<Remembered> of(String address) {
      return Optional.empty();
    }

    @Override
    public boolean holds(String address) {
      return false;
    }

    @Override
    public Optional<List<String>> links(String address) {
      return Optional.empty();
    }
  }

  @Test
  void gather_siteOfNestedFolders_readsEveryPageOnceNearestFirst() throws InterruptedException {
    site.page("/docs/", "<a href='a.html'>a</a> <a href='b/'>b</a> <a href='a.html#part'>again</a>")
        .page("/docs/a.html", "A <a href='./b/../b/?utm_source=x'>b</a> <a href='/docs/'>up</a>")
        .page("/docs/b/", "B <a href='c/d.html'>d</a> <a href='//localhost/docs/no'>host</a>")
        .page("/docs/b/c/d.html", "D <a href='../../../other'>outside</a> <a href='%61.html'>a</a>")
        .page("/docs/b/c/a.html", "escaped");

    Crawled crawled = crawl("/docs/");

    assertThat(crawled.read())
        .containsExactly(
            "/docs/", "/docs/a.html", "/docs/b/", "/docs/b/c/d.html", "/docs/b/c/a.html");
    assertThat(crawled.outcome()).isEqualTo(new Gatherer.Outcome(true, Set.of()));
    assertThat(site.requests()).doesNotContain("/other", "/docs/no").doesNotHaveDuplicates();
  }

  @Test
  void gather_sameSite_givesTheSameOrderWhateverAnswersFirst() throws InterruptedException {
    StringBuilder links = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      int wait = (31 * i) % 17;
      links.append("<a href='/p").append(i).append("'>x</a>");
      String body = "<main>page " + i + "</main>";
      site.on(
          "/p" + i,
          exchange -> {
            sleep(wait);
            LocalSite.send(exchange, 200, "text/html", bytes(body));
          });
    }
    site.page("/", links.toString());

    List<String> first = crawl("/").read();

    assertThat(first).hasSize(31);
    assertThat(crawl("/", options -> options.concurrency(1)).read()).isEqualTo(first);
    assertThat(crawl("/", options -> options.concurrency(16)).read()).isEqualTo(first);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void gather_addressesWithoutAPage_areToldByReason() throws InterruptedException {
    site.page(
            "/",
            "start <a href=/gone>1</a><a href=/old>2</a><a href=/x.zip>3</a><a href=/huge>4</a>"
                + "<a href=/broken>5</a><a href=/hidden>6</a><a href=/away>7</a><a href=/bad.pdf>8</a>")
        .status("/gone", 410)
        .redirect("/old", "/new")
        .page("/new", "new")
        .content("/x.zip", "application/zip", new byte[100])
        .content("/huge", "text/html", new byte[200_000])
        .status("/broken", 500)
        .page("/hidden", "<a href='/under'>x</a>")
        .page("/under", "found through a hidden page")
        .redirect("/away", "http://127.0.0.1:1/secret")
        .content("/bad.pdf", "application/pdf", bytes("no"));
    site.on(
        "/hidden",
        exchange -> {
          exchange.getResponseHeaders().set("X-Robots-Tag", "noindex");
          LocalSite.send(exchange, 200, "text/html", bytes("<a href='/under'>x</a>hidden"));
        });

    Crawled crawled = crawl("/", options -> options.maxBytes(100_000));

    assertThat(crawled.read()).containsExactly("/", "/new", "/under");
    assertThat(crawled.left(Reason.NOT_FOUND)).containsExactly("/gone");
    assertThat(crawled.left(Reason.REDIRECTED)).containsExactly("/old", "/away");
    assertThat(crawled.left(Reason.WRONG_TYPE)).containsExactly("/x.zip");
    assertThat(crawled.left(Reason.TOO_LARGE)).containsExactly("/huge");
    assertThat(crawled.left(Reason.NOINDEX)).containsExactly("/hidden");
    assertThat(crawled.left(Reason.UNREADABLE)).containsExactly("/bad.pdf");
    assertThat(crawled.failed()).containsExactly("/broken: the server answers with status 500");
    assertThat(site.requests().stream().filter("/broken"::equals)).hasSize(3);
  }

  private void tagged(String path, String type, String body, String... tags) {
    site.on(
        path,
        exchange -> {
          for (String tag : tags) {
            exchange.getResponseHeaders().add("X-Robots-Tag", tag);
          }
          LocalSite.send(exchange, 200, type, bytes(body));
        });
  }

  @Test
  void gather_headersForCrawlers_areReadByTheirWordsAndNames() throws InterruptedException {
    site.page(
        "/",
        "<a href=/a>1</a><a href=/b>2</a><a href=/c>3</a><a href=/d.txt>4</a><a href=/e>5</a>"
            + "<a href=/f>6</a><a href=/g>7</a>");
    tagged("/a", "text/html", "a", "max-image-preview:none, max-snippet: -1");
    tagged("/b", "text/html", "b", "googlebot: noindex, nofollow");
    tagged("/c", "text/html", "c", "googlebot: nofollow", "NOINDEX");
    tagged("/d.txt", "text/plain", "d", "noindex");
    tagged("/e", "text/html", "e", "otherbot: follow, attune: noindex");
    tagged("/f", "text/html", "f <a href=/behind>x</a>", "nofollow");
    site.content(
            "/g",
            "text/html",
            bytes("<meta name=robots content='index, max-image-preview: none'>g"))
        .page("/behind", "behind");

    Crawled crawled = crawl("/");

    assertThat(crawled.read()).containsExactly("/", "/a", "/b", "/f", "/g");
    assertThat(crawled.left(Reason.NOINDEX)).containsExactly("/c", "/d.txt", "/e");
    tagged("/b", "text/html", "b", "docs-reader: none");
    assertThat(crawl("/", options -> options.userAgent("Docs-Reader/2")).left(Reason.NOINDEX))
        .contains("/b");
  }

  @Test
  void gather_redirectsThatTurnInCirclesOrNeverEnd_areLeft() throws InterruptedException {
    AtomicInteger number = new AtomicInteger();
    site.page("/", "start <a href=/a>1</a><a href=/self>2</a><a href=/endless>3</a>")
        .redirect("/a", "/b")
        .redirect("/b", "/a")
        .redirect("/self", "/self")
        .others(
            exchange -> {
              exchange.getResponseHeaders().add("Location", "/endless" + number.incrementAndGet());
              exchange.sendResponseHeaders(301, -1);
            });

    Crawled crawled = crawl("/", options -> options.robots(false));

    assertThat(crawled.read()).containsExactly("/");
    assertThat(crawled.left(Reason.REDIRECTED)).contains("/a", "/b", "/self", "/endless10");
    assertThat(number).hasValue(11);
  }

  @Test
  void gather_linksWithoutEnd_areGivenUp() throws InterruptedException {
    AtomicInteger day = new AtomicInteger();
    site.page(
            "/",
            "start <a href='/calendar?day=0'>calendar</a> <a href='/loop/'>loop</a> <a href='/deep/0'>x</a>")
        .others(
            exchange -> {
              String path = exchange.getRequestURI().getPath();
              int next = day.incrementAndGet();
              String link =
                  path.equals("/calendar")
                      ? "<a href='?day=" + next + "'>next</a>"
                      : path.startsWith("/deep/")
                          ? "<a href='/deep/" + next + "'>deeper</a>"
                          : "<a href='loop/'>again</a>";
              LocalSite.send(exchange, 200, "text/html", bytes(link + " page " + next));
            });

    Crawled crawled = crawl("/", options -> options.robots(false).maxQueries(7).maxDepth(20));

    List<String> read = crawled.read();
    assertThat(read.stream().filter(path -> path.startsWith("/calendar"))).hasSize(7);
    assertThat(read.stream().filter(path -> path.startsWith("/loop/"))).hasSize(3);
    assertThat(read.stream().filter(path -> path.startsWith("/deep/"))).hasSize(20);
    assertThat(crawled.outcome().complete()).isTrue();
    assertThat(crawled.outcome().refused()).hasSize(3);
  }

  @Test
  void gather_limitOfPages_isKeptAndTold() throws InterruptedException {
    site.page("/", "<a href=/1>1</a><a href=/2>2</a><a href=/3>3</a>")
        .page("/1", "one")
        .page("/2", "two")
        .page("/3", "three");

    Crawled crawled = crawl("/", options -> options.maxPages(3));

    assertThat(crawled.read()).containsExactly("/", "/1", "/2");
    assertThat(crawled.outcome().complete()).isFalse();
    assertThat(crawl("/", options -> options.maxPages(4)).outcome().complete()).isTrue();
    assertThat(crawl("/", options -> options.maxDepth(0)).read()).containsExactly("/");
  }

  @Test
  void gather_patterns_chooseWhatIsStoredAndWhatIsAsked() throws InterruptedException {
    site.page("/", "<a href=/api/>api</a><a href=/blog/>blog</a>")
        .page("/api/", "api <a href=/api/v1/x>x</a>")
        .page("/api/v1/x", "x")
        .page("/blog/", "blog");

    Crawled crawled =
        crawl("/", options -> options.include(List.of("/api/**")).exclude(List.of("/bl?g/")));

    assertThat(crawled.read()).containsExactly("/api/", "/api/v1/x");
    assertThat(crawled.left(Reason.NOT_INCLUDED)).containsExactly("/");
    assertThat(site.requests()).doesNotContain("/blog/");
    assertThat(crawl("/", options -> options.include(List.of("/api/*"))).read())
        .containsExactly("/api/");
  }

  @Test
  void gather_robotsFile_isObeyedUnlessToldNotTo() throws InterruptedException {
    site.content(
            "/robots.txt",
            "text/plain",
            bytes("User-agent: *\nDisallow: /private/\nDisallow: /*.cgi\nAllow: /private/open\n"))
        .page("/", "<a href=/private/a>a</a><a href=/private/open>b</a><a href=/x.cgi>c</a>")
        .page("/private/a", "a")
        .page("/private/open", "b")
        .page("/x.cgi", "c");

    Crawled crawled = crawl("/");

    assertThat(crawled.read()).containsExactly("/", "/private/open");
    assertThat(crawled.left(Reason.DISALLOWED)).containsExactly("/private/a", "/x.cgi");
    assertThat(site.requests()).doesNotContain("/private/a", "/x.cgi");
    assertThat(crawl("/", options -> options.robots(false)).read()).hasSize(4);
  }

  @Test
  void gather_robotsFileForThisAgent_goesBeforeTheOneForAll() throws InterruptedException {
    site.content(
            "/robots.txt",
            "text/plain",
            bytes("User-agent: *\nDisallow:\n\nUser-agent: mybot\nDisallow: /\n"))
        .page("/", "x");

    assertThat(crawl("/").read()).containsExactly("/");
    assertThatThrownBy(() -> crawl("/", options -> options.userAgent("mybot/1.0")))
        .hasMessage(site.at("/") + ": robots.txt forbids to read it");
  }

  @Test
  void gather_robotsFileThatCantBeRead_forbidsEverything() {
    site.page("/", "x").status("/robots.txt", 503);

    assertThatThrownBy(() -> crawl("/"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            site.at("/robots.txt")
                + ": can't be read (the server answers with status 503), so that nothing of the site may be read");
    assertThat(site.requests()).doesNotContain("/");
  }

  @Test
  void gather_longRobotsFile_isObeyedAsFarAsItIsRead() throws InterruptedException {
    String comment = "# " + "x".repeat(997) + "\n";
    String early = "User-agent: *\nDisallow: /private/\n" + comment.repeat(600) + "Disallow: /\n";
    // The limit falls into the middle of the last line.
    String cut =
        "User-agent: *\nDisallow: /private/\n".concat(comment.repeat(524)).concat("#".repeat(240));
    String half = cut + "\nDisallow: /a";
    site.page("/", "<a href=/private/a>a</a><a href=/abc>b</a>")
        .page("/private/a", "a")
        .page("/abc", "b");

    for (String robots : List.of(early, half + "bcd\n")) {
      assertThat(robots.length()).isGreaterThan(512 << 10);
      site.content("/robots.txt", "text/plain", bytes(robots));
      assertThat(crawl("/", options -> options.maxBytes(1_000)).read())
          .containsExactly("/", "/abc");
    }
  }

  @Test
  void gather_robotsFileThatRedirectsForEver_forbidsEverything() {
    site.page("/", "x").redirect("/robots.txt", "/robots.txt?again");

    assertThatThrownBy(() -> crawl("/"))
        .hasMessage(
            site.at("/robots.txt")
                + ": can't be read (it redirects more than 5 times), so that nothing of the site may be read");
    assertThat(site.requests()).doesNotContain("/");
  }

  @Test
  void gather_delayAndConcurrency_areKept() throws InterruptedException {
    site.page("/", "<a href=/1>1</a><a href=/2>2</a><a href=/3>3</a><a href=/4>4</a>");
    site.others(
        exchange -> {
          sleep(100);
          LocalSite.send(exchange, 200, "text/html", bytes("page " + exchange.getRequestURI()));
        });

    crawl("/", options -> options.concurrency(2).robots(false));
    assertThat(site.mostOpen()).isEqualTo(2);

    long start = System.nanoTime();
    crawl("/", options -> options.delay(Duration.ofMillis(200)).robots(false));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(800));

    site.content("/robots.txt", "text/plain", bytes("User-agent: *\nCrawl-delay: 0.3\n"));
    start = System.nanoTime();
    crawl("/");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1200));
  }

  @Test
  void gather_pagesThatHangOrDripOrBreakOff_failInTime() throws InterruptedException {
    site.page(
            "/", "<a href=/hangs>1</a><a href=/drips>2</a><a href=/breaks>3</a><a href=/fine>4</a>")
        .page("/fine", "fine")
        .on("/hangs", exchange -> sleep(20_000))
        .on(
            "/drips",
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "text/html");
              exchange.sendResponseHeaders(200, 0);
              try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 100; i++) {
                  out.write('x');
                  out.flush();
                  sleep(100);
                }
              }
            })
        .on(
            "/breaks",
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "text/html");
              exchange.sendResponseHeaders(200, 1_000);
              exchange.getResponseBody().write(bytes("half"));
              exchange.getResponseBody().flush();
            });

    Crawled crawled = crawl("/", options -> options.timeout(Duration.ofMillis(500)).retries(0));

    assertThat(crawled.read()).containsExactly("/", "/fine");
    assertThat(crawled.failed())
        .satisfiesExactly(
            hangs -> assertThat(hangs).isEqualTo("/hangs: no answer within 500 ms"),
            drips -> assertThat(drips).isEqualTo("/drips: no answer within 500 ms"),
            breaks -> assertThat(breaks).startsWith("/breaks: "));
  }

  @Test
  void gather_errorsThatPass_areRepeatedAndRetryAfterIsWaitedFor() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    site.page("/", "<a href=/busy>x</a>")
        .on(
            "/busy",
            exchange -> {
              int before = asked.getAndIncrement();
              if (before < 2) {
                exchange
                    .getResponseHeaders()
                    .set("Retry-After", before == 0 ? "1" : inTwoSeconds());
                LocalSite.send(exchange, 429, "text/plain", bytes("later"));
              } else {
                LocalSite.send(exchange, 200, "text/html", bytes("at last"));
              }
            });

    long start = System.nanoTime();
    Crawled crawled = crawl("/");

    assertThat(crawled.read()).containsExactly("/", "/busy");
    // Dates have whole seconds, and the answer's own may be one later.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
    asked.set(1);
    assertThat(crawl("/", options -> options.retries(0)).failed())
        .containsExactly("/busy: the server answers with status 429");
  }

  private static String inTwoSeconds() {
    return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
        .format(Instant.now().plusSeconds(2).atOffset(ZoneOffset.UTC));
  }

  @Test
  void gather_canonicalAddresses_takeThePlaceOfOthers() throws InterruptedException {
    String canonical = "<link rel=canonical href='%s'>";
    site.page("/", "start <a href='/a?print=1'>1</a><a href='/b'>2</a><a href='/c'>3</a>")
        .page("/a?print=1", canonical.formatted("/a") + "a printed")
        .page("/a", canonical.formatted("/a") + "a")
        .page("/b", canonical.formatted("/") + "names the front page by mistake")
        .page("/c", canonical.formatted("/missing") + "names a page that is not there");

    Crawled crawled = crawl("/");

    assertThat(crawled.read()).containsExactly("/", "/b", "/a", "/c");
    assertThat(crawled.left(Reason.CANONICAL)).containsExactly("/a?print=1");
    assertThat(crawled.left(Reason.NOT_FOUND)).containsExactly("/missing");
  }

  @Test
  void gather_pagesInManyCharsetsAndKinds_areReadAsText() throws Exception {
    Charset latin = StandardCharsets.ISO_8859_1;
    site.page(
            "/",
            "<a href=/latin>1</a><a href=/liar>2</a><a href=/z>3</a><a href=/r.md>4</a><a href=/bomb>5</a>")
        .content("/latin", "text/html; charset=ISO-8859-1", "<p>größer</p>".getBytes(latin))
        .content("/liar", "text/html; charset=utf-8", "<p>schöne Grüße</p>".getBytes(latin))
        .content("/r.md", "text/plain", bytes("# Read me\n\n*text*\n"))
        .on("/z", exchange -> zipped(exchange, bytes("<p>unpacked</p>")))
        .on("/bomb", exchange -> zipped(exchange, new byte[10_000_000]));

    Crawled crawled = crawl("/", options -> options.maxBytes(1_000_000));

    assertThat(crawled.text("/latin")).isEqualTo("größer");
    assertThat(crawled.text("/liar")).isEqualTo("schöne Grüße");
    assertThat(crawled.text("/z")).isEqualTo("unpacked");
    assertThat(crawled.text("/r.md")).isEqualTo("# Read me\n\n*text*\n");
    assertThat(crawled.left(Reason.TOO_LARGE)).containsExactly("/bomb");
  }

  private static void zipped(com.sun.net.httpserver.HttpExchange exchange, byte[] content)
      throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(content);
    }
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    LocalSite.send(exchange, 200, "text/html", zipped.toByteArray());
  }

  @Test
  void gather_firstPageThatIsNone_isAnErrorThatSaysWhy() throws IOException {
    site.status("/broken", 500)
        .redirect("/moved", "/elsewhere/")
        .content("/data", "application/octet-stream", new byte[3]);
    String closed;
    try (LocalSite other = LocalSite.start()) {
      closed = other.at("/");
    }

    requireError(site.at("/none"), "there is no such page");
    requireError(site.at("/broken"), "the server answers with status 500");
    requireError(
        site.at("/moved"),
        "redirects to "
            + site.at("/elsewhere/")
            + ", which is not below it; give that address instead");
    requireError(site.at("/data"), "is not a page (application/octet-stream)");
    requireError(closed, "the server can't be reached");
    requireError("http://", "is not an address of the web, expected http://HOST/PATH or https");
    assertThatThrownBy(() -> new SiteGatherer("http://user:secret@localhost/", fast().build()))
        .hasMessage("a web address holds a user name, expected http://HOST/PATH or https");
  }

  private static void requireError(String address, String problem) {
    assertThatThrownBy(
            () ->
                new SiteGatherer(address, fast().retries(0).robots(false).build())
                    .gather(new Nothing(), (visit, found) -> {}))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            fault -> assertThat(fault.code()).isEqualTo(ErrorCode.SOURCE_UNREADABLE))
        .hasMessage(address + ": " + problem);
  }

  @Test
  void gather_siteThatGoesDown_isNotAskedForEver() {
    StringBuilder links = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      links.append("<a href='/p").append(i).append("'>x</a>");
    }
    site.page("/", links.toString())
        .others(exchange -> LocalSite.send(exchange, 503, "text/plain", bytes("down")));

    assertThatThrownBy(() -> crawl("/", options -> options.retries(0).robots(false)))
        .hasMessage(
            site.at("/p19")
                + ": the server answers with status 503, as for the 19 pages before; the same command goes on from here");
    assertThat(site.requests()).hasSizeLessThan(40);
  }

  @Test
  void gather_userAgent_isSent() throws InterruptedException {
    List<String> agents = new ArrayList<>();
    site.on(
        "/",
        exchange -> {
          agents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
          LocalSite.send(exchange, 200, "text/html", bytes("x"));
        });

    crawl("/");
    crawl("/", options -> options.userAgent("docs-reader/2 (me@example.org)"));

    assertThat(agents).containsExactly("attune-ingest", "docs-reader/2 (me@example.org)");
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThatThrownBy(() -> fast().maxPages(0).build())
        .hasMessage("max pages is 0, expected 1 to 10000000");
    assertThatThrownBy(() -> fast().concurrency(65).build())
        .hasMessage("concurrency is 65, expected 1 to 64");
    assertThatThrownBy(() -> fast().delay(Duration.ofMillis(-1)).build())
        .hasMessage("delay in ms is -1, expected 0 to 3600000");
    assertThatThrownBy(() -> fast().userAgent("a\nb: c").build())
        .isInstanceOf(InvalidInputException.class);
  }

  /** The examples of RFC 3986, 5.4, as far as they are of the web; without their fragments. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "g, /b/c/g",
        "./g, /b/c/g",
        "g/, /b/c/g/",
        "/g, /g",
        "?y, /b/c/d;p?y",
        "g?y, /b/c/g?y",
        "#s, /b/c/d;p?q",
        "'', /b/c/d;p?q",
        ";x, /b/c/;x",
        ".., /b/",
        "../g, /b/g",
        "../../../g, /g",
        "g;x=1/../y, /b/c/y",
        "http://a/g|h{i}, /g%7Ch%7Bi%7D",
        "'/g h', /g%20h",
        "mailto:x, none",
        "http:///x, none",
      })
  void resolved_references_areThoseOfTheStandard(String reference, String path) {
    assertThat(
            Addresses.resolved(URI.create("http://a/b/c/d;p?q"), reference).map(Object::toString))
        .isEqualTo(Optional.ofNullable(path).map(rest -> "http://a" + rest));
  }

  @Test
  void gather_redirects_areResolvedAndThoseToNowhereFail() throws InterruptedException {
    site.page("/", "<a href=/docs/a>1</a><a href=/pipe>2</a><a href=/bad>3</a>")
        .redirect("/docs/a", "?lang=en")
        .page("/docs/a?lang=en", "english")
        .redirect("/pipe", "/x|{y}")
        .page("/x%7C%7By%7D", "piped")
        .redirect("/bad", "http://:nowhere");

    Crawled crawled = crawl("/");

    assertThat(crawled.read()).containsExactly("/", "/docs/a?lang=en", "/x%7C%7By%7D");
    assertThat(crawled.failed())
        .containsExactly(
            "/bad: the server redirects to 'http://:nowhere', which is no address of the web");
  }

  @Test
  void normal_addressesOfOnePage_areTheSame() {
    for (String same :
        List.of(
            "HTTP://Example.ORG:80/a/b",
            "http://example.org/a/./c/../b#part",
            "http://example.org/%61/b?utm_source=x&gclid=1",
            "http://user:word@example.org/../a/b",
            " http://example.org/a/b ")) {
      assertThat(Addresses.normal(same).map(Object::toString))
          .as(same.toLowerCase(Locale.ROOT))
          .contains("http://example.org/a/b");
    }
    assertThat(Addresses.normal("http://example.org/a/b?x=1&y=2").map(Object::toString))
        .contains("http://example.org/a/b?x=1&y=2");
    assertThat(Addresses.normal("http://example.org/a/b?x=1&utm_id=3&y=2").map(Object::toString))
        .contains("http://example.org/a/b?x=1&y=2");
    assertThat(
            Addresses.normal("https://bücher.example:443/ä b|%c3%a4?q=ö%2f").map(Object::toString))
        .contains("https://xn--bcher-kva.example/%C3%A4%20b%7C%C3%A4?q=%C3%B6%2F");
    assertThat(Addresses.normal("http://[::1]:8080?").map(Object::toString))
        .contains("http://[::1]:8080/");
    for (String none : List.of("mailto:a@b", "file:///etc/passwd", "http:///x", "nothing", "")) {
      assertThat(Addresses.normal(none)).as(none).isEmpty();
    }
  }
}
