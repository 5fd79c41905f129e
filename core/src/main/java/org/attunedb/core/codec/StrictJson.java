package org.attunedb.core.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * JSON reading with the defaults that Jackson leaves open closed: duplicate keys, trailing tokens,
 * deep nesting and oversized strings are errors. Messages tell the place and never repeat the text,
 * which may be long or private.
 */
public final class StrictJson {
  /** Deepest nesting that is read; holds any filter within its limits. */
  public static final int MAX_DEPTH = 64;

  /** Longest string that is read, in characters. */
  public static final int MAX_STRING_LENGTH = 16 << 20;

  /** Longest number that is read, in characters. */
  public static final int MAX_NUMBER_LENGTH = 1_000;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_STRING_LENGTH)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .build())
                  .build())
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StrictJson() {}

  /** Reads the value that begins at the parser's current token. */
  interface Body<T> {
    /** Reads it; faults are {@link InvalidInputException}s whose messages have no place yet. */
    T read(JsonParser parser) throws IOException;
  }

  /**
   * Reads one JSON object.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code json_invalid}, {@code json_duplicate_key}, {@code
   *     json_trailing} or {@code json_limit} naming {@code where}, line and column; {@code
   *     type_mismatch} for JSON that is not an object
   */
  public static ObjectNode readObject(String json, String where) {
    return read(json, where, StrictJson::tree);
  }

  /** Reads one JSON value with its own reader. Every fault's message begins with {@code where}. */
  static <T> T read(String json, String where, Body<T> body) {
    if (!json.isEmpty() && json.charAt(0) == BYTE_ORDER_MARK) {
      throw new InvalidInputException(
          ErrorCode.JSON_INVALID, where + ": begins with a byte order mark, expected JSON");
    }
    try (JsonParser parser = MAPPER.getFactory().createParser(json)) {
      return read(parser, body);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(e.code(), where + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(where, e);
    }
  }

  private static <T> T read(JsonParser parser, Body<T> body) throws IOException {
    try {
      if (parser.nextToken() == null) {
        throw new InvalidInputException(ErrorCode.JSON_INVALID, "is empty, expected JSON");
      }
      T value = body.read(parser);
      requireEnd(parser);
      return value;
    } catch (JsonProcessingException e) {
      // Limits are reported without a place.
      JsonLocation known = e.getLocation();
      throw JsonFaults.of(e, known == null ? parser.currentLocation() : known);
    }
  }

  /** The object that begins at the parser's current token. */
  static ObjectNode tree(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InvalidInputException(
          ErrorCode.TYPE_MISMATCH, "expected a JSON object, got " + describe(parser));
    }
    JsonNode node = MAPPER.readTree(parser);
    return (ObjectNode) node;
  }

  /** How a message calls the parser's current token: its JSON type, with the article. */
  static String describe(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> "no value";
    };
  }

  /** Writes JSON without line breaks. */
  static JsonGenerator generator(Writer target) throws IOException {
    return MAPPER.createGenerator(target);
  }

  /** Reads any JSON value; empty text gives a missing node. */
  static JsonNode parse(String json) throws JsonProcessingException {
    return MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(json);
  }

  /** The tokens of a text, read as strictly. */
  static JsonParser tokens(String json) throws IOException {
    return MAPPER.createParser(json);
  }

  /** An empty object to fill and {@link Object#toString() print}. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The object as indented text. */
  public static String pretty(ObjectNode object) {
    return object.toPrettyString() + "\n";
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    boolean trailing;
    try {
      trailing = parser.nextToken() != null;
    } catch (StreamConstraintsException e) {
      throw e;
    } catch (JsonProcessingException e) {
      // Whatever it is, it stands behind the end.
      trailing = true;
    }
    if (trailing) {
      throw new InvalidInputException(
          ErrorCode.JSON_TRAILING,
          "content after the end of the JSON value"
              + JsonFaults.place(parser.currentTokenLocation()));
    }
  }
}
