package org.attunedb.index.internal.search;

import java.io.IOException;

/** Gives out views of one collection. Thread-safe. */
@FunctionalInterface
public interface Views {
  /** Runs {@code reading} on the newest view, which is held until it returns. */
  <T> T read(Reading<T> reading);

  /** Something done with a view. */
  @FunctionalInterface
  interface Reading<T> {
    /** Reads from the view, which must not be kept. */
    T from(CollectionView view) throws IOException;
  }
}
