package org.attunedb.index.internal.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.codec.MetadataJson;
import org.attunedb.core.codec.StrictJson;

/**
 * Operations as bytes. All numbers but vector components are big-endian; strings are their length
 * in UTF-8 bytes (i32) and the bytes.
 *
 * <pre>
 * type i8                1 upsert, 2 delete ids, 3 delete matching, 4 delete all
 * upsert                 count i32; for each document:
 *                          parts i8 (1 text, 2 metadata, 4 vector), id string,
 *                          text string, metadata string (JSON),
 *                          dimension i32 and f32[] little-endian: each if its part is set
 * delete ids             count i32, id strings
 * delete matching        filter string (JSON)
 * </pre>
 *
 * Stateless.
 */
public final class OperationCodec {
  private static final int UPSERT = 1;
  private static final int DELETE_IDS = 2;
  private static final int DELETE_MATCHING = 3;
  private static final int DELETE_ALL = 4;

  private static final int TEXT = 1;
  private static final int METADATA = 2;
  private static final int VECTOR = 4;

  private OperationCodec() {}

  /** The bytes of an operation. */
  public static byte[] encode(Operation operation) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      switch (operation) {
        case Operation.Upsert upsert -> {
          out.writeByte(UPSERT);
          out.writeInt(upsert.documents().size());
          for (Document document : upsert.documents()) {
            write(out, document);
          }
        }
        case Operation.DeleteIds delete -> {
          out.writeByte(DELETE_IDS);
          out.writeInt(delete.ids().size());
          for (String id : delete.ids()) {
            write(out, id);
          }
        }
        case Operation.DeleteMatching delete -> {
          out.writeByte(DELETE_MATCHING);
          write(out, FilterJson.write(delete.filter()).toString());
        }
        case Operation.DeleteAll all -> out.writeByte(DELETE_ALL);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("encoding to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Document document) throws IOException {
    String text = document.text();
    Embedding vector = document.embedding();
    boolean metadata = !document.metadata().isEmpty();
    out.writeByte(
        (text == null ? 0 : TEXT) | (metadata ? METADATA : 0) | (vector == null ? 0 : VECTOR));
    write(out, document.id());
    if (text != null) {
      write(out, text);
    }
    if (metadata) {
      write(out, MetadataJson.write(document.metadata()).toString());
    }
    if (vector != null) {
      float[] components = vector.toArray();
      ByteBuffer floats =
          ByteBuffer.allocate(components.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      floats.asFloatBuffer().put(components);
      out.writeInt(components.length);
      out.write(floats.array());
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * The operation of bytes whose checksum was right.
   *
   * @throws IOException if they are not an operation
   */
  public static Operation decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    Operation operation;
    try {
      operation = read(in);
    } catch (IllegalArgumentException e) {
      throw new IOException("not an operation: " + e.getMessage(), e);
    }
    if (in.available() > 0) {
      throw new IOException("operation is followed by " + in.available() + " bytes");
    }
    return operation;
  }

  private static Operation read(DataInputStream in) throws IOException {
    int type = in.readByte();
    return switch (type) {
      case UPSERT -> {
        int count = count(in);
        List<Document> documents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          documents.add(readDocument(in));
        }
        yield new Operation.Upsert(documents);
      }
      case DELETE_IDS -> {
        int count = count(in);
        List<String> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          ids.add(readString(in));
        }
        yield new Operation.DeleteIds(ids);
      }
      case DELETE_MATCHING -> new Operation.DeleteMatching(FilterJson.read(readString(in)));
      case DELETE_ALL -> new Operation.DeleteAll();
      default -> throw new IOException("operation type " + type + " is unknown");
    };
  }

  private static Document readDocument(DataInputStream in) throws IOException {
    int parts = in.readByte();
    String id = readString(in);
    String text = (parts & TEXT) == 0 ? null : readString(in);
    Metadata metadata =
        (parts & METADATA) == 0
            ? Metadata.empty()
            : MetadataJson.read(StrictJson.readObject(readString(in), id), id);
    return new Document(id, text, metadata, (parts & VECTOR) == 0 ? null : readVector(in));
  }

  private static Embedding readVector(DataInputStream in) throws IOException {
    byte[] bytes = readBytes(in, count(in) * (long) Float.BYTES);
    float[] components = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
    return Embedding.of(components);
  }

  private static String readString(DataInputStream in) throws IOException {
    return new String(readBytes(in, in.readInt()), StandardCharsets.UTF_8);
  }

  /** Every counted thing has at least one byte, so a count above the rest is not one. */
  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > in.available()) {
      throw new IOException("count " + count + " with " + in.available() + " bytes left");
    }
    return count;
  }

  private static byte[] readBytes(DataInputStream in, long length) throws IOException {
    if (length < 0 || length > in.available()) {
      throw new IOException("length " + length + " with " + in.available() + " bytes left");
    }
    return in.readNBytes((int) length);
  }
}
