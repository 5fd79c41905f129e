package org.attunedb.core.training;

import java.util.Optional;

/**
 * Keeps what a training has reached, so that another attempt at it need not begin anew. Used by the
 * training thread only.
 *
 * <p>Whoever provides it binds the content to the same labels, corpus and {@link TrainingConfig}: a
 * trainer may take up whatever it finds without comparing these. It still has to reject content
 * that another version of itself wrote.
 */
public interface CheckpointStore {
  /** Longest content, in bytes: 256 MiB. */
  int MAX_BYTES = 256 << 20;

  /**
   * The content last written under a name; empty if there is none, or if it was damaged since.
   *
   * @param name {@code [a-z0-9][a-z0-9._-]{0,63}}
   */
  Optional<byte[]> read(String name);

  /**
   * Writes content in the place of any older one of that name. It is written atomically: a later
   * read finds all of it, or what was there before, even if the process is killed meanwhile.
   *
   * @param name {@code [a-z0-9][a-z0-9._-]{0,63}}
   * @param content at most {@value #MAX_BYTES} bytes
   * @throws org.attunedb.core.error.InvalidInputException {@code option_out_of_range} for another
   *     name, or too much content
   * @throws org.attunedb.core.error.StoreException {@code store_io} if it can't be written
   */
  void write(String name, byte[] content);

  /** Keeps nothing. */
  static CheckpointStore none() {
    return NoCheckpoints.INSTANCE;
  }
}
