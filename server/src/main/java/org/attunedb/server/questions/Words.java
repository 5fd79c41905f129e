package org.attunedb.server.questions;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Texts as words in lower case. Stateless. */
final class Words {
  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

  /** Words that differ between two ways to ask the same. */
  private static final Set<String> ASKING =
      Set.of(
          "a", "an", "and", "are", "be", "can", "could", "did", "do", "does", "for", "how", "i",
          "in", "is", "it", "of", "on", "or", "s", "should", "the", "there", "to", "was", "were",
          "what", "when", "where", "which", "who", "why", "will", "would", "you", "your");

  private Words() {}

  static List<String> of(String text) {
    return Arrays.stream(BETWEEN.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** The same for texts that ask with the same words, in whatever order. */
  static String key(String text) {
    TreeSet<String> content = new TreeSet<>(of(text));
    content.removeAll(ASKING);
    return content.isEmpty() ? String.join(" ", of(text)) : String.join(" ", content);
  }
}
