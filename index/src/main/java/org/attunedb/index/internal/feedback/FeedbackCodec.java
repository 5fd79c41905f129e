package org.attunedb.index.internal.feedback;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.Query;
import org.attunedb.index.Feedback;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an entry.
 *
 * <pre>
 * i64      milliseconds since 1970
 * i8       parts: 1 text, 2 vector, 4 adapter
 * string   text, if there is one
 * i32      dimension, and as many f32, little-endian, if there is a vector
 * string   adapter version, if there is one
 * i32      rank of the chosen document, 0 for none
 * i32      number of shown documents, and as many strings
 * </pre>
 *
 * <p>A string is its length in bytes (i32) and its UTF-8. Stateless.
 */
final class FeedbackCodec {
  private static final int TEXT = 1;
  private static final int VECTOR = 2;
  private static final int ADAPTER = 4;

  private FeedbackCodec() {}

  static byte[] encode(Feedback entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      String text = entry.query().text();
      Embedding vector = vector(entry.query());
      out.writeLong(entry.time().toEpochMilli());
      out.writeByte(
          (text == null ? 0 : TEXT)
              | (vector == null ? 0 : VECTOR)
              | (entry.adapter().isEmpty() ? 0 : ADAPTER));
      if (text != null) {
        write(out, text);
      }
      if (vector != null) {
        write(out, vector);
      }
      if (entry.adapter().isPresent()) {
        write(out, entry.adapter().get());
      }
      out.writeInt(entry.rank());
      out.writeInt(entry.shown().size());
      for (String id : entry.shown()) {
        write(out, id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to the heap", e);
    }
    return bytes.toByteArray();
  }

  static @Nullable Embedding vector(Query query) {
    return switch (query) {
      case Query.ByText text -> null;
      case Query.ByEmbedding given -> given.embedding();
      case Query.ByTextAndEmbedding given -> given.embedding();
    };
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void write(DataOutputStream out, Embedding vector) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.dimension() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector.toArray());
    out.writeInt(vector.dimension());
    out.write(bytes.array());
  }

  /** Reads an entry; empty if the bytes are none, which their checksum makes most unlikely. */
  static Optional<Feedback> decode(ByteBuffer body) {
    try {
      ByteBuffer in = body.duplicate();
      Instant time = Instant.ofEpochMilli(in.getLong());
      int parts = in.get();
      String text = (parts & TEXT) == 0 ? null : string(in);
      Embedding vector = (parts & VECTOR) == 0 ? null : embedding(in);
      String adapter = (parts & ADAPTER) == 0 ? null : string(in);
      int rank = in.getInt();
      int count = in.getInt();
      List<String> shown = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        shown.add(string(in));
      }
      String chosen = rank == 0 ? null : shown.get(rank - 1);
      return Optional.of(
          new Feedback(
              query(text, vector),
              shown,
              Optional.ofNullable(chosen),
              time,
              Optional.ofNullable(adapter)));
    } catch (BufferUnderflowException | IndexOutOfBoundsException | InvalidInputException e) {
      return Optional.empty();
    }
  }

  private static Query query(@Nullable String text, @Nullable Embedding vector) {
    if (vector == null) {
      return new Query.ByText(text == null ? "" : text);
    }
    return text == null
        ? new Query.ByEmbedding(vector)
        : new Query.ByTextAndEmbedding(text, vector);
  }

  private static String string(ByteBuffer in) {
    return new String(take(in, in.getInt()), StandardCharsets.UTF_8);
  }

  private static Embedding embedding(ByteBuffer in) {
    int dimension = in.getInt();
    float[] components = new float[Math.clamp(dimension, 0, Embedding.MAX_DIMENSION)];
    ByteBuffer.wrap(take(in, components.length * Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(components);
    return Embedding.of(components);
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
