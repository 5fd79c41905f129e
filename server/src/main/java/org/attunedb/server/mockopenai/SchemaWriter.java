package org.attunedb.server.mockopenai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes JSON that follows a schema of the kind that structured outputs allow: objects, arrays,
 * strings, numbers, booleans, enumerations, {@code anyOf}, nullable types and references to
 * definitions. The values come from a {@link Behaviour}.
 */
final class SchemaWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Recursive schemas end here. */
  private static final int DEEPEST = 16;

  private final JsonNode root;
  private final Values values;

  SchemaWriter(JsonNode root, Values values) {
    this.root = root;
    this.values = values;
  }

  JsonNode write() {
    return write(root, "", 0, 0);
  }

  private JsonNode write(JsonNode schema, String member, int place, int depth) {
    if (schema.has("$ref")) {
      return write(resolve(schema.get("$ref").asText()), member, place, depth);
    }
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("enum")) {
      List<String> options = new ArrayList<>();
      schema.get("enum").forEach(option -> options.add(option.asText()));
      return schema.get("enum").get(values.choice(member, place, options));
    }
    if (schema.has("anyOf")) {
      return write(schema.get("anyOf").get(0), member, place, depth);
    }
    return switch (type(schema)) {
      case "object" -> object(schema, place, depth);
      case "array" -> array(schema, member, depth);
      case "boolean" -> NODES.booleanNode(values.flag(member, place));
      case "integer", "number" -> NODES.numberNode(values.number(member, place));
      case "null" -> NODES.nullNode();
      default -> NODES.textNode(values.text(member, place));
    };
  }

  /** The first type, where null is allowed, too. */
  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    return type.isArray() ? type.path(0).asText() : type.asText();
  }

  private ObjectNode object(JsonNode schema, int place, int depth) {
    ObjectNode object = NODES.objectNode();
    schema
        .path("properties")
        .properties()
        .forEach(
            entry ->
                object.set(
                    entry.getKey(), write(entry.getValue(), entry.getKey(), place, depth + 1)));
    return object;
  }

  private ArrayNode array(JsonNode schema, String member, int depth) {
    ArrayNode array = NODES.arrayNode();
    int size = depth >= DEEPEST ? 0 : values.items(member);
    int bounded =
        Math.max(
            schema.path("minItems").asInt(0),
            Math.min(size, schema.path("maxItems").asInt(Integer.MAX_VALUE)));
    for (int i = 0; i < bounded; i++) {
      array.add(write(schema.path("items"), member, i, depth + 1));
    }
    return array;
  }

  private JsonNode resolve(String reference) {
    return root.at(reference.substring(1));
  }
}
