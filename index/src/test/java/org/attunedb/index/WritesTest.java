package org.attunedb.index;

/** Writes to a store on disk, also after it was opened again. */
class WritesTest extends WritesContract {
  @Override
  void restart() {
    reopen();
  }
}
