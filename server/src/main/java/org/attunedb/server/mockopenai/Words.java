package org.attunedb.server.mockopenai;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Sentences and content words, found by simple rules. */
final class Words {
  private static final Pattern BETWEEN_SENTENCES = Pattern.compile("(?<=[.!?])\\s+|\\n+");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  /** Shorter words are mostly grammar. */
  private static final int SHORTEST = 4;

  private static final Set<String> GRAMMAR =
      Set.of(
          "about", "after", "also", "been", "before", "does", "from", "have", "here", "into",
          "more", "most", "must", "only", "other", "over", "same", "should", "some", "such", "than",
          "that", "their", "them", "then", "there", "these", "they", "this", "those", "under",
          "very", "were", "what", "when", "where", "which", "while", "will", "with", "would",
          "your");

  private Words() {}

  static List<String> sentences(String text) {
    return BETWEEN_SENTENCES
        .splitAsStream(text)
        .map(String::strip)
        .filter(sentence -> !content(sentence).isEmpty())
        .toList();
  }

  /** The words of a text that carry meaning, in lower case, in order, each once. */
  static Set<String> content(String text) {
    Set<String> words = new LinkedHashSet<>();
    Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> word.length() >= SHORTEST && !GRAMMAR.contains(word))
        .forEach(words::add);
    return words;
  }

  /** The share of a text's content words that another text has, 0 to 1; 0 if it has none. */
  static double share(String text, Set<String> others) {
    Set<String> words = content(text);
    if (words.isEmpty()) {
      return 0;
    }
    return (double) words.stream().filter(others::contains).count() / words.size();
  }
}
