package org.attunedb.server.llm;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** How much of one text another repeats. Stateless. */
public final class Shingles {
  /** Words in a row; shorter runs are names and idioms. */
  public static final int RUN = 4;

  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

  private Shingles() {}

  /** The words in lower case. */
  public static List<String> words(String text) {
    return Arrays.stream(BETWEEN.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /**
   * The share of a text's different runs of {@value #RUN} words that another has, too, 0 to 1: the
   * containment of Broder, On the resemblance and containment of documents, 1997. A shorter text is
   * one run; one without words has nothing to repeat, 0.
   */
  public static double containment(String text, String other) {
    List<String> words = words(text);
    int run = Math.min(RUN, words.size());
    if (run == 0) {
      return 0;
    }
    Set<List<String>> known = runs(words(other), run);
    Set<List<String>> own = runs(words, run);
    return (double) own.stream().filter(known::contains).count() / own.size();
  }

  private static Set<List<String>> runs(List<String> words, int run) {
    Set<List<String>> runs = new HashSet<>();
    for (int i = 0; i + run <= words.size(); i++) {
      runs.add(words.subList(i, i + run));
    }
    return runs;
  }
}
