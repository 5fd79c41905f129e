package org.attunedb.core;

/** What UTF-8 can keep. */
final class Unicode {
  private Unicode() {}

  /** Whether every surrogate of {@code text} is paired, so that UTF-8 gives it back unchanged. */
  static boolean isValid(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        i++;
        if (i == length || !Character.isSurrogatePair(c, text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }
}
