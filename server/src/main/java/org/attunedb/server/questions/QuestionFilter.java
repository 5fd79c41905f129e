package org.attunedb.server.questions;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Drops questions that no user would ask. Immutable. */
final class QuestionFilter {
  /** Words in a row that count as copied; shorter runs are names and idioms. */
  static final int RUN = 4;

  private static final int FEWEST_WORDS = 2;
  private static final int MOST_WORDS = 64;

  private static final Pattern NAMES_THE_TEXT =
      Pattern.compile(
          "\\b(?:the|this|that|these|those|above|given|provided|following|according to)"
              + "(?:\\s+(?:above|given|provided|following|same))?"
              + "\\s+(?:passage|text|document|author|article|excerpt|paragraph|snippet|context)s?\\b",
          Pattern.CASE_INSENSITIVE);

  private final double maxOverlap;

  QuestionFilter(double maxOverlap) {
    this.maxOverlap = maxOverlap;
  }

  /** Why a question about a document is to be dropped; empty if it is not. */
  Optional<Rejection> reject(Draft draft, String document) {
    int words = Words.of(draft.text()).size();
    if (words < FEWEST_WORDS || words > MOST_WORDS) {
      return Optional.of(Rejection.MALFORMED);
    }
    if (draft.origin() != Origin.LLM) {
      return Optional.empty();
    }
    if (NAMES_THE_TEXT.matcher(draft.text()).find()) {
      return Optional.of(Rejection.NAMES_THE_TEXT);
    }
    return overlap(draft.text(), document) > maxOverlap
        ? Optional.of(Rejection.COPIES_THE_TEXT)
        : Optional.empty();
  }

  /**
   * The share of a question's runs of {@value #RUN} words that a document has, too: the containment
   * of its shingles (Broder, On the resemblance and containment of documents, 1997). Shorter
   * questions are one run.
   */
  static double overlap(String question, String document) {
    List<String> asked = Words.of(question);
    int run = Math.min(RUN, asked.size());
    if (run == 0) {
      return 0;
    }
    Set<List<String>> known = runs(Words.of(document), run);
    Set<List<String>> own = runs(asked, run);
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
