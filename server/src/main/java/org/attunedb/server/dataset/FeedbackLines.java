package org.attunedb.server.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.Query;
import org.attunedb.index.Feedback;
import org.jspecify.annotations.Nullable;

/**
 * Feedback as JSON, an object a line: {@code query} (a text) and/or {@code vector} (numbers),
 * {@code shown} (ids, best first), and where there are any {@code chosen}, {@code time} (ISO 8601)
 * and {@code adapter}. Stateless.
 */
public final class FeedbackLines {
  private static final Set<String> FIELDS =
      Set.of("query", "vector", "shown", "chosen", "time", "adapter");

  private FeedbackLines() {}

  /** An entry as a line, without its end. */
  public static String write(Feedback entry) {
    ObjectNode json = StrictJson.object();
    json.put("time", entry.time().toString());
    String text = entry.query().text();
    if (text != null) {
      json.put("query", text);
    }
    Embedding vector =
        switch (entry.query()) {
          case Query.ByText byText -> null;
          case Query.ByEmbedding given -> given.embedding();
          case Query.ByTextAndEmbedding given -> given.embedding();
        };
    if (vector != null) {
      var components = json.putArray("vector");
      for (float component : vector.toArray()) {
        components.add(component);
      }
    }
    var shown = json.putArray("shown");
    entry.shown().forEach(shown::add);
    entry.chosen().ifPresent(id -> json.put("chosen", id));
    entry.adapter().ifPresent(version -> json.put("adapter", version));
    return json.toString();
  }

  /**
   * Reads a whole file.
   *
   * @param now the time of lines without one
   * @throws InvalidInputException {@code file_unreadable} or {@code file_malformed} with file and
   *     line
   */
  public static List<Feedback> read(Path file, Instant now) {
    List<Feedback> entries = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(file, file.toString())) {
      for (ObjectNode object = lines.next(); object != null; object = lines.next()) {
        entries.add(entry(lines, object, now));
      }
    }
    return entries;
  }

  private static Feedback entry(JsonLines lines, ObjectNode object, Instant now) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                throw lines.fault("field " + FileFault.quote(name) + " is unknown");
              }
            });
    try {
      return new Feedback(
          query(lines, object),
          shown(lines, object.path("shown")),
          optional(lines, object, "chosen"),
          time(lines, object, now),
          optional(lines, object, "adapter"));
    } catch (InvalidInputException e) {
      throw e.getMessage().startsWith(lines.place()) ? e : lines.fault(e.getMessage(), e);
    }
  }

  private static Query query(JsonLines lines, ObjectNode object) {
    Embedding vector = vector(lines, object.path("vector"));
    if (vector == null) {
      return new Query.ByText(lines.requiredText(object, "query"));
    }
    return object.path("query").isMissingNode()
        ? new Query.ByEmbedding(vector)
        : new Query.ByTextAndEmbedding(lines.requiredText(object, "query"), vector);
  }

  private static @Nullable Embedding vector(JsonLines lines, JsonNode json) {
    if (json.isMissingNode()) {
      return null;
    }
    float[] components = new float[json.size()];
    for (int i = 0; i < components.length; i++) {
      if (!json.isArray() || !json.path(i).isNumber()) {
        throw lines.fault("field 'vector' is not an array of numbers");
      }
      components[i] = json.path(i).floatValue();
    }
    return Embedding.of(components);
  }

  private static List<String> shown(JsonLines lines, JsonNode json) {
    if (!json.isArray()) {
      throw lines.fault("field 'shown' is missing or no array, expected ids");
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode id : json) {
      if (!id.isTextual()) {
        throw lines.fault(
            "field 'shown' has " + JsonLines.describe(id) + ", expected strings only");
      }
      ids.add(id.textValue());
    }
    return ids;
  }

  private static Optional<String> optional(JsonLines lines, ObjectNode object, String field) {
    return object.hasNonNull(field)
        ? Optional.of(lines.requiredText(object, field))
        : Optional.empty();
  }

  private static Instant time(JsonLines lines, ObjectNode object, Instant now) {
    Optional<String> time = optional(lines, object, "time");
    try {
      return time.map(Instant::parse).orElse(now);
    } catch (DateTimeException e) {
      throw lines.fault("field 'time' is not a time such as 2026-11-21T10:00:00Z", e);
    }
  }
}
