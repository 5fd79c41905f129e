package org.attunedb.server.questions;

import java.util.Locale;

/** Where a question comes from. */
public enum Origin {
  /** A language model wrote it. */
  LLM,
  /** The document's title or its path of headings. */
  HEADING,
  /** The document's first sentence. */
  FIRST_SENTENCE,
  /** A run of words out of the document. */
  CROP;

  /** The name in files: lower case with hyphens. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The origin of that name. */
  static Origin of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
