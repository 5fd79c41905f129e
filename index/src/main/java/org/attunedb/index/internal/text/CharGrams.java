package org.attunedb.index.internal.text;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Character n-grams of words, by which near-equal spellings share features. Stateless. */
public final class CharGrams {
  private static final int LENGTH = 4;

  private CharGrams() {}

  /**
   * The grams of some words with their number of occurrences. A word is marked at both ends, so
   * that its beginning and its end differ from the same letters in the middle of another; a marked
   * word of up to 4 characters is one gram.
   */
  public static Map<String, Integer> count(Collection<String> words) {
    Map<String, Integer> counts = new HashMap<>();
    for (String word : words) {
      String marked = "^" + word + "$";
      int last = Math.max(0, marked.length() - LENGTH);
      for (int start = 0; start <= last; start++) {
        String gram = marked.substring(start, Math.min(start + LENGTH, marked.length()));
        counts.merge(gram, 1, Integer::sum);
      }
    }
    return counts;
  }
}
