package org.attunedb.server.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Map;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Turns the lines of a BEIR folder's {@code corpus.jsonl} into documents, one at a time. After a
 * fault of one line the next one can be read. Not thread-safe.
 */
public final class DocumentFile implements Closeable {
  /** Name of the file. */
  public static final String NAME = "corpus.jsonl";

  private static final String TITLE = "title";

  private final JsonLines lines;

  private DocumentFile(JsonLines lines) {
    this.lines = lines;
  }

  /**
   * Opens the file in a folder.
   *
   * @param displayName how messages call the file
   * @throws InvalidInputException {@code file_unreadable}
   */
  public static DocumentFile open(Path folder, String displayName) {
    return new DocumentFile(JsonLines.open(folder.resolve(NAME), displayName));
  }

  static DocumentFile open(Path folder) {
    return open(folder, NAME);
  }

  /**
   * The next document, or null at the end.
   *
   * @throws InvalidInputException {@code file_malformed} for a line that is not as described,
   *     {@code json_limit} for one that is too long or nested too deeply
   */
  public @Nullable Document next() {
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

  /** The line that {@link #next} read last; null if it could not be read as text. */
  public @Nullable String line() {
    return lines.line();
  }

  /** 1-based number of the line that {@link #next} read last. */
  public long number() {
    return lines.number();
  }

  /** Bytes of all lines so far. */
  public long position() {
    return lines.position();
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
    ObjectNode kept = StrictJson.object();
    for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
      boolean taken = entry.getKey().equals(TITLE) && !title.isEmpty();
      if (!entry.getValue().isNull() && !taken) {
        kept.set(entry.getKey(), entry.getValue());
      }
    }
    MetadataJson.read(kept, "document").asMap().forEach(builder::put);
    return builder.build();
  }
}
