package org.attunedb.server.mockopenai;

/** A count of tokens without a tokenizer: four characters each, as rules of thumb have it. */
final class Tokens {
  private static final int CHARACTERS = 4;

  private Tokens() {}

  static int of(String text) {
    return (text.length() + CHARACTERS - 1) / CHARACTERS;
  }

  static int characters(int tokens) {
    return CHARACTERS * tokens;
  }
}
