package org.attunedb.server.ingest.gather;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRules.RobotRulesMode;
import crawlercommons.robots.SimpleRobotRulesParser;
import java.net.URI;
import java.time.Duration;
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

  private static final int MAX_REDIRECTS = 5;

  private RobotsFile() {}

  /**
   * Reads the file of a site and takes over its delay.
   *
   * @throws InvalidInputException {@code source_unreadable} if it can't be read
   */
  static BaseRobotRules read(HttpFetcher fetcher, URI base, String userAgent)
      throws InterruptedException {
    URI address = base.resolve("/robots.txt");
    Answer answer = fetcher.get(address, null, type -> true);
    for (int i = 0; i < MAX_REDIRECTS && answer instanceof Answer.Redirect redirect; i++) {
      boolean own = new Scope(base.resolve("/")).contains(redirect.target());
      if (!own) {
        // Other hosts are never asked, so their rules can't be known.
        return everything();
      }
      answer = fetcher.get(redirect.target(), null, type -> true);
    }
    return switch (answer) {
      case Answer.Page page -> rules(fetcher, page, address, userAgent);
      case Answer.Failure failure -> unreadable(failure, address);
      default -> everything();
    };
  }

  private static BaseRobotRules rules(
      HttpFetcher fetcher, Answer.Page page, URI address, String userAgent) {
    BaseRobotRules rules =
        new SimpleRobotRulesParser()
            .parseContent(
                address.toString(), page.bytes(), page.mediaType(), names(userAgent));
    if (rules.getCrawlDelay() > 0) {
      fetcher.slowDown(Duration.ofMillis(rules.getCrawlDelay()));
    }
    return rules;
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
    throw new InvalidInputException(
        ErrorCode.SOURCE_UNREADABLE,
        "%s: can't be read (%s), so that nothing of the site may be read"
            .formatted(address, failure.problem()));
  }

  /** What rules for this crawler are addressed to, in lower case. */
  static List<String> names(String userAgent) {
    return List.of(NAME, userAgent.split("[/\\s]", 2)[0].toLowerCase(Locale.ROOT));
  }

  static BaseRobotRules everything() {
    return new SimpleRobotRules(RobotRulesMode.ALLOW_ALL);
  }
}
