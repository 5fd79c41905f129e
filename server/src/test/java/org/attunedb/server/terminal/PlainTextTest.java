package org.attunedb.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {
  @Test
  void oneLine_breaksAndEscapes_areMadeHarmless() {
    assertThat(PlainText.oneLine(" a\nb\tc\u001b[31md\u0007 ")).isEqualTo("a b c?[31md?");
  }

  @Test
  void wrap_longWord_isBrokenWithinTheWidth() {
    assertThat(PlainText.wrap("ab cd efghijk l", 5)).containsExactly("ab cd", "efghi", "jk l");
  }

  @Test
  void wrap_emptyText_isOneEmptyLine() {
    assertThat(PlainText.wrap("", 5)).containsExactly("");
  }

  @Test
  void truncate_textBeyondTheWidth_endsInDots() {
    assertThat(PlainText.truncate("abcdef", 5)).isEqualTo("ab...");
    assertThat(PlainText.truncate("abcde", 5)).isEqualTo("abcde");
  }

  @Test
  void centre_oddRemainder_putsTheSpaceOnTheRight() {
    assertThat(PlainText.centre("ab", 5)).isEqualTo(" ab  ");
  }
}
