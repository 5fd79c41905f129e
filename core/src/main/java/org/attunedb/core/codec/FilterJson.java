package org.attunedb.core.codec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.attunedb.core.filter.Filter;

/** Replaced by the merge. */
public final class FilterJson {
  private FilterJson() {}

  /** Replaced by the merge. */
  public static ObjectNode write(Filter filter) {
    throw new UnsupportedOperationException(filter.toString());
  }

  /** Replaced by the merge. */
  public static Filter read(String json) {
    throw new UnsupportedOperationException(json);
  }
}
