package org.attunedb.bench.ann;

import java.io.Closeable;
import java.io.IOException;

/** Rows as codes, compared with a query by nothing else and without a graph. Not thread-safe. */
interface CodedRows extends Closeable {
  /** The rows whose codes are closest to a query, closest first. */
  int[] nearest(float[] query, int count) throws IOException;
}
