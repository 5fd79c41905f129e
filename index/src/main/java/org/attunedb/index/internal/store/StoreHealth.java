package org.attunedb.index.internal.store;

import java.util.concurrent.atomic.AtomicReference;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store may be written. After a failed write or fsync nobody knows what is on the disk: a
 * second fsync may succeed without the data of the first. So the first failure ends all writes of
 * the store until it is opened again. Thread-safe.
 */
final class StoreHealth {
  private final AtomicReference<@Nullable String> reason;

  private StoreHealth(@Nullable String reason) {
    this.reason = new AtomicReference<>(reason);
  }

  static StoreHealth writable() {
    return new StoreHealth(null);
  }

  static StoreHealth readOnly() {
    return new StoreHealth("it was opened read-only");
  }

  /** The first failure stays the reason. */
  void fail(String collection, Throwable failure) {
    reason.compareAndSet(
        null,
        "a write to collection '%s' failed (%s), until it is opened again"
            .formatted(collection, failure.getMessage()));
  }

  boolean isWritable() {
    return reason.get() == null;
  }

  /**
   * Passes if the store may be written.
   *
   * @throws StoreException {@code read_only} with the reason
   */
  void requireWritable() {
    requireWritable("");
  }

  /** The same for what is no plain write, so that the message has to say why it needs to be one. */
  void requireWritable(String why) {
    String current = reason.get();
    if (current != null) {
      throw new StoreException(
          ErrorCode.READ_ONLY,
          "the store refuses writes: " + current + (why.isEmpty() ? "" : "; " + why));
    }
  }
}
