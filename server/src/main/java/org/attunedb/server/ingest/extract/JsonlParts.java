package org.attunedb.server.ingest.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.attunedb.core.Metadata;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * A text on each line: {@code {"id", "title", "text", "metadata"}}, of which only the text must be
 * there. A BEIR corpus, whose ids are called {@code _id}, is read as well. Texts without an id are
 * called by the number of their line.
 */
final class JsonlParts {
  private static final Set<String> FIELDS = Set.of("id", "_id", "title", "text", "metadata");

  private JsonlParts() {}

  static List<Part> of(String content, String fallbackTitle) throws UnreadableException {
    List<Part> parts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    String[] lines = content.split("\n");
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].isBlank()) {
        continue;
      }
      String place = "line " + (i + 1);
      Part part = part(lines[i], place, Integer.toString(i + 1), fallbackTitle);
      if (!names.add(part.name())) {
        throw new UnreadableException(place + ": id '" + part.name() + "' comes twice");
      }
      parts.add(part);
    }
    return parts;
  }

  private static Part part(String line, String place, String number, String fallbackTitle)
      throws UnreadableException {
    try {
      ObjectNode json = StrictJson.readObject(line, place);
      for (var field : json.properties()) {
        if (!FIELDS.contains(field.getKey())) {
          throw new UnreadableException(
              place
                  + ": field '"
                  + field.getKey()
                  + "' is unknown, expected id, title, text or metadata");
        }
      }
      String text = string(json, "text", place);
      if (text == null) {
        throw new UnreadableException(place + ": field 'text' is missing, expected a string");
      }
      String id = string(json, json.has("_id") ? "_id" : "id", place);
      String title = string(json, "title", place);
      StructuredText body = MarkdownText.of(Charsets.clean(text), fallbackTitle);
      return new Part(
          id == null || id.isBlank() ? number : id,
          title == null || title.isBlank() ? body : body.withTitle(title.strip()),
          metadata(json.get("metadata"), place));
    } catch (InvalidInputException e) {
      throw new UnreadableException(e.getMessage(), e);
    }
  }

  private static Metadata metadata(@Nullable JsonNode node, String place)
      throws UnreadableException {
    if (node == null || node.isNull()) {
      return Metadata.empty();
    }
    if (node instanceof ObjectNode object) {
      return MetadataJson.read(object, place);
    }
    throw new UnreadableException(place + ": field 'metadata' is not an object");
  }

  private static @Nullable String string(ObjectNode json, String field, String place)
      throws UnreadableException {
    JsonNode value = json.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new UnreadableException(place + ": field '" + field + "' is not a string");
    }
    return value.textValue();
  }
}
