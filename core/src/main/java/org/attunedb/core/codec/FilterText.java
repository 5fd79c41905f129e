package org.attunedb.core.codec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;

/** The text of a filter as a JSON tree of bounded depth. */
final class FilterText {
  /** Two levels for each connective, and four for a list of tagged values at the bottom. */
  private static final int MAX_JSON_DEPTH = 2 * (Filter.MAX_DEPTH - 1) + 4;

  private FilterText() {}

  static JsonNode parse(String json) {
    try (JsonParser tokens = StrictJson.tokens(json)) {
      try {
        check(tokens);
        return StrictJson.parse(json);
      } catch (JsonProcessingException e) {
        JsonLocation known = e.getLocation();
        InvalidInputException fault =
            JsonFaults.of(e, known == null ? tokens.currentLocation() : known);
        throw FilterFault.invalid(pointer(tokens), fault.getMessage(), e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Walks the tokens without recursion; duplicate keys are found here, where their place is known.
   */
  private static void check(JsonParser tokens) throws IOException {
    int depth = 0;
    for (JsonToken token = tokens.nextToken(); token != null; token = tokens.nextToken()) {
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      if (depth > MAX_JSON_DEPTH) {
        throw FilterFault.tooDeep(pointer(tokens));
      }
    }
  }

  private static String pointer(JsonParser tokens) {
    return tokens.getParsingContext().pathAsPointer().toString();
  }
}
