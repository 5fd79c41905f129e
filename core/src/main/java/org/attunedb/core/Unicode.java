package org.attunedb.core;

/** What UTF-8 can keep. */
final class Unicode {
  private Unicode() {}

  /** Whether every surrogate of {@code text} is paired, so that UTF-8 gives it back unchanged. */
  static boolean isValid(String text) {
    // Pairs come out of codePoints() as supplementary characters, unpaired surrogates as they are.
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
