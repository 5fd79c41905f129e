package org.attunedb.server.openai;

/**
 * How many tokens a text will be, without the model's tokenizer: four bytes of UTF-8 each, which is
 * about right for English and too many for most other scripts. Limits are kept with room to spare.
 */
final class TokenEstimate {
  private static final int BYTES = 4;

  private TokenEstimate() {}

  static int of(String text) {
    long bytes =
        text.chars()
            .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate((char) c) ? 2 : 3)
            .sum();
    return (int) ((bytes + BYTES - 1) / BYTES);
  }
}
