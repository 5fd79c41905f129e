package org.attunedb.server.ingest.gather;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Addresses still to be asked for, each once, nearest to the first page first. Keeps out of what
 * has no end: deep links, paths that repeat themselves, queries without number. Not thread-safe.
 */
final class Frontier {
  private static final int MAX_LENGTH = 2_000;
  private static final int MAX_FOLDERS = 32;

  /** A path in which the same folder comes more often grows by a relative link. */
  private static final int MAX_REPEATS = 3;

  private static final int MAX_REDIRECTS = 10;

  private final Scope scope;
  private final GatherOptions options;
  private final PathPatterns exclude;
  private final Queue<Target> waiting = new ArrayDeque<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, Integer> queries = new HashMap<>();
  private final Set<String> refused = new HashSet<>();

  /**
   * An address to ask for.
   *
   * @param depth links from the first page
   * @param redirects on the way from the page that links to it
   */
  record Target(URI address, int depth, int redirects) {
    @Override
    public String toString() {
      return address.toString();
    }
  }

  Frontier(Scope scope, GatherOptions options) {
    this.scope = scope;
    this.options = options;
    this.exclude = new PathPatterns(options.exclude());
    enqueue(new Target(scope.base(), 0, 0));
  }

  /** The normal form of an address that belongs to the site. */
  Optional<URI> inScope(String address) {
    return Addresses.normal(address).filter(scope::contains);
  }

  /** Adds what a page links to. */
  void link(Target from, String address) {
    add(address, from.depth() + 1, 0);
  }

  /**
   * Adds where a page redirects to.
   *
   * @return false if that were one redirect too many
   */
  boolean redirect(Target from, String address) {
    if (from.redirects() == MAX_REDIRECTS) {
      return false;
    }
    add(address, from.depth(), from.redirects() + 1);
    return true;
  }

  /** The next address; only if there is one. */
  Target next() {
    return waiting.remove();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int waiting() {
    return waiting.size();
  }

  /** Addresses of the site that a limit keeps from being asked for. */
  Set<String> refused() {
    return refused;
  }

  private void add(String address, int depth, int redirects) {
    if (seen.contains(address)) {
      // Most links of a site: no need to bring them into their normal form.
      return;
    }
    URI target = inScope(address).orElse(null);
    if (target == null || seen.contains(target.toString()) || exclude.match(target.getRawPath())) {
      return;
    }
    if (depth > options.maxDepth() || isTrap(target)) {
      seen.add(target.toString());
      refused.add(target.toString());
      return;
    }
    enqueue(new Target(target, depth, redirects));
  }

  private void enqueue(Target target) {
    seen.add(target.toString());
    waiting.add(target);
  }

  private boolean isTrap(URI target) {
    if (target.toString().length() > MAX_LENGTH) {
      return true;
    }
    String[] folders = target.getRawPath().split("/");
    Map<String, Integer> counts = new HashMap<>();
    Arrays.stream(folders)
        .filter(folder -> !folder.isEmpty())
        .forEach(folder -> counts.merge(folder, 1, Integer::sum));
    boolean repeats = counts.values().stream().anyMatch(count -> count > MAX_REPEATS);
    return folders.length > MAX_FOLDERS
        || repeats
        || (target.getRawQuery() != null
            && queries.merge(target.getRawPath(), 1, Integer::sum) > options.maxQueries());
  }
}
