package org.attunedb.bench.faults;

import java.util.Locale;

/** The operations of a disk that can be cut or fail. */
enum IoKind {
  CREATE,
  WRITE,
  FORCE,
  RENAME,
  DELETE,
  CREATE_DIRECTORY,
  FORCE_DIRECTORY,
  LINK,
  LIST,
  SIZE,
  READ;

  /** Whether a failure may stay without consequence: nothing that was promised hangs on it. */
  boolean mayBeIgnored() {
    return switch (this) {
      case DELETE, LIST, SIZE, READ, LINK -> true;
      case CREATE, WRITE, FORCE, RENAME, CREATE_DIRECTORY, FORCE_DIRECTORY -> false;
    };
  }

  /** The name in tables. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
