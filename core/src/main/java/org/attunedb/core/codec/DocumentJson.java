package org.attunedb.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * A document as a JSON object in one line:
 *
 * <pre>{@code
 * {"id": "a7", "text": "...", "metadata": {"year": 2026}, "embedding": [0.25, -1.5]}
 * }</pre>
 *
 * <p>Only {@code id} must be there. Other members, and values of another type (also {@code null}),
 * are refused. Writing and reading gives an equal document: metadata keeps its types ({@link
 * MetadataJson}) and vectors their 32 bits, as each component is written as the shortest decimal
 * that stands for no other float.
 */
public final class DocumentJson {
  private static final int FIRST_CAPACITY = 64;
  private static final int LONGEST_NAME = 40;

  private DocumentJson() {}

  /** Writes a document without line breaks; members that it lacks are left out. */
  public static String write(Document document) {
    StringWriter target = new StringWriter();
    try (JsonGenerator json = StrictJson.generator(target)) {
      json.writeStartObject();
      json.writeStringField("id", document.id());
      String text = document.text();
      if (text != null) {
        json.writeStringField("text", text);
      }
      if (!document.metadata().isEmpty()) {
        json.writeFieldName("metadata");
        json.writeTree(MetadataJson.write(document.metadata()));
      }
      Embedding embedding = document.embedding();
      if (embedding != null) {
        writeVector(json, embedding);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return target.toString();
  }

  /**
   * Reads a document.
   *
   * @param where what is being read; every message begins with it
   * @throws InvalidInputException {@code json_invalid}, {@code json_duplicate_key}, {@code
   *     json_trailing} or {@code json_limit} as {@link StrictJson#readObject}; {@code
   *     missing_field} without an id; {@code unknown_field} for another member; {@code
   *     type_mismatch} for a value of another type; {@code vector_element_type} for an embedding
   *     that is not an array of numbers; {@code vector_not_finite} for a component beyond a float;
   *     and what {@link Document}, {@link Metadata} and {@link Embedding} refuse
   */
  public static Document read(String json, String where) {
    return StrictJson.read(json, where, DocumentJson::document);
  }

  private static void writeVector(JsonGenerator json, Embedding embedding) throws IOException {
    json.writeArrayFieldStart("embedding");
    for (int i = 0; i < embedding.dimension(); i++) {
      json.writeNumber(embedding.get(i));
    }
    json.writeEndArray();
  }

  private static Document document(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InvalidInputException(
          ErrorCode.TYPE_MISMATCH, "expected a JSON object, got " + StrictJson.describe(parser));
    }
    // NaN and Infinity, which Python writes: read here, so that they are refused by what they are.
    parser.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
    String id = null;
    String text = null;
    Metadata metadata = Metadata.empty();
    Embedding embedding = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      switch (name) {
        case "id" -> id = id(parser);
        case "text" -> text = string(parser, name);
        case "metadata" -> metadata = metadata(parser, id);
        case "embedding" -> embedding = vector(parser);
        default -> throw unknown(name);
      }
    }
    if (id == null) {
      throw new InvalidInputException(
          ErrorCode.MISSING_FIELD, "field 'id' is missing, expected a string");
    }
    return new Document(id, text, metadata, embedding);
  }

  private static String id(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      throw new InvalidInputException(
          ErrorCode.ID_INVALID, "field 'id' is null, expected a string");
    }
    return string(parser, "id");
  }

  private static String string(JsonParser parser, String name) throws IOException {
    requireType(parser, JsonToken.VALUE_STRING, name, "a string");
    return parser.getText();
  }

  private static Metadata metadata(JsonParser parser, @Nullable String id) throws IOException {
    requireType(parser, JsonToken.START_OBJECT, "metadata", "an object");
    return MetadataJson.read(
        StrictJson.tree(parser), id == null ? "document" : "document '" + id + "'");
  }

  private static Embedding vector(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new InvalidInputException(
          ErrorCode.VECTOR_ELEMENT_TYPE,
          "field 'embedding' is " + StrictJson.describe(parser) + ", expected an array of numbers");
    }
    float[] components = new float[FIRST_CAPACITY];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count == Embedding.MAX_DIMENSION) {
        throw new InvalidInputException(
            ErrorCode.DIMENSION_MISMATCH,
            "embedding has more than " + Embedding.MAX_DIMENSION + " dimensions");
      }
      if (count == components.length) {
        components = Arrays.copyOf(components, Math.min(2 * count, Embedding.MAX_DIMENSION));
      }
      components[count] = component(parser, count);
      count++;
    }
    return Embedding.of(Arrays.copyOf(components, count));
  }

  private static float component(JsonParser parser, int index) throws IOException {
    float value =
        switch (parser.currentToken()) {
          // Straight to a float: by way of a double, some decimals would be rounded twice.
          case VALUE_NUMBER_FLOAT -> parser.getFloatValue();
          // Jackson reads these as integers, which have no -0.
          case VALUE_NUMBER_INT -> Float.parseFloat(parser.getText());
          default ->
              throw new InvalidInputException(
                  ErrorCode.VECTOR_ELEMENT_TYPE,
                  "embedding element "
                      + index
                      + " is "
                      + StrictJson.describe(parser)
                      + ", expected a number");
        };
    if (!Float.isFinite(value)) {
      throw new InvalidInputException(
          ErrorCode.VECTOR_NOT_FINITE,
          "embedding element %s is beyond the range of a 32-bit float, expected a finite number"
              .formatted(index));
    }
    return value;
  }

  private static void requireType(JsonParser parser, JsonToken type, String name, String expected) {
    if (parser.currentToken() != type) {
      throw new InvalidInputException(
          ErrorCode.TYPE_MISMATCH,
          "field '%s' is %s, expected %s".formatted(name, StrictJson.describe(parser), expected));
    }
  }

  private static InvalidInputException unknown(String name) {
    String shown = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
    return new InvalidInputException(
        ErrorCode.UNKNOWN_FIELD,
        "field '" + shown + "' is unknown, expected id, text, metadata or embedding");
  }
}
