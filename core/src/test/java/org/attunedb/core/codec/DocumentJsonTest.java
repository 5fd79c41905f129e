package org.attunedb.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.SplittableRandom;
import org.attunedb.core.Document;
import org.attunedb.core.DocumentId;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentJsonTest {
  @Test
  void write_fullDocument_isOneLineInTheOrderOfTheFields() {
    Document document =
        new Document(
            "a/7",
            "two\nlines",
            Metadata.of("lang", "en"),
            Embedding.of(0.25f, -0f, Float.MIN_VALUE));

    assertThat(DocumentJson.write(document))
        .isEqualTo(
            "{\"id\":\"a/7\",\"text\":\"two\\nlines\",\"metadata\":{\"lang\":\"en\"},"
                + "\"embedding\":[0.25,-0.0,1.4E-45]}");
  }

  @Test
  void write_bareDocument_leavesOutWhatItLacks() {
    assertThat(DocumentJson.write(new Document("a", null, Metadata.empty(), null)))
        .isEqualTo("{\"id\":\"a\"}");
  }

  @Test
  void read_membersInAnyOrder_areTaken() {
    assertThat(
            DocumentJson.read(
                "{\"embedding\":[1,-0,2.5e0],\"metadata\":{},\"text\":\"\",\"id\":\"a\"}", "here"))
        .isEqualTo(new Document("a", "", Metadata.empty(), Embedding.of(1, -0f, 2.5f)));
  }

  @Test
  void writeAndRead_randomDocuments_giveThemBackBitForBit() {
    SplittableRandom random = new SplittableRandom(7);
    RandomMetadata metadata = new RandomMetadata(random);
    for (int i = 0; i < 2_000; i++) {
      Document document =
          new Document(
              "ident-" + i + "-é😀\u2028",
              random.nextInt(5) == 0 ? null : metadata.text(),
              metadata.metadata(),
              random.nextInt(5) == 0 ? null : anyBits(random));

      String json = DocumentJson.write(document);

      assertThat(json).doesNotContain("\n");
      assertThat(DocumentJson.read(json, "here")).isEqualTo(document);
    }
  }

  /** Floats of every magnitude, also subnormal ones. */
  private static Embedding anyBits(SplittableRandom random) {
    float[] components = new float[1 + random.nextInt(20)];
    for (int i = 0; i < components.length; i++) {
      float component = Float.intBitsToFloat(random.nextInt());
      // Keeps the squared norm in the range of a float.
      components[i] = Math.abs(component) < 1e18f ? component : random.nextFloat();
    }
    return Embedding.of(components);
  }

  /**
   * The midpoint between two floats and a little more: a double can't tell it from the midpoint,
   * and rounding that goes the other way.
   */
  @Test
  void read_decimalJustAboveAMidpoint_isRoundedOnce() {
    String decimal = "1.00000005960464477539062500000001";

    Embedding read =
        DocumentJson.read("{\"id\":\"a\",\"embedding\":[" + decimal + "]}", "here").embedding();

    assertThat((float) Double.parseDouble(decimal)).isEqualTo(1f);
    assertThat(read).isEqualTo(Embedding.of(Math.nextUp(1f)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":\"a\",\"embedding\":[1,NaN]}            | VECTOR_NOT_FINITE   | embedding element 1 is",
        "{\"id\":\"a\",\"embedding\":[Infinity]}         | VECTOR_NOT_FINITE   | embedding element 0 is",
        "{\"id\":\"a\",\"embedding\":[1,2,-Infinity]}    | VECTOR_NOT_FINITE   | embedding element 2 is",
        "{\"id\":\"a\",\"embedding\":[1e39]}             | VECTOR_NOT_FINITE   | 32-bit float",
        "{\"id\":\"a\",\"embedding\":[-1e400]}           | VECTOR_NOT_FINITE   | 32-bit float",
        "{\"id\":\"a\",\"embedding\":[1,\"NaN\"]}        | VECTOR_ELEMENT_TYPE | element 1 is a string, expected a number",
        "{\"id\":\"a\",\"embedding\":[null]}             | VECTOR_ELEMENT_TYPE | element 0 is null, expected a number",
        "{\"id\":\"a\",\"embedding\":[true]}             | VECTOR_ELEMENT_TYPE | element 0 is a boolean",
        "{\"id\":\"a\",\"embedding\":[[1]]}              | VECTOR_ELEMENT_TYPE | element 0 is an array",
        "{\"id\":\"a\",\"embedding\":[{\"x\":1}]}        | VECTOR_ELEMENT_TYPE | element 0 is an object",
        "{\"id\":\"a\",\"embedding\":\"AACAPwAAAEA=\"}   | VECTOR_ELEMENT_TYPE | 'embedding' is a string, expected an array of numbers",
        "{\"id\":\"a\",\"embedding\":null}               | VECTOR_ELEMENT_TYPE | 'embedding' is null",
        "{\"id\":\"a\",\"embedding\":[]}                 | DIMENSION_MISMATCH  | 0 dimensions",
        "{\"id\":\"a\",\"embedding\":[3e38,3e38]}        | VECTOR_NORM_OVERFLOW| norm",
        "{\"id\":7}                                      | TYPE_MISMATCH       | 'id' is a number, expected a string",
        "{\"id\":true}                                   | TYPE_MISMATCH       | 'id' is a boolean",
        "{\"id\":NaN}                                    | TYPE_MISMATCH       | 'id' is a number",
        "{\"id\":null}                                   | ID_INVALID          | 'id' is null",
        "{\"id\":\"\"}                                   | ID_INVALID          | blank",
        "{\"id\":\" \"}                                  | ID_INVALID          | blank",
        "{\"id\":\"a\\u0000b\"}                          | ID_INVALID          | U+0000",
        "{\"id\":\"a\\nb\"}                              | ID_INVALID          | U+000A",
        "{\"id\":\"a\\ud800b\"}                          | ID_INVALID          | surrogate",
        "{\"text\":\"x\"}                                | MISSING_FIELD       | 'id' is missing",
        "{}                                              | MISSING_FIELD       | 'id' is missing",
        "{\"id\":\"a\",\"text\":7}                       | TYPE_MISMATCH       | 'text' is a number, expected a string",
        "{\"id\":\"a\",\"text\":null}                    | TYPE_MISMATCH       | 'text' is null, expected a string",
        "{\"id\":\"a\",\"metadata\":[]}                  | TYPE_MISMATCH       | 'metadata' is an array, expected an object",
        "{\"id\":\"a\",\"metadata\":null}                | TYPE_MISMATCH       | 'metadata' is null",
        "{\"id\":\"a\",\"vector\":[1]}                   | UNKNOWN_FIELD       | 'vector' is unknown, expected id, text",
        "{\"id\":\"a\",\"metadata\":{\"x\":{}}}          | METADATA_INVALID    | metadata 'x'",
        "{\"id\":\"a\",\"metadata\":{\"x\":null}}        | METADATA_INVALID    | metadata 'x'",
        "{\"id\":\"a\",\"metadata\":{\"x\":[1]}}         | METADATA_INVALID    | metadata 'x'",
        "{\"id\":\"a\",\"metadata\":{\"x\":1e400}}       | METADATA_INVALID    | finite",
        "{\"id\":\"a\",\"metadata\":{\"x\":NaN}}         | METADATA_INVALID    | finite",
        "{\"id\":\"a\",\"metadata\":{\"x\":9223372036854775808}} | METADATA_INVALID | metadata 'x'",
        "{\"id\":\"a\",\"metadata\":{\"\":1}}            | METADATA_INVALID    | metadata key",
        "{\"id\":\"a\",\"metadata\":{\"_dm.x\":1}}       | METADATA_INVALID    | metadata key",
        "{\"id\":\"a\",\"id\":\"a\"}                     | JSON_DUPLICATE_KEY  | at column",
        "{\"id\":\"a\",\"metadata\":{\"x\":1,\"x\":2}}   | JSON_DUPLICATE_KEY  | at column",
        "{\"id\":\"a\"} {}                               | JSON_TRAILING       | after the end",
        "{\"id\":\"a\"},                                 | JSON_TRAILING       | after the end",
        "[{\"id\":\"a\"}]                                | TYPE_MISMATCH       | expected a JSON object, got an array",
        "\"id\"                                          | TYPE_MISMATCH       | got a string",
        "{\"id\":\"a\"                                   | JSON_INVALID        | malformed JSON at column",
        "{\"id\":\"a\",\"embedding\":[1,]}               | JSON_INVALID        | malformed JSON at column",
        "{\"id\":\"a\",\"embedding\":[1                  | JSON_INVALID        | malformed JSON at column",
        "``                                              | JSON_INVALID        | empty",
      })
  void read_badDocument_isRefusedWithItsCode(String json, ErrorCode code, String problem) {
    assertRefused(code, () -> DocumentJson.read(json, "docs.jsonl:57"))
        .withMessageStartingWith("docs.jsonl:57: ")
        .withMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../x", "a/b", "😀", "אב", "a b", "#1?&%2e"})
  void read_unusualId_isKept(String id) {
    assertThat(DocumentJson.read("{\"id\":\"" + id + "\"}", "here").id()).isEqualTo(id);
  }

  @Test
  void read_exactLongAndReservedJavaScriptName_areKept() {
    assertThat(
            DocumentJson.read(
                    "{\"id\":\"a\",\"metadata\":{\"n\":9007199254740993,\"constructor\":1}}",
                    "here")
                .metadata())
        .isEqualTo(
            Metadata.builder().put("n", 9_007_199_254_740_993L).put("constructor", 1).build());
  }

  @Test
  void read_dimension_isReadUpToTheLimit() {
    assertThat(DocumentJson.read(vector(Embedding.MAX_DIMENSION), "here").embedding())
        .extracting(Embedding::dimension)
        .isEqualTo(Embedding.MAX_DIMENSION);
    assertRefused(
            ErrorCode.DIMENSION_MISMATCH,
            () -> DocumentJson.read(vector(Embedding.MAX_DIMENSION + 1), "here"))
        .withMessageContaining("more than 4096 dimensions");
  }

  @Test
  void read_idAndText_areReadUpToTheirLimits() {
    String id = "x".repeat(DocumentId.MAX_BYTES);
    String text = "x".repeat(Document.MAX_TEXT_LENGTH);

    assertThat(DocumentJson.read(textual(id, text), "here")).isEqualTo(Document.of(id, text));
    assertRefused(ErrorCode.ID_TOO_LONG, () -> DocumentJson.read(textual(id + "x", text), "here"));
    assertRefused(
        ErrorCode.TEXT_TOO_LARGE, () -> DocumentJson.read(textual(id, text + "x"), "here"));
  }

  @Test
  void read_deepMetadata_isRefused() {
    String deep = "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000);

    assertRefused(
        ErrorCode.JSON_LIMIT,
        () -> DocumentJson.read("{\"id\":\"a\",\"metadata\":" + deep + "}", "here"));
  }

  @Test
  void read_numberOf1001Digits_isRefused() {
    assertRefused(
        ErrorCode.JSON_LIMIT,
        () ->
            DocumentJson.read("{\"id\":\"a\",\"embedding\":[" + "1".repeat(1_001) + "]}", "here"));
  }

  private static String vector(int dimension) {
    return "{\"id\":\"a\",\"embedding\":[1" + ",0".repeat(dimension - 1) + "]}";
  }

  private static String textual(String id, String text) {
    return "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
  }
}
