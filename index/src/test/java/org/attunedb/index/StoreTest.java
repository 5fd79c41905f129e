package org.attunedb.index;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test on a fresh store, which it may close and open again. */
abstract class StoreTest {
  @TempDir Path folder;

  Attune attune;

  @BeforeEach
  void open() {
    attune = Attune.open(folder, options());
  }

  @AfterEach
  void close() {
    attune.close();
  }

  void reopen() {
    close();
    open();
  }

  AttuneOptions options() {
    return AttuneOptions.defaults();
  }
}
