package org.attunedb.index;

/** Is told how far verifying, backing up or restoring has come. Called by one thread at a time. */
@FunctionalInterface
public interface ByteProgress {
  /**
   * Tells the progress.
   *
   * @param done bytes that were handled so far, 0 to {@code total}
   * @param total bytes in all
   * @param file what was handled last, relative to the store
   */
  void update(long done, long total, String file);

  /** Tells nobody. */
  static ByteProgress none() {
    return (done, total, file) -> {};
  }
}
