package org.attunedb.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.attunedb.core.Refusals.assertRefused;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                              | JSON_INVALID",
        "` `                             | JSON_INVALID",
        "nothing                         | JSON_INVALID",
        "{                               | JSON_INVALID",
        "{\"a\":1                         | JSON_INVALID",
        "{\"a\":}                         | JSON_INVALID",
        "{a:1}                           | JSON_INVALID",
        "{'a':1}                         | JSON_INVALID",
        "{\"a\":01}                       | JSON_INVALID",
        "{\"a\":NaN}                      | JSON_INVALID",
        "{\"a\":Infinity}                 | JSON_INVALID",
        "{\"a\":1,}                       | JSON_INVALID",
        "`{\"a\":\"\n\"}`                  | JSON_INVALID",
        "`// comment\n{}`                | JSON_INVALID",
        "`\uFEFF{}`                      | JSON_INVALID",
        "null                            | TYPE_MISMATCH",
        "[]                              | TYPE_MISMATCH",
        "7                               | TYPE_MISMATCH",
        "\"{}\"                           | TYPE_MISMATCH",
        "{} {}                           | JSON_TRAILING",
        "{}]                             | JSON_TRAILING",
        "{} x                            | JSON_TRAILING",
        "{\"a\":1,\"a\":1}                | JSON_DUPLICATE_KEY",
        "{\"a\":{\"b\":1,\"c\":2,\"b\":3}} | JSON_DUPLICATE_KEY",
      })
  void readObject_malformed_isRefusedNamingTheSource(String json, ErrorCode code) {
    assertRefused(code, () -> StrictJson.readObject(json, "file.json"))
        .withMessageStartingWith("file.json: ");
  }

  @Test
  void readObject_nesting_isReadUpToTheLimit() {
    int levels = StrictJson.MAX_DEPTH;

    assertThat(StrictJson.readObject(nested(levels), "here")).hasToString(nested(levels));
    assertRefused(ErrorCode.JSON_LIMIT, () -> StrictJson.readObject(nested(levels + 1), "here"))
        .withMessageContaining("at column 322")
        .withMessageContaining("(65) exceeds the maximum allowed (64)");
    assertRefused(ErrorCode.JSON_LIMIT, () -> StrictJson.readObject(nested(100_000), "here"));
  }

  @Test
  void readObject_number_isReadUpToTheLimit() {
    int digits = StrictJson.MAX_NUMBER_LENGTH;

    assertThat(StrictJson.readObject(number(digits), "here")).hasToString(number(digits));
    assertRefused(ErrorCode.JSON_LIMIT, () -> StrictJson.readObject(number(digits + 1), "here"));
  }

  @Test
  void readObject_stringOf20MiB_isRefused() {
    String json = "{\"a\":\"" + "x".repeat(20 << 20) + "\"}";

    assertRefused(ErrorCode.JSON_LIMIT, () -> StrictJson.readObject(json, "here"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"x\"} \"secret secret",
        "{\"a\": secret}",
        "secret",
        "{\"secret\":1,\"secret\":2}",
        "{\"a\":\"secret\\q\"}",
        "{\"a\":\"secret"
      })
  void readObject_malformed_doesNotEchoTheText(String json) {
    assertThatThrownBy(() -> StrictJson.readObject(json, "here"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void readObject_malformed_tellsColumnAndLine() {
    assertRefused(ErrorCode.JSON_INVALID, () -> StrictJson.readObject("{\"a\": ?}", "here"))
        .withMessageStartingWith("here: malformed JSON at column 7 (");
    assertRefused(ErrorCode.JSON_INVALID, () -> StrictJson.readObject("{\n\"a\": ?}", "here"))
        .withMessageStartingWith("here: malformed JSON at line 2, column 6 (");
  }

  @Test
  void pretty_object_isReadBackEqual() {
    var object = StrictJson.readObject("{\"b\":[1,2.0,\"é\"],\"a\":{\"c\":null}}", "here");

    String pretty = StrictJson.pretty(object);

    assertThat(pretty).endsWith("}\n");
    assertThat(StrictJson.readObject(pretty, "here")).isEqualTo(object);
  }

  private static String number(int digits) {
    return "{\"a\":" + "1".repeat(digits) + "}";
  }

  private static String nested(int levels) {
    return "{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
  }
}
