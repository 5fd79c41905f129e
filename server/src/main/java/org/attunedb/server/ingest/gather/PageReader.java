package org.attunedb.server.ingest.gather;

import crawlercommons.robots.BaseRobotRules;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.attunedb.server.ingest.extract.Extractor;
import org.attunedb.server.ingest.extract.HtmlPage;
import org.attunedb.server.ingest.extract.MediaKind;
import org.attunedb.server.ingest.extract.Part;
import org.attunedb.server.ingest.extract.RobotsDirectives;
import org.attunedb.server.ingest.extract.UnreadableException;
import org.attunedb.server.ingest.gather.Frontier.Target;
import org.attunedb.server.ingest.gather.Memory.Remembered;
import org.attunedb.server.ingest.gather.Visit.Reason;

/** Asks for one page and reads it. Thread-safe. */
final class PageReader {
  private static final String HIDDEN = "the page asks for it";

  private final HttpFetcher fetcher;
  private final BaseRobotRules robots;
  private final Scope scope;
  private final Memory memory;
  private final PathPatterns include;
  private final List<String> names;

  /**
   * What came of a page.
   *
   * @param links to follow
   * @param redirect where the address leads
   */
  record Result(Target target, Visit visit, List<String> links, Optional<String> redirect) {}

  PageReader(
      HttpFetcher fetcher,
      BaseRobotRules robots,
      Scope scope,
      GatherOptions options,
      Memory memory) {
    this.fetcher = fetcher;
    this.robots = robots;
    this.scope = scope;
    this.memory = memory;
    this.include = new PathPatterns(options.include());
    this.names = RobotsFile.names(options.userAgent());
  }

  /**
   * Reads a page.
   *
   * @param canonical whether it may leave itself to the address that it calls its own
   */
  Result read(Target target, boolean canonical) throws InterruptedException {
    String address = target.toString();
    if (!robots.isAllowed(address)) {
      return left(target, Reason.DISALLOWED, "robots.txt", List.of());
    }
    Remembered known = memory.of(address).orElse(null);
    if (known != null && known.current()) {
      return unchanged(target, known, canonical, false);
    }
    String path = target.address().getPath();
    Answer answer =
        fetcher.get(
            target.address(),
            known == null ? null : known.validators(),
            type -> MediaKind.ofType(type, path).isPresent());
    return switch (answer) {
      case Answer.NotModified unchanged ->
          known == null
              ? failed(target, "the server answers with status 304, which was not asked for", false)
              : same(target, known, unchanged.robotsTags(), canonical);
      case Answer.Redirect redirect -> redirected(target, redirect.target().toString());
      case Answer.NotFound missing ->
          left(target, Reason.NOT_FOUND, "status " + missing.status(), List.of());
      case Answer.Unwanted unwanted -> damaged(target, unwanted.reason(), unwanted.detail());
      case Answer.Failure failure -> failed(target, failure.problem(), false);
      case Answer.Page page ->
          known != null && known.validators().contentHash().equals(page.validators().contentHash())
              ? same(target, known, page.robotsTags(), canonical)
              : page(target, page, canonical);
    };
  }

  /** A page as it is remembered, but for its headers, which may ask something else by now. */
  private Result same(Target target, Remembered known, List<String> tags, boolean canonical) {
    RobotsDirectives asked = RobotsDirectives.of(tags, names);
    List<String> links = asked.follow() ? known.links() : List.of();
    return asked.index()
        ? unchanged(
            target,
            new Remembered(known.validators(), links, known.canonical(), known.current()),
            canonical,
            true)
        : left(target, Reason.NOINDEX, HIDDEN, links);
  }

  /** A page that once stood for itself may well have to give way now. */
  private static Result unchanged(
      Target target, Remembered known, boolean canonical, boolean asked) {
    return canonical && known.canonical().isPresent()
        ? alias(target, known.canonical().get(), known.links())
        : result(target, new Visit.Unchanged(target.toString(), asked), known.links());
  }

