package org.attunedb.server.mockopenai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the API demands of a schema that is to be followed strictly. */
final class StrictSchema {
  private StrictSchema() {}

  /** What is wrong with a schema; null if nothing is. */
  static @Nullable String problem(JsonNode schema) {
    return problem(schema, "schema");
  }

  private static @Nullable String problem(JsonNode schema, String where) {
    if (schema.path("type").asText().equals("object")) {
      String own = objectProblem(schema, where);
      if (own != null) {
        return own;
      }
    }
    for (var member : schema.properties()) {
      String below = problem(member.getValue(), where + "." + member.getKey());
      if (below != null) {
        return below;
      }
    }
    return null;
  }

  private static @Nullable String objectProblem(JsonNode schema, String where) {
    if (schema.path("additionalProperties").asBoolean(true)) {
      return where + ": 'additionalProperties' is required to be supplied and to be false.";
    }
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (var property : schema.path("properties").properties()) {
      if (!required.contains(property.getKey())) {
        return where
            + ": 'required' must name every property; missing '"
            + property.getKey()
            + "'.";
      }
    }
    return null;
  }
}
