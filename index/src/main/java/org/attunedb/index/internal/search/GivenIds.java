package org.attunedb.index.internal.search;

import java.util.Collection;
import java.util.Objects;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** Refuses ids that are null; every other text is an id that a document has or has not. */
public final class GivenIds {
  private GivenIds() {}

  /**
   * Passes if an id is given.
   *
   * @throws InvalidInputException {@code id_invalid}
   */
  public static String require(@Nullable String id) {
    if (id == null) {
      throw new InvalidInputException(ErrorCode.ID_INVALID, "document id is null, expected a text");
    }
    return id;
  }

  /**
   * Passes if all ids are given.
   *
   * @throws InvalidInputException {@code id_invalid} naming the first position without one
   */
  public static void requireAll(Collection<? extends @Nullable String> ids) {
    Objects.requireNonNull(ids, "ids");
    int position = 0;
    for (String id : ids) {
      if (id == null) {
        throw new InvalidInputException(
            ErrorCode.ID_INVALID,
            "document id at position " + position + " is null, expected a text");
      }
      position++;
    }
  }
}
