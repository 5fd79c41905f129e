package org.attunedb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.Locale;
import java.util.stream.IntStream;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentIdTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "two words",
        " led by a space",
        "../../x",
        "a/b?c=d#e%2f",
        "naïve",
        "שלום עולם",
        "مرحبا",
        "\u200Fmarked",
        "😀",
        "👩‍👩‍👧",
        "\uFFFF",
        "__proto__",
        "<script>"
      })
  void require_visibleText_isReturnedUnchanged(String id) {
    assertThat(DocumentId.require(id)).isSameAs(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "   ", "\u2003", "\u3000"})
  void require_blank_isRefused(String id) {
    assertRefused(ErrorCode.ID_INVALID, () -> DocumentId.require(id))
        .withMessageContaining("blank");
  }

  static IntStream controlCharacters() {
    return IntStream.concat(IntStream.rangeClosed(0, 0x1F), IntStream.rangeClosed(0x7F, 0x9F));
  }

  @ParameterizedTest
  @MethodSource("controlCharacters")
  void require_controlCharacterAnywhere_isRefusedNamingItsPlace(int control) {
    String character = Character.toString(control);
    for (int position = 0; position <= 2; position++) {
      String id = new StringBuilder("ab").insert(position, character).toString();

      assertRefused(ErrorCode.ID_INVALID, () -> DocumentId.require(id))
          .withMessageContaining(
              String.format(Locale.ROOT, "U+%04X at position %d", control, position));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "~", "\u00A0", "¡"})
  void require_neighbourOfControlCharacters_isAccepted(String character) {
    assertThat(DocumentId.require("a" + character)).endsWith(character);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\uD83D", "\uDE00", "a\uD83D", "\uDE00b", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"})
  void require_unpairedSurrogate_isRefused(String id) {
    assertRefused(ErrorCode.ID_INVALID, () -> DocumentId.require(id))
        .withMessageContaining("surrogate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "€", "😀"})
  void require_length_isCountedInUtf8Bytes(String character) {
    int size = Character.charCount(character.codePointAt(0));
    int bytes = character.codePointAt(0) < 0x80 ? 1 : size == 2 ? 4 : character.equals("é") ? 2 : 3;
    String filler = "x".repeat(512 % bytes);
    String longest = character.repeat(512 / bytes) + filler;

    assertThat(DocumentId.require(longest)).isSameAs(longest);
    assertRefused(ErrorCode.ID_TOO_LONG, () -> DocumentId.require(longest + "x"))
        .withMessageContaining("513")
        .withMessageContaining("512");
  }

  @Test
  void require_hugeId_isRefusedAsTooLong() {
    assertRefused(ErrorCode.ID_TOO_LONG, () -> DocumentId.require("x".repeat(5_000_000)));
  }
}
