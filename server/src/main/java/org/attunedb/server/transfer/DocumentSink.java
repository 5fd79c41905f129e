package org.attunedb.server.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.DocumentJson;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** Where exported documents go, in one of the formats. */
interface DocumentSink {
  /**
   * Writes a document.
   *
   * @throws InvalidInputException {@code document_empty} if it lacks what the format is made of
   */
  void write(Document document) throws IOException;

  /** One JSON document a line. */
  static DocumentSink jsonl(OutputStream stream, boolean vectors) {
    return document -> {
      Document written = vectors ? document : document.withEmbedding(null);
      stream.write(line(DocumentJson.write(written)));
    };
  }

  /**
   * Lines of a BEIR corpus. Where a text begins with the document's title and a line break, as
   * import makes it of a title and a text, they are taken apart again.
   */
  static DocumentSink beir(OutputStream stream) {
    return document -> {
      String text = document.text();
      if (text == null) {
        throw lacking(document, "text", TransferFormat.BEIR);
      }
      String title =
          document
              .metadata()
              .text("title")
              .filter(t -> !t.isEmpty() && text.startsWith(t + "\n"))
              .orElse("");
      ObjectNode metadata = MetadataJson.write(document.metadata());
      if (!title.isEmpty()) {
        metadata.remove("title");
      }
      ObjectNode json = StrictJson.object();
      json.put("_id", document.id());
      json.put("title", title);
      json.put("text", title.isEmpty() ? text : text.substring(title.length() + 1));
      json.set("metadata", metadata);
      stream.write(line(json.toString()));
    };
  }

  /** Vectors as {@link FvecsRows} reads them, and their ids one a line. */
  static DocumentSink fvecs(OutputStream vectors, OutputStream ids) {
    return document -> {
      Embedding embedding = document.embedding();
      if (embedding == null) {
        throw lacking(document, "embedding", TransferFormat.FVECS);
      }
      ByteBuffer row =
          ByteBuffer.allocate(4 + 4 * embedding.dimension()).order(ByteOrder.LITTLE_ENDIAN);
      row.putInt(embedding.dimension());
      row.asFloatBuffer().put(embedding.toArray());
      vectors.write(row.array());
      ids.write(line(document.id()));
    };
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static InvalidInputException lacking(
      Document document, String part, TransferFormat format) {
    return new InvalidInputException(
        ErrorCode.DOCUMENT_EMPTY,
        "document '%s' has no %s, which --format %s is made of; --format jsonl keeps everything"
            .formatted(document.id(), part, format.name().toLowerCase(java.util.Locale.ROOT)));
  }
}
