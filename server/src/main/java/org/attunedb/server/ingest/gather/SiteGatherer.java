package org.attunedb.server.ingest.gather;

import crawlercommons.robots.BaseRobotRules;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.ingest.gather.Frontier.Target;

/**
 * The pages of a web site, found by following links from its first page. Only addresses on the
 * first page's scheme, host and port and below its folder are asked for; robots.txt, {@code
 * noindex} and {@code nofollow} are obeyed. One thread at a time.
 */
public final class SiteGatherer implements Gatherer {
  /** Then the site is down, and asking on would only prolong it. */
  private static final int FAILURES_IN_A_ROW = 20;

  /** Pages that are read ahead while a slow one is waited for. */
  private static final int AHEAD = 2;

  private static final Pattern USER = Pattern.compile("^[^:]*://[^/?#]*@");

  private final URI base;
  private final GatherOptions options;

  /**
   * A gatherer of one site.
   *
   * @param address of the first page
   * @throws InvalidInputException {@code source_unreadable} if it is no address of the web
   */
  public SiteGatherer(String address, GatherOptions options) {
    if (USER.matcher(address).find()) {
      // Not repeated: it may hold a password.
      throw new InvalidInputException(
          ErrorCode.SOURCE_UNREADABLE,
          "a web address holds a user name, expected http://HOST/PATH or https");
    }
    this.base =
        Addresses.normal(address)
            .orElseThrow(
                () ->
                    unreadable(
                        address,
                        "is not an address of the web, expected http://HOST/PATH or https"));
    this.options = options;
  }

  /** The first page's address in its normal form, by which the site is known. */
  public String address() {
    return base.toString();
  }

  @Override
  public String scope() {
    return new Scope(base).toString();
  }

  @Override
  public Outcome gather(Memory memory, Visitor visitor) throws InterruptedException {
    try (HttpFetcher fetcher = new HttpFetcher(options, base.getScheme().equals("https"))) {
      BaseRobotRules robots =
          options.robots()
              ? RobotsFile.read(fetcher, base, options.userAgent())
              : RobotsFile.everything();
      Scope scope = new Scope(base);
      Crawl crawl =
          new Crawl(
              new PageReader(fetcher, robots, scope, options, memory), scope, memory, visitor);
      return crawl.run();
    }
  }

  private static InvalidInputException unreadable(String address, String problem) {
    return new InvalidInputException(ErrorCode.SOURCE_UNREADABLE, address + ": " + problem);
  }

  /** One going through the site. */
  private final class Crawl {
    private final PageReader reader;
    private final Memory memory;
    private final Visitor visitor;
    private final Frontier frontier;
    private final Set<String> pages = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private final Map<String, Target> aliases = new LinkedHashMap<>();
    private final Map<String, String> ownNames = new HashMap<>();
    private int asked;
    private int failuresInARow;

    Crawl(PageReader reader, Scope scope, Memory memory, Visitor visitor) {
      this.reader = reader;
      this.memory = memory;
      this.visitor = visitor;
      this.frontier = new Frontier(scope, options);
    }

    Outcome run() throws InterruptedException {
      try (InOrder<PageReader.Result> running = new InOrder<>()) {
        while (running.size() > 0 || mayAsk()) {
          while (running.size() < AHEAD * options.concurrency() && mayAsk()) {
            Target target = frontier.next();
            asked++;
            running.submit(() -> reader.read(target, true));
          }
          take(running.next());
        }
      }
      restoreAliases();
      return new Outcome(frontier.isEmpty(), frontier.refused());
    }

    private boolean mayAsk() {
      return !frontier.isEmpty() && asked < options.maxPages();
    }

    private void take(PageReader.Result result) throws InterruptedException {
      Visit visit = result.visit();
      requireAlive(visit);
      result.links().forEach(link -> frontier.link(result.target(), link));
      Visit told = visit;
      if (result.redirect().isPresent()
          && !frontier.redirect(result.target(), result.redirect().get())) {
        told = new Visit.Left(visit.address(), Visit.Reason.REDIRECTED, "one redirect too many");
      }
      switch (visit) {
        case Visit.Read read -> pages.add(read.address());
        case Visit.Unchanged unchanged -> pages.add(unchanged.address());
        case Visit.Failed page -> failed.add(page.address());
        case Visit.Left left when left.reason() == Visit.Reason.CANONICAL -> {
          aliases.put(left.address(), result.target());
          ownNames.put(left.address(), left.detail());
          return;
        }
        default -> {}
      }
      visitor.visit(told, asked + frontier.waiting());
    }

    /**
     * A page that calls another address its own is left to that address; where that has no page,
     * the page is taken after all. Where it can't be told this time, things stay as they are.
     */
    private void restoreAliases() throws InterruptedException {
      for (var alias : aliases.entrySet()) {
        String address = alias.getKey();
        String own = ownNames.getOrDefault(address, "");
        Visit visit = new Visit.Left(address, Visit.Reason.CANONICAL, own);
        if (failed.contains(own)) {
          visit =
              memory.holds(address)
                  ? new Visit.Failed(address, "its own address " + own + " can't be read", true)
                  : visit;
        } else if (!pages.contains(own)) {
          visit = reader.read(alias.getValue(), false).visit();
        }
        visitor.visit(visit, asked + frontier.waiting());
      }
    }

    private void requireAlive(Visit visit) {
      boolean failed = visit instanceof Visit.Failed;
      failuresInARow = failed ? failuresInARow + 1 : 0;
      if (visit.address().equals(base.toString())) {
        requireFirst(visit);
      }
      if (visit instanceof Visit.Failed last && failuresInARow == FAILURES_IN_A_ROW) {
        throw unreadable(
            last.address(),
            "%s, as for the %s pages before; the same command goes on from here"
                .formatted(last.problem(), FAILURES_IN_A_ROW - 1));
      }
    }

    private void requireFirst(Visit visit) {
      switch (visit) {
        case Visit.Failed failed -> throw unreadable(failed.address(), failed.problem());
        case Visit.Left left -> requireLeads(left);
        case Visit.Read read -> {}
        case Visit.Unchanged unchanged -> {}
      }
    }

    private void requireLeads(Visit.Left left) {
      switch (left.reason()) {
        case NOT_FOUND -> throw unreadable(left.address(), "there is no such page");
        case DISALLOWED -> throw unreadable(left.address(), "robots.txt forbids to read it");
        case WRONG_TYPE, TOO_LARGE, UNREADABLE ->
            throw unreadable(left.address(), "is not a page (" + left.detail() + ")");
        case REDIRECTED -> {
          Optional<URI> target = frontier.inScope(left.detail());
          if (target.isEmpty()) {
            throw unreadable(
                left.address(),
                "redirects to %s, which is not below it; give that address instead"
                    .formatted(left.detail()));
          }
        }
        default -> {}
      }
    }
  }
}
