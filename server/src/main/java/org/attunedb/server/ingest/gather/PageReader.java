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
import org.attunedb.server.ingest.extract.UnreadableException;
import org.attunedb.server.ingest.gather.Frontier.Target;
import org.attunedb.server.ingest.gather.Memory.Remembered;
import org.attunedb.server.ingest.gather.Visit.Reason;
import org.jspecify.annotations.Nullable;

/** Asks for one page and reads it. Thread-safe. */
final class PageReader {
  private final HttpFetcher fetcher;
  private final BaseRobotRules robots;
  private final Scope scope;
  private final Memory memory;
  private final PathPatterns include;

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
    if (known != null && known.current() && memory.isStored(address)) {
      return result(target, new Visit.Unchanged(address, false), known.links());
    }
    Answer answer = ask(target, known);
    if (known != null && isAsKnown(answer, known)) {
      if (memory.isStored(address)) {
        return result(target, new Visit.Unchanged(address, true), known.links());
      }
      // The answer may be without the page.
      answer = ask(target, null);
    }
    return switch (answer) {
      case Answer.NotModified unchanged ->
          failed(target, "the server answers with status 304, which was not asked for");
      case Answer.Redirect redirect -> redirected(target, redirect.target().toString());
      case Answer.NotFound missing ->
          left(target, Reason.NOT_FOUND, "status " + missing.status(), List.of());
      case Answer.Unwanted unwanted ->
          left(target, unwanted.reason(), unwanted.detail(), List.of());
      case Answer.Failure failure -> failed(target, failure.problem());
      case Answer.Page page -> page(target, page, canonical);
    };
  }

  private Answer ask(Target target, @Nullable Remembered known) throws InterruptedException {
    String path = target.address().getPath();
    return fetcher.get(
        target.address(),
        known == null ? null : known.validators(),
        type -> MediaKind.ofType(type, path).isPresent());
  }

  private static boolean isAsKnown(Answer answer, Remembered known) {
    return switch (answer) {
      case Answer.NotModified unchanged -> true;
      case Answer.Page page ->
          known.validators().contentHash().equals(page.validators().contentHash());
      default -> false;
    };
  }

  /** What the page led to earlier is looked at all the same. */
  private Result failed(Target target, String problem) {
    Optional<List<String>> links = memory.links(target.toString());
    Visit visit = new Visit.Failed(target.toString(), problem, links.isPresent());
    return result(target, visit, links.orElse(List.of()));
  }

  private Result page(Target target, Answer.Page page, boolean canonical) {
    String path = target.address().getPath();
    MediaKind kind = MediaKind.ofType(page.mediaType(), path).orElseThrow();
    String title = path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
    if (title.isBlank() || title.equals("/")) {
      title = target.address().getHost();
    }
    if (kind == MediaKind.HTML) {
      return html(
          target,
          page,
          HtmlPage.read(page.bytes(), page.charset(), target.toString(), title),
          canonical);
    }
    try {
      return read(
          target,
          page,
          Extractor.read(page.bytes(), kind, page.charset(), title),
          List.of(),
          false);
    } catch (UnreadableException e) {
      return left(target, Reason.UNREADABLE, e.getMessage(), List.of());
    }
  }

  private Result html(Target target, Answer.Page page, HtmlPage html, boolean canonical) {
    boolean follow = !page.robotsTag().contains("nofollow") && !page.robotsTag().contains("none");
    List<String> links = follow ? html.links() : List.of();
    Optional<URI> own = canonical ? ownAddress(target, html) : Optional.empty();
    if (own.isPresent()) {
      List<String> more = new ArrayList<>(links);
      more.addFirst(own.get().toString());
      return left(target, Reason.CANONICAL, own.get().toString(), more);
    }
    boolean hidden =
        !html.index() || page.robotsTag().contains("noindex") || page.robotsTag().contains("none");
    return read(target, page, List.of(Part.of(html.text())), links, hidden);
  }

  private Result read(
      Target target, Answer.Page page, List<Part> parts, List<String> links, boolean hidden) {
    if (hidden) {
      return left(target, Reason.NOINDEX, "the page asks for it", links);
    }
    if (!include.isEmpty() && !include.match(target.address().getRawPath())) {
      return left(target, Reason.NOT_INCLUDED, target.address().getRawPath(), links);
    }
    return result(
        target, new Visit.Read(target.toString(), page.validators(), parts, links), links);
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
