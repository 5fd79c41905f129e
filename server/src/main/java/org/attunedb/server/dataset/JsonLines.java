package org.attunedb.server.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Locale;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of one JSON object a line, with core's {@link StrictJson}: a dataset that is read
 * differently by two programs can't be compared. No conversion between types. Not thread-safe.
 */
final class JsonLines implements Closeable {
  private final LineReader lines;
  private @Nullable String line;

  private JsonLines(LineReader lines) {
    this.lines = lines;
  }

  static JsonLines open(Path path, String displayName) {
    return new JsonLines(LineReader.open(path, displayName));
  }

  /** The next object, or null at the end. */
  @Nullable ObjectNode next() {
    line = null;
    line = lines.next();
    if (line == null) {
      return null;
    }
    try {
      return StrictJson.readObject(line, place());
    } catch (InvalidInputException e) {
      throw e.code() == ErrorCode.JSON_LIMIT
          ? e
          : new InvalidInputException(ErrorCode.FILE_MALFORMED, e.getMessage(), e);
    }
  }

  /** File and line, as messages begin. */
  String place() {
    return lines.displayName() + ":" + lines.number();
  }

  /** The line that {@link #next} read last; null if it could not be read as text. */
  @Nullable String line() {
    return line;
  }

  /** 1-based number of the line that {@link #next} read last. */
  long number() {
    return lines.number();
  }

  /** Bytes of all lines so far. */
  long position() {
    return lines.position();
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
}
