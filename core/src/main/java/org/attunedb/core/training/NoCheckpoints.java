package org.attunedb.core.training;

import java.util.Optional;

/** For trainings that nobody will take up. */
enum NoCheckpoints implements CheckpointStore {
  INSTANCE;

  @Override
  public Optional<byte[]> read(String name) {
    return Optional.empty();
  }

  @Override
  public void write(String name, byte[] content) {
    // Forgotten at once.
  }
}
