package org.attunedb.index;

import org.junit.jupiter.api.BeforeEach;

/** The same writes without a disk. */
class InMemoryWritesTest extends WritesContract {
  @BeforeEach
  @Override
  void open() {
    attune = Attune.inMemory(options());
  }

  @Override
  void restart() {
    // Its content would be gone.
  }
}
