package org.attunedb.server.questions;

import java.util.Locale;

/** Why a question was dropped. */
public enum Rejection {
  /** Fewer than two words, or more than 64. */
  MALFORMED,
  /** It speaks of "the passage", "the author" and the like, which a user never would. */
  NAMES_THE_TEXT,
  /** It repeats the document word for word. */
  COPIES_THE_TEXT,
  /** The second call did not find its answer in the document. */
  NOT_ANSWERABLE,
  /** The same words are asked already. */
  DUPLICATE;

  /** The name in files: lower case with hyphens. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
