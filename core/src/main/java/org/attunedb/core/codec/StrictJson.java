package org.attunedb.core.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * JSON reading with the defaults that Jackson leaves open closed: duplicate keys, trailing tokens,
 * deep nesting and oversized strings are errors.
 */
public final class StrictJson {
  /** Deepest nesting that is read; holds any filter within its limits. */
  public static final int MAX_DEPTH = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(16 << 20)
                          .maxNumberLength(1_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StrictJson() {}

  /**
   * Reads one JSON object.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code file_malformed} naming {@code where}, line and column
   */
  public static ObjectNode readObject(String json, String where) {
    JsonNode node;
    try {
      node = parse(json);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          ErrorCode.FILE_MALFORMED, where + ": malformed JSON" + describe(e), e);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new InvalidInputException(
        ErrorCode.FILE_MALFORMED,
        where
            + ": expected a JSON object, got "
            + node.getNodeType().name().toLowerCase(Locale.ROOT));
  }

  /** Reads any JSON value; empty text gives a missing node. */
  static JsonNode parse(String json) throws JsonProcessingException {
    return MAPPER.readTree(json);
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

  // Jackson's own message can echo the source text, which may be long or private.
  static String describe(JsonProcessingException e) {
    String problem = e.getOriginalMessage();
    int end = problem.indexOf('\n');
    String firstLine = end < 0 ? problem : problem.substring(0, end);
    return e.getLocation() == null
        ? " (" + firstLine + ")"
        : " at column " + e.getLocation().getColumnNr() + " (" + firstLine + ")";
  }
}
