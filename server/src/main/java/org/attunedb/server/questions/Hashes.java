package org.attunedb.server.questions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Numbers that depend on a text and a seed and on nothing else. Stateless. */
final class Hashes {
  private static final int HEX_BYTES = 8;
  private static final double UNIT = 0x1p-63;

  private Hashes() {}

  /** A number of 64 bits. */
  static long number(String text, long seed) {
    return ByteBuffer.wrap(digest(seed + "\0" + text)).getLong();
  }

  /** At least 0 and below 1. */
  static double share(String text, long seed) {
    return (number(text, seed) >>> 1) * UNIT;
  }

  /** Sixteen hexadecimal digits. */
  static String hex(String text) {
    return HexFormat.of().formatHex(digest(text), 0, HEX_BYTES);
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
