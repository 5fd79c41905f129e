package org.attunedb.server.ingest.gather;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Patterns of paths, as in shells: {@code *} is anything without a slash, {@code **} anything,
 * {@code ?} one character other than a slash. Immutable.
 */
final class PathPatterns {
  private final List<Pattern> patterns;

  PathPatterns(List<String> patterns) {
    this.patterns = patterns.stream().map(PathPatterns::compile).toList();
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** Whether one of them matches a whole path. */
  boolean match(String path) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(path).matches());
  }

  private static Pattern compile(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
