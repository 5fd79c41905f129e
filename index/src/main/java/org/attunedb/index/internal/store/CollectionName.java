package org.attunedb.index.internal.store;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** Which names collections may have: those that every file system keeps as they are. Stateless. */
public final class CollectionName {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** Not a collection name, so that what a crash left behind is recognised. */
  private static final String TEMPORARY = ".tmp";

  private static final int SHOWN = 80;

  private CollectionName() {}

  /** Whether a collection may have this name. */
  public static boolean isValid(String name) {
    return NAME.matcher(name).matches();
  }

  /** Whether a folder has the name of a collection. */
  public static boolean isCollection(Path path) {
    return isValid(path.getFileName().toString());
  }

  /** The folder's name while it is made or deleted. */
  static Path temporary(Path path) {
    return path.resolveSibling(path.getFileName() + TEMPORARY);
  }

  /** Whether a folder was being made or deleted. */
  static boolean isTemporary(Path path) {
    return path.getFileName().toString().endsWith(TEMPORARY);
  }

  static String require(String name) {
    if (!isValid(name)) {
      throw new InvalidInputException(
          ErrorCode.NAME_INVALID,
          "collection name '%s', expected 1 to 63 of a-z 0-9 _ - with a letter or digit first"
              .formatted(name.substring(0, Math.min(SHOWN, name.length()))));
    }
    return name;
  }
}
