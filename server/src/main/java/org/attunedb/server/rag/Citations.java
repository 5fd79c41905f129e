package org.attunedb.server.rag;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.attunedb.server.llm.Passage;

/**
 * Ids in square brackets.
 *
 * @param known of passages, in the order of their first mention
 * @param unknown everything else in brackets that reads like an id
 */
record Citations(List<String> known, List<String> unknown) {
  private static final Pattern BRACKETS = Pattern.compile("\\[([^\\[\\]\\n]{1,512})]");
  private static final Pattern BETWEEN = Pattern.compile("\\s*[,;]\\s*");

  /** Square brackets with blanks in them are prose. */
  private static final Pattern LIKE_AN_ID = Pattern.compile("\\S+");

  static Citations of(String text, List<Passage> passages) {
    Set<String> ids = passages.stream().map(Passage::id).collect(Collectors.toSet());
    Set<String> known = new LinkedHashSet<>();
    Set<String> unknown = new LinkedHashSet<>();
    Matcher found = BRACKETS.matcher(text);
    while (found.find()) {
      String whole = found.group(1).strip();
      if (ids.contains(whole)) {
        known.add(whole);
      } else {
        Arrays.stream(BETWEEN.split(whole))
            .filter(part -> LIKE_AN_ID.matcher(part).matches())
            .forEach(part -> (ids.contains(part) ? known : unknown).add(part));
      }
    }
    return new Citations(List.copyOf(known), List.copyOf(unknown));
  }
}
