package org.attunedb.server.openai;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 of what a vector depends on: service, model, dimension and text. The service, too,
 * because two of them may well call different models by one name.
 */
record CacheKey(long first, long second, long third, long fourth) {
  static final int BYTES = 4 * Long.BYTES;

  static CacheKey of(URI service, EmbeddingModel model, String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, service.toString());
      add(digest, model.info().name());
      add(digest, Integer.toString(model.dimension()));
      add(digest, text);
      return read(ByteBuffer.wrap(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** With its length before it, so that parts can't run into each other. */
  private static void add(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  static CacheKey read(ByteBuffer bytes) {
    return new CacheKey(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  void write(ByteBuffer bytes) {
    bytes.putLong(first).putLong(second).putLong(third).putLong(fourth);
  }
}
