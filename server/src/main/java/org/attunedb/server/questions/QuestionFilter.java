package org.attunedb.server.questions;

import java.util.Optional;
import java.util.regex.Pattern;
import org.attunedb.server.llm.Shingles;

/** Drops questions that no user would ask. Immutable. */
final class QuestionFilter {
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
    int words = Shingles.words(draft.text()).size();
    if (words < FEWEST_WORDS || words > MOST_WORDS) {
      return Optional.of(Rejection.MALFORMED);
    }
    if (draft.origin() != Origin.LLM) {
      return Optional.empty();
    }
    if (NAMES_THE_TEXT.matcher(draft.text()).find()) {
      return Optional.of(Rejection.NAMES_THE_TEXT);
    }
    return Shingles.containment(draft.text(), document) > maxOverlap
        ? Optional.of(Rejection.COPIES_THE_TEXT)
        : Optional.empty();
  }
}
