package org.attunedb.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nothing",
        "null",
        "[]",
        "7",
        "\"{}\"",
        "{",
        "{\"a\":1",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1,}",
        "{\"a\":\"\n\"}",
        "{} {}",
        "{}]",
        "{} x",
        "{\"a\":1,\"a\":1}",
        "{\"a\":{\"b\":1,\"c\":2,\"b\":3}}",
        "// comment\n{}"
      })
  void readObject_malformed_isRefusedNamingTheSource(String json) {
    assertRefused(ErrorCode.FILE_MALFORMED, () -> StrictJson.readObject(json, "file.json"))
        .withMessageStartingWith("file.json: ");
  }

  @Test
  void readObject_nesting_isReadUpToTheLimit() {
    int levels = StrictJson.MAX_DEPTH;

    assertThat(StrictJson.readObject(nested(levels), "here")).hasToString(nested(levels));
    assertRefused(
        ErrorCode.FILE_MALFORMED, () -> StrictJson.readObject(nested(levels + 1), "here"));
    assertRefused(ErrorCode.FILE_MALFORMED, () -> StrictJson.readObject(nested(100_000), "here"));
  }

  @Test
  void readObject_longNumber_isRefused() {
    assertRefused(
        ErrorCode.FILE_MALFORMED,
        () -> StrictJson.readObject("{\"a\":" + "1".repeat(1_001) + "}", "here"));
  }

  @Test
  void readObject_malformed_doesNotEchoTheRest() {
    assertRefused(
            ErrorCode.FILE_MALFORMED,
            () -> StrictJson.readObject("{\"a\":\"x\"} \"" + "secret ".repeat(100), "here"))
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(300));
  }

  @Test
  void pretty_object_isReadBackEqual() {
    var object = StrictJson.readObject("{\"b\":[1,2.0,\"é\"],\"a\":{\"c\":null}}", "here");

    String pretty = StrictJson.pretty(object);

    assertThat(pretty).endsWith("}\n");
    assertThat(StrictJson.readObject(pretty, "here")).isEqualTo(object);
  }

  private static String nested(int levels) {
    return "{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
  }
}
