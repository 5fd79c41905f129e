package org.attunedb.index.internal.search;

import org.attunedb.core.search.SearchAfter;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the total order is wanted.
 *
 * @param k most documents
 * @param after the place behind which they are; null for the beginning
 */
record Page(int k, @Nullable SearchAfter after) {
  static Page first(int k) {
    return new Page(k, null);
  }
}
