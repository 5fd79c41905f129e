package org.attunedb.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Metadata as a JSON object: string ↔ Text, integer ↔ Int, number with a fraction or exponent ↔
 * Real, boolean ↔ Flag, array of strings ↔ TextList. Types and order survive a round trip.
 */
public final class MetadataJson {
  private MetadataJson() {}

  /** Writes metadata. */
  public static ObjectNode write(Metadata metadata) {
    ObjectNode object = StrictJson.object();
    metadata.asMap().forEach((key, value) -> put(object, key, value));
    return object;
  }

  private static void put(ObjectNode object, String key, MetadataValue value) {
    switch (value) {
      case MetadataValue.Text text -> object.put(key, text.value());
      case MetadataValue.Int integer -> object.put(key, integer.value());
      case MetadataValue.Real real -> object.put(key, real.value());
      case MetadataValue.Flag flag -> object.put(key, flag.value());
      case MetadataValue.TextList list -> {
        ArrayNode array = object.putArray(key);
        list.values().forEach(array::add);
      }
    }
  }

  /**
   * Reads metadata.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code metadata_invalid} for a value of another shape
   */
  public static Metadata read(ObjectNode object, String where) {
    Metadata.Builder builder = Metadata.builder();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      builder.put(entry.getKey(), value(entry.getKey(), entry.getValue(), where));
    }
    return builder.build();
  }

  private static MetadataValue value(String key, JsonNode node, String where) {
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
      return MetadataValue.of(strings(key, array, where));
    }
    throw unsupported(key, node, where);
  }

  private static List<String> strings(String key, ArrayNode array, String where) {
    List<String> strings = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw unsupported(key, element, where);
      }
      strings.add(element.textValue());
    }
    return strings;
  }

  private static InvalidInputException unsupported(String key, JsonNode node, String where) {
    return new InvalidInputException(
        ErrorCode.METADATA_INVALID,
        "%s: metadata '%s' is %s, expected a string, a 64-bit integer, a number, a boolean or an array of strings"
            .formatted(where, key, node.getNodeType().name().toLowerCase(java.util.Locale.ROOT)));
  }
}
