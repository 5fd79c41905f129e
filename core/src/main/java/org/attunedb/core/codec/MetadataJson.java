package org.attunedb.core.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Metadata as a JSON object: string ↔ Text, integer ↔ Int, number with a fraction or exponent ↔
 * Real, boolean ↔ Flag, array of strings ↔ TextList, <code>{"$uuid": "…"}</code> ↔ Uuid, <code>
 * {"$time": "2026-11-21T10:00:00Z"}</code> ↔ Time. Types and order survive a round trip. Stateless.
 */
public final class MetadataJson {
  private MetadataJson() {}

  /** Writes metadata. */
  public static ObjectNode write(Metadata metadata) {
    ObjectNode object = StrictJson.object();
    metadata.asMap().forEach((key, value) -> object.set(key, ValueJson.write(value)));
    return object;
  }

  /**
   * Reads metadata.
   *
   * @param where what is being read, for the message
   * @throws InvalidInputException {@code metadata_invalid} naming {@code where} and the key for a
   *     value of another shape; as {@link Metadata#copyOf} for keys
   */
  public static Metadata read(ObjectNode object, String where) {
    Metadata.Builder builder = Metadata.builder();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      builder.put(entry.getKey(), value(entry.getKey(), entry.getValue(), where));
    }
    return builder.build();
  }

  private static MetadataValue value(String key, JsonNode node, String where) {
    try {
      return ValueJson.read(node);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          ErrorCode.METADATA_INVALID,
          where + ": metadata '" + ValueJson.shortened(key) + "': " + e.getMessage(),
          e);
    }
  }
}
