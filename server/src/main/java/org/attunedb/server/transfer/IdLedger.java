package org.attunedb.server.transfer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Remembers which ids were seen, and where, in at most 64 bytes for each however long they are: an
 * id is represented by 128 bits of its SHA-256, by which two ids are never taken for one in
 * practice. Not thread-safe.
 */
final class IdLedger {
  private static final int FIRST_CAPACITY = 1 << 10;

  private final MessageDigest digest = sha256();

  /** Open addressing; two words of hash and one of position each. Position 0 is a free place. */
  private long[] table = new long[3 * FIRST_CAPACITY];

  private int size;

  /**
   * Adds an id.
   *
   * @param position where it stands, above 0
   * @return where it stood before, or 0
   */
  long add(String id, long position) {
    if (4L * (size + 1) > 3L * (table.length / 3)) {
      grow();
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8)));
    long high = hash.getLong();
    long low = hash.getLong();
    int slot = slot(table, high, low);
    if (table[slot + 2] != 0) {
      return table[slot + 2];
    }
    put(table, slot, high, low, position);
    size++;
    return 0;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(table.length, 2)];
    for (int i = 0; i < table.length; i += 3) {
      if (table[i + 2] != 0) {
        put(larger, slot(larger, table[i], table[i + 1]), table[i], table[i + 1], table[i + 2]);
      }
    }
    table = larger;
  }

  /** The place of a hash, or the free one where it belongs. */
  private static int slot(long[] table, long high, long low) {
    int places = table.length / 3;
    int place = (int) Long.remainderUnsigned(low, places);
    while (true) {
      int slot = 3 * place;
      if (table[slot + 2] == 0 || (table[slot] == high && table[slot + 1] == low)) {
        return slot;
      }
      place = place + 1 == places ? 0 : place + 1;
    }
  }

  private static void put(long[] table, int slot, long high, long low, long position) {
    table[slot] = high;
    table[slot + 1] = low;
    table[slot + 2] = position;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
