package org.attunedb.server.transfer;

import org.attunedb.core.Document;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** What one unit of an input file turned out to be. */
sealed interface Row {
  /** Where it stands. */
  Place place();

  /**
   * A line, or a vector of a file without lines.
   *
   * @param file as messages call it
   * @param number counted from 1
   */
  record Place(String file, long number) {
    @Override
    public String toString() {
      return file + ":" + number;
    }
  }

  /**
   * A document.
   *
   * @param source the line that it stands in; null if its file has none
   */
  record Good(Place place, Document document, @Nullable String source) implements Row {

    /** The same row, found to be of no use for a reason that does not name the place yet. */
    Bad refused(InvalidInputException fault) {
      return Bad.of(place, fault, source);
    }
  }

  /**
   * Something else.
   *
   * @param fault its message begins with the place
   * @param source the line as it was read; null if it is not text
   */
  record Bad(Place place, InvalidInputException fault, @Nullable String source) implements Row {
    /** A row with a fault whose message does not name the place yet. */
    static Bad of(Place place, InvalidInputException fault, @Nullable String source) {
      String message = place + ": " + fault.getMessage();
      return new Bad(place, new InvalidInputException(fault.code(), message, fault), source);
    }
  }
}
