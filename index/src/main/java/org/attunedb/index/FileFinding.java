package org.attunedb.index;

/**
 * What {@link Attune#verify} found out about one file.
 *
 * @param path relative to the store, with {@code /} between names
 * @param bytes its length; 0 for one that is missing
 * @param state whether it is as it was written
 * @param note what is wrong, or is worth knowing; may be empty
 */
public record FileFinding(String path, long bytes, State state, String note) {
  /** Whether a file is as it was written. */
  public enum State {
    /** Every byte agrees with a checksum, and the content with that of the other files. */
    SOUND,
    /** Nothing refers to it, and no answer depends on it: a leftover, or not the store's. */
    UNREFERENCED,
    /** It is missing, changed, or does not fit the others. */
    DAMAGED
  }
}
