package org.attunedb.server.dataset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Locale;
import org.attunedb.core.Document;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of one JSON object a line. Stricter than Jackson's defaults, because a dataset that
 * is read differently by two programs can't be compared: no duplicate keys, nothing after the
 * object, no conversion between types, bounded nesting and lengths. Not thread-safe.
 */
final class JsonLines implements Closeable {
  private static final int MAX_NESTING = 32;
  private static final int MAX_NUMBER_LENGTH = 100;
  private static final JsonMapper MAPPER = mapper();

  private final LineReader lines;

  private JsonLines(LineReader lines) {
    this.lines = lines;
  }

  static JsonLines open(Path path, String displayName) {
    return new JsonLines(LineReader.open(path, displayName));
  }

  /** The next object, or null at the end. */
  @Nullable ObjectNode next() {
    String line = lines.next();
    if (line == null) {
      return null;
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw FileFault.malformed(
          lines.displayName(),
          lines.number(),
          "malformed JSON at column "
              + (e.getLocation() == null ? 1 : e.getLocation().getColumnNr())
              + ": "
              + firstLine(e.getOriginalMessage()),
          e);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw fault("expected a JSON object, got " + describe(node));
  }

  /** A string that must be there. */
  String requiredText(ObjectNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null) {
      throw fault("field '" + field + "' is missing, expected a string");
    }
    return text(value, field);
  }

  /** A string, or an empty one where the field is missing or null. */
  String optionalText(ObjectNode object, String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? "" : text(value, field);
  }

  /** An error of the line that {@link #next} returned last. */
  RuntimeException fault(String problem) {
    return FileFault.malformed(lines.displayName(), lines.number(), problem);
  }

  RuntimeException fault(String problem, Throwable cause) {
    return FileFault.malformed(lines.displayName(), lines.number(), problem, cause);
  }

  /** How a message calls a value: its JSON type, with the article. */
  static String describe(JsonNode value) {
    String type = value.getNodeType().name().toLowerCase(Locale.ROOT);
    return switch (value.getNodeType()) {
      case ARRAY, OBJECT -> "an " + type;
      case NULL -> "null";
      default -> "a " + type;
    };
  }

  @Override
  public void close() {
    lines.close();
  }

  private String text(JsonNode value, String field) {
    if (!value.isTextual()) {
      throw fault("field '" + field + "' is " + describe(value) + ", expected a string");
    }
    return value.textValue();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  private static JsonMapper mapper() {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_NESTING)
            .maxStringLength(Document.MAX_TEXT_LENGTH)
            .maxNumberLength(MAX_NUMBER_LENGTH)
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
