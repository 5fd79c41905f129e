package org.attunedb.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** One metadata value as JSON; see {@link MetadataJson} for the form of each type. */
final class ValueJson {
  private static final String UUID_TAG = "$uuid";
  private static final String TIME_TAG = "$time";

  // UUID.fromString and Instant.parse read more: short groups, offsets, the 60th second, 24
  // o'clock.
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");
  private static final Pattern TIME_FORM =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z");

  private ValueJson() {}

  static JsonNode write(MetadataValue value) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (value) {
      case MetadataValue.Text text -> json.textNode(text.value());
      case MetadataValue.Int integer -> json.numberNode(integer.value());
      case MetadataValue.Real real -> json.numberNode(real.value());
      case MetadataValue.Flag flag -> json.booleanNode(flag.value());
      case MetadataValue.TextList list -> {
        ArrayNode array = json.arrayNode();
        list.values().forEach(array::add);
        yield array;
      }
      case MetadataValue.Uuid uuid -> json.objectNode().put(UUID_TAG, uuid.toString());
      case MetadataValue.Time time -> json.objectNode().put(TIME_TAG, time.toString());
    };
  }

  /** Whether an object is meant as a value, by its only member's name. */
  static boolean isTagged(ObjectNode object) {
    return object.size() == 1 && (object.has(UUID_TAG) || object.has(TIME_TAG));
  }

  /**
   * Reads a value.
   *
   * @throws InvalidInputException {@code metadata_invalid} saying what was expected and got, but
   *     not where
   */
  static MetadataValue read(JsonNode node) {
    if (node.isTextual()) {
      return MetadataValue.of(node.textValue());
    }
    if (node.isBoolean()) {
      return MetadataValue.of(node.booleanValue());
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return MetadataValue.of(node.longValue());
    }
    if (node.isFloatingPointNumber()) {
      return MetadataValue.of(node.doubleValue());
    }
    if (node instanceof ArrayNode array) {
      return MetadataValue.of(strings(array));
    }
    if (node instanceof ObjectNode object && isTagged(object)) {
      return object.has(UUID_TAG) ? uuid(object.get(UUID_TAG)) : time(object.get(TIME_TAG));
    }
    throw unsupported(describe(node));
  }

  private static List<String> strings(ArrayNode array) {
    List<String> strings = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw unsupported("an array with " + describe(element));
      }
      strings.add(element.textValue());
    }
    return strings;
  }

  private static MetadataValue uuid(JsonNode node) {
    if (!node.isTextual() || !UUID_FORM.matcher(node.textValue()).matches()) {
      throw malformed(
          UUID_TAG, node, "32 hexadecimal digits in groups of 8-4-4-4-12 joined by hyphens");
    }
    return MetadataValue.of(UUID.fromString(node.textValue()));
  }

  private static MetadataValue time(JsonNode node) {
    String form = "a time in UTC such as \"2026-11-21T10:00:00Z\", with up to 9 decimals";
    if (!node.isTextual() || !TIME_FORM.matcher(node.textValue()).matches()) {
      throw malformed(TIME_TAG, node, form);
    }
    Instant instant;
    try {
      instant = Instant.parse(node.textValue());
    } catch (DateTimeException e) {
      throw malformed(TIME_TAG, node, form);
    }
    return MetadataValue.of(instant);
  }

  private static InvalidInputException malformed(String tag, JsonNode got, String expected) {
    String shown = got.isTextual() ? "'" + shortened(got.textValue()) + "'" : describe(got);
    return invalid(tag + " is " + shown + ", expected " + expected);
  }

  private static InvalidInputException unsupported(String got) {
    return invalid(
        "got "
            + got
            + ", expected a string, a 64-bit integer, a number, a boolean, an array of strings,"
            + " {\"$uuid\": …} or {\"$time\": …}");
  }

  private static InvalidInputException invalid(String message) {
    return new InvalidInputException(ErrorCode.METADATA_INVALID, message);
  }

  /** What a node is, for messages; never its content. */
  static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER ->
          node.isIntegralNumber() && !node.canConvertToLong()
              ? "an integer beyond 64 bits"
              : "a number";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case NULL -> "null";
      case MISSING -> "nothing";
      default -> "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }

  /** The beginning of a caller's text, as long as a message can bear and without broken pairs. */
  static String shortened(String text) {
    return shortened(text, 80);
  }

  static String shortened(String text, int most) {
    String start = text.length() <= most ? text : text.substring(0, most) + "…";
    StringBuilder valid = new StringBuilder(start.length());
    start
        .codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(valid::appendCodePoint);
    return valid.toString();
  }
}
