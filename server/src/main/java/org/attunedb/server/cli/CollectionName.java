package org.attunedb.server.cli;

import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** How collections may be called. */
public final class CollectionName {
  /** As the store checks it; known here so that no store is made for a name that it refuses. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private CollectionName() {}

  /**
   * Refuses a name that a store would refuse.
   *
   * @throws InvalidInputException {@code name_invalid}
   */
  public static void require(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          ErrorCode.NAME_INVALID, "collection name '" + name + "' does not match " + NAME);
    }
  }
}
