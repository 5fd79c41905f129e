package org.attunedb.server.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** Turns the lines of {@code corpus.jsonl} into documents, one at a time. Not thread-safe. */
final class DocumentFile implements Closeable {
  static final String NAME = "corpus.jsonl";
  private static final String TITLE = "title";

  private final JsonLines lines;

  private DocumentFile(JsonLines lines) {
    this.lines = lines;
  }

  static DocumentFile open(Path folder) {
    return new DocumentFile(JsonLines.open(folder.resolve(NAME), NAME));
  }

  /** The next document, or null at the end. */
  @Nullable Document next() {
    ObjectNode object = lines.next();
    if (object == null) {
      return null;
    }
    String id = lines.requiredText(object, "_id");
    String title = lines.optionalText(object, TITLE);
    String text = lines.requiredText(object, "text");
    try {
      return Document.of(id, title.isEmpty() ? text : title + "\n" + text, metadata(object, title));
    } catch (InvalidInputException e) {
      // Faults of the line's form have their place already; the core's own checks don't know it.
      throw e.code() == ErrorCode.FILE_MALFORMED
          ? e
          : lines.fault(String.valueOf(e.getMessage()), e);
    }
  }

  /** An error of the document that {@link #next} returned last. */
  RuntimeException fault(String problem) {
    return lines.fault(problem);
  }

  @Override
  public void close() {
    lines.close();
  }

  private Metadata metadata(ObjectNode object, String title) {
    Metadata.Builder builder = Metadata.builder();
    if (!title.isEmpty()) {
      builder.put(TITLE, title);
    }
    JsonNode metadata = object.get("metadata");
    if (metadata == null || metadata.isNull()) {
      return builder.build();
    }
    if (!metadata.isObject()) {
      throw lines.fault(
          "field 'metadata' is " + JsonLines.describe(metadata) + ", expected an object");
    }
    for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
      boolean taken = entry.getKey().equals(TITLE) && !title.isEmpty();
      if (!entry.getValue().isNull() && !taken) {
        builder.put(entry.getKey(), value(entry.getKey(), entry.getValue()));
      }
    }
    return builder.build();
  }

  private MetadataValue value(String key, JsonNode node) {
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
    if (node.isArray()) {
      return MetadataValue.of(strings(key, node));
    }
    throw lines.fault(
        "metadata '"
            + key
            + "' is "
            + (node.isIntegralNumber() ? "a number beyond 64 bits" : JsonLines.describe(node))
            + ", expected a string, a number, a boolean or a list of strings");
  }

  private List<String> strings(String key, JsonNode array) {
    List<String> strings = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw lines.fault(
            "metadata '"
                + key
                + "' is a list with "
                + JsonLines.describe(element)
                + ", expected only strings");
      }
      strings.add(element.textValue());
    }
    return strings;
  }
}
