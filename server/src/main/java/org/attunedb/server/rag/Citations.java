package org.attunedb.server.rag;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.attunedb.server.llm.Passage;
import org.attunedb.server.llm.PromptText;

/**
 * Labels in square brackets, as {@link PromptText#passages} gives them. Brackets that hold anything
 * else are prose.
 *
 * @param known ids of passages, in the order of their first mention
 * @param unknown labels that no passage has
 */
record Citations(List<String> known, List<String> unknown) {
  private static final Pattern BRACKETS =
      Pattern.compile("\\[\\s*(p\\d{1,6}(?:[\\s,;]+p\\d{1,6})*)\\s*]", Pattern.CASE_INSENSITIVE);
  private static final Pattern BETWEEN = Pattern.compile("[\\s,;]+");

  static Citations of(String text, List<Passage> passages) {
    Map<String, String> ids = new HashMap<>();
    for (int i = 0; i < passages.size(); i++) {
      ids.put(PromptText.label(i), passages.get(i).id());
    }
    Set<String> known = new LinkedHashSet<>();
    Set<String> unknown = new LinkedHashSet<>();
    Matcher found = BRACKETS.matcher(text);
    while (found.find()) {
      for (String label : BETWEEN.split(found.group(1).toLowerCase(Locale.ROOT))) {
        String id = ids.get(label);
        if (id == null) {
          unknown.add(label);
        } else {
          known.add(id);
        }
      }
    }
    return new Citations(List.copyOf(known), List.copyOf(unknown));
  }
}
