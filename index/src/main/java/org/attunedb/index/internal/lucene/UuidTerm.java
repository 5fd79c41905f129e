package org.attunedb.index.internal.lucene;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.lucene.util.BytesRef;

/** A UUID as a term of 16 bytes, whose order is the UUID's as an unsigned number. */
final class UuidTerm {
  private UuidTerm() {}

  static BytesRef of(UUID uuid) {
    return new BytesRef(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }
}
