package org.attunedb.server.ingest.extract;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/**
 * What a page asks of crawlers, in its head or in its headers. Directives are words between commas;
 * in headers a name before them and a colon says whom they are for, up to the next name in the same
 * header. Directives that have values, such as {@code max-image-preview: none}, are about how pages
 * are shown and mean nothing here. Immutable.
 *
 * @param index whether the page wants to be found
 * @param follow whether it lets its links be followed
 */
public record RobotsDirectives(boolean index, boolean follow) {
  /** Have a colon without being a crawler's name. */
  private static final Set<String> WITH_VALUES =
      Set.of("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after");

  /** What every crawler answers to. */
  private static final Set<String> EVERYBODY = Set.of("*", "robots");

  /**
   * Reads directives.
   *
   * @param values each by itself
   * @param names in lower case, to which this crawler answers
   */
  public static RobotsDirectives of(Collection<String> values, Collection<String> names) {
    boolean index = true;
    boolean follow = true;
    for (String value : values) {
      boolean concerned = true;
      for (String part : value.toLowerCase(Locale.ROOT).split(",")) {
        String words = part;
        int colon = part.indexOf(':');
        if (colon >= 0) {
          String name = part.substring(0, colon).strip();
          if (WITH_VALUES.contains(name)) {
            continue;
          }
          concerned = names.contains(name) || EVERYBODY.contains(name);
          words = part.substring(colon + 1);
        }
        for (String word : words.strip().split("\\s+")) {
          boolean none = word.equals("none");
          index &= !(concerned && (none || word.equals("noindex")));
          follow &= !(concerned && (none || word.equals("nofollow")));
        }
      }
    }
    return new RobotsDirectives(index, follow);
  }
}
