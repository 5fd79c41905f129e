package org.attunedb.index.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file being written, from its start to its end. Not thread-safe. */
public interface OutputFile extends Closeable {
  /** Appends all remaining bytes. */
  void write(ByteBuffer bytes) throws IOException;

  /** Forces what was written to the disk. */
  void force() throws IOException;
}