  private static Result alias(Target target, String own, List<String> links) {
    List<String> more = new ArrayList<>(links);
    more.addFirst(own);
    return left(target, Reason.CANONICAL, own, more);
  }

  /** What the page led to earlier is looked at all the same. */
  private Result failed(Target target, String problem, boolean damaged) {
    Optional<List<String>> links = memory.links(target.toString());
    Visit visit = new Visit.Failed(target.toString(), problem, links.isPresent(), damaged);
    return result(target, visit, links.orElse(List.of()));
  }

  /** What is stored of a page stays until there is something to take its place. */
  private Result damaged(Target target, Reason reason, String detail) {
    return memory.holds(target.toString())
        ? failed(target, detail, true)
        : left(target, reason, detail, List.of());
  }

  private Result page(Target target, Answer.Page page, boolean canonical) {
    RobotsDirectives asked = RobotsDirectives.of(page.robotsTags(), names);
    String path = target.address().getPath();
    MediaKind kind = MediaKind.ofType(page.mediaType(), path).orElseThrow();
    String title = path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
    if (title.isBlank() || title.equals("/")) {
      title = target.address().getHost();
    }
    if (kind != MediaKind.HTML && !asked.index()) {
      return left(target, Reason.NOINDEX, HIDDEN, List.of());
    }
    try {
      if (kind == MediaKind.HTML) {
        HtmlPage html = Extractor.page(page.bytes(), page.charset(), target.toString(), title);
        return html(target, page, html, asked, canonical);
      }
      return read(
          target,
          page.validators(),
          Extractor.read(page.bytes(), kind, page.charset(), title),
          List.of(),
          Optional.empty());
    } catch (UnreadableException e) {
      return damaged(target, Reason.UNREADABLE, e.getMessage());
    }
  }

  private Result html(
      Target target, Answer.Page page, HtmlPage html, RobotsDirectives asked, boolean canonical) {
    List<String> links = asked.follow() ? inScope(html.links()) : List.of();
    Optional<String> own = ownAddress(target, html).map(URI::toString);
    if (canonical && own.isPresent()) {
      return alias(target, own.get(), links);
    }
    if (!html.index() || !asked.index()) {
      return left(target, Reason.NOINDEX, HIDDEN, links);
    }
    // Links that a header forbids to follow are not remembered; when it goes, they must be read.
    Validators validators = asked.follow() ? page.validators() : Validators.none();
    return read(target, validators, List.of(Part.of(html.text())), links, own);
  }

  private Result read(
      Target target,
      Validators validators,
      List<Part> parts,
      List<String> links,
      Optional<String> own) {
    if (!include.isEmpty() && !include.match(target.address().getRawPath())) {
      return left(target, Reason.NOT_INCLUDED, target.address().getRawPath(), links);
    }
    return result(target, new Visit.Read(target.toString(), validators, parts, links, own), links);
  }

  /** All that is ever followed, and so all that is worth remembering. */
  private List<String> inScope(List<String> links) {
    return links.stream()
        .map(Addresses::normal)
        .flatMap(Optional::stream)
        .filter(scope::contains)
        .map(URI::toString)
        .distinct()
        .toList();
  }

  /**
   * The other address that a page calls its own. Sites that name their front page on every page do
   * so by mistake.
   */
  private Optional<URI> ownAddress(Target target, HtmlPage html) {
    return html.canonical()
        .flatMap(Addresses::normal)
        .filter(scope::contains)
        .filter(own -> !own.equals(target.address()))
        .filter(
            own -> !scope.isFront(own) || own.getRawPath().equals(target.address().getRawPath()));
  }

  private Result redirected(Target target, String to) {
    Visit visit = new Visit.Left(target.toString(), Reason.REDIRECTED, to);
    return new Result(target, visit, List.of(), Optional.of(to));
  }

  private static Result left(Target target, Reason reason, String detail, List<String> links) {
    return result(target, new Visit.Left(target.toString(), reason, detail), links);
  }

  private static Result result(Target target, Visit visit, List<String> links) {
    return new Result(target, visit, links, Optional.empty());
  }
}
