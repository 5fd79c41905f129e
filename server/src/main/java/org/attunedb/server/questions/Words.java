package org.attunedb.server.questions;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.attunedb.server.llm.Shingles;

/** What questions ask for, whatever their wording. Stateless. */
final class Words {
  /** Words that differ between two ways to ask the same. */
  private static final Set<String> ASKING =
      Set.of(
          "a", "an", "and", "are", "be", "can", "could", "did", "do", "does", "for", "how", "i",
          "in", "is", "it", "of", "on", "or", "s", "should", "the", "there", "to", "was", "were",
          "what", "when", "where", "which", "who", "why", "will", "would", "you", "your");

  private Words() {}

  /** The same for texts that ask with the same words, in whatever order. */
  static String key(String text) {
    List<String> words = Shingles.words(text);
    TreeSet<String> content = new TreeSet<>(words);
    content.removeAll(ASKING);
    return String.join(" ", content.isEmpty() ? words : content);
  }
}
