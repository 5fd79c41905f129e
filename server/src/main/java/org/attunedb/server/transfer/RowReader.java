package org.attunedb.server.transfer;

import java.io.Closeable;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** Reads an input file row by row. Not thread-safe. */
interface RowReader extends Closeable {
  /**
   * The next row, or null at the end.
   *
   * @throws InvalidInputException if the file as a whole can't be read any further
   */
  @Nullable Row next();

  /** Bytes of the file that were read so far. */
  long position();

  @Override
  void close();
}
