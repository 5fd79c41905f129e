package org.attunedb.server.admin;

import java.util.Collection;
import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.cli.ExitCode;

/** What became of opening a collection, for commands that go on beside a damaged one. */
sealed interface FoundCollection {
  /** Its name. */
  String name();

  /** Can be used. */
  record Usable(VectorCollection collection) implements FoundCollection {
    @Override
    public String name() {
      return collection.name();
    }
  }

  /**
   * Can't be used, while others can.
   *
   * @param reason what was found
   */
  record Quarantined(String name, String reason) implements FoundCollection {
    /** How tables show it. */
    String state() {
      return "quarantined: " + reason;
    }
  }

  /**
   * Opens a collection.
   *
   * @throws org.attunedb.core.error.NotFoundException {@code collection_not_found}
   * @throws StoreException if not only this collection is affected
   */
  static FoundCollection find(Attune attune, String name) {
    try {
      return new Usable(attune.collection(name));
    } catch (StoreException e) {
      if (isOwn(e)) {
        return new Quarantined(name, reason(name, e));
      }
      throw e;
    }
  }

  /** Opens several. */
  static List<FoundCollection> findAll(Attune attune, Collection<String> names) {
    return names.stream().map(name -> find(attune, name)).toList();
  }

  /** How a command ends that did all it could. */
  static ExitCode exitCode(Collection<FoundCollection> found) {
    return found.stream().anyMatch(Quarantined.class::isInstance) ? ExitCode.STORE : ExitCode.OK;
  }

  /** Whether a failure is about one collection, not about the store. */
  static boolean isOwn(StoreException failure) {
    return failure.code() == ErrorCode.STORE_CORRUPT
        || failure.code() == ErrorCode.UNSUPPORTED_FORMAT;
  }

  /** The message, without what the row says anyway. */
  static String reason(String name, StoreException failure) {
    String said = "collection '%s' is quarantined: ".formatted(name);
    String message = failure.getMessage();
    return message.startsWith(said) ? message.substring(said.length()) : message;
  }
}
