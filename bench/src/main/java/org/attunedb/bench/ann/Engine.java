package org.attunedb.bench.ann;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/** Something that finds nearest neighbours. Built once, then searched. Not thread-safe to build. */
interface Engine extends AutoCloseable {
  /**
   * Takes the vectors in and gets ready to search. A row's number is its identity.
   *
   * @param progress is told the rows taken so far
   */
  void build(RowFile base, IntConsumer progress) throws IOException;

  /** Bytes on disk after building; empty for what lives in memory. */
  OptionalLong diskBytes() throws IOException;

  /** The settings of a task that this engine knows; the same setting may stand for several. */
  List<SearchSetting> settings();

  /** Gets queries ready, which is not timed. */
  Lookup<?> lookup(float[][] queries, SearchSetting setting) throws IOException;

  @Override
  void close() throws IOException;
}
