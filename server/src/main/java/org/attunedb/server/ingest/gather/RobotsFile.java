package org.attunedb.server.ingest.gather;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRules.RobotRulesMode;
import crawlercommons.robots.SimpleRobotRulesParser;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * What robots.txt allows (RFC 9309): everything if there is none, nothing while the server can't
 * say. Asked as {@value #NAME} and as the first word of the user agent.
 */
final class RobotsFile {
  static final String NAME = "attune";

  /** What RFC 9309, 2.3.1.2, asks to follow at least. */
  private static final int MAX_REDIRECTS = 5;

  /** RFC 9309, 2.5, asks for 500 KiB at least; whatever pages may be. */
  private static final int MAX_BYTES = 512 << 10;

  private RobotsFile() {}

  /**
   * Reads the file of a site and takes over its delay.
   *
   * @throws InvalidInputException {@code source_unreadable} if it can't be read
   */
  static BaseRobotRules read(HttpFetcher fetcher, URI base, String userAgent)
      throws InterruptedException {
    URI address = base.resolve("/robots.txt");
    Answer answer = fetcher.beginning(address, MAX_BYTES);
    for (int i = 0; i < MAX_REDIRECTS && answer instanceof Answer.Redirect redirect; i++) {
      boolean own = new Scope(base.resolve("/")).contains(redirect.target());
      if (!own) {
        // Other hosts are never asked, so their rules can't be known.
        return everything();
      }
      answer = fetcher.beginning(redirect.target(), MAX_BYTES);
    }
    return switch (answer) {
      case Answer.Page page -> rules(fetcher, page, address, userAgent);
      case Answer.Failure failure -> unreadable(failure, address);
      case Answer.Redirect redirect ->
          throw unreadable("it redirects more than " + MAX_REDIRECTS + " times", address);
      case Answer.NotFound missing -> everything();
      // Never: everything is wanted, and nothing is known that it could be compared with.
      case Answer.Unwanted unwanted -> throw unreadable(unwanted.detail(), address);
      case Answer.NotModified same -> throw unreadable("status 304", address);
    };
  }

  private static BaseRobotRules rules(
      HttpFetcher fetcher, Answer.Page page, URI address, String userAgent) {
    BaseRobotRules rules =
        new SimpleRobotRulesParser()
            .parseContent(address.toString(), wholeLines(page), page.mediaType(), names(userAgent));
    if (rules.getCrawlDelay() > 0) {
      fetcher.slowDown(Duration.ofMillis(rules.getCrawlDelay()));
    }
    return rules;
  }

  /** Half a rule may allow or forbid anything. */
  private static byte[] wholeLines(Answer.Page page) {
    byte[] bytes = page.bytes();
    int end = bytes.length;
    if (end < MAX_BYTES) {
      return bytes;
    }
    while (end > 0 && bytes[end - 1] != '\n' && bytes[end - 1] != '\r') {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  private static BaseRobotRules unreadable(Answer.Failure failure, URI address) {
    boolean refused =
        failure
            .status()
            .map(status -> status >= 400 && status < 500 && status != 429)
            .orElse(false);
    if (refused) {
      return everything();
    }
    throw unreadable(failure.problem(), address);
  }

  private static InvalidInputException unreadable(String problem, URI address) {
    return new InvalidInputException(
        ErrorCode.SOURCE_UNREADABLE,
        "%s: can't be read (%s), so that nothing of the site may be read"
            .formatted(address, problem));
  }

  /** What rules for this crawler are addressed to, in lower case. */
  static List<String> names(String userAgent) {
    return List.of(NAME, userAgent.split("[/\\s]", 2)[0].toLowerCase(Locale.ROOT));
  }

  static BaseRobotRules everything() {
    return new SimpleRobotRules(RobotRulesMode.ALLOW_ALL);
  }
}
