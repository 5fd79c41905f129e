package org.attunedb.core.codec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.util.regex.Pattern;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** Turns Jackson's faults into ours, without the pieces of the source that its messages hold. */
final class JsonFaults {
  private static final int LONGEST_REASON = 160;

  /** More than one character in quotes: a single one is named with its code and tells nothing. */
  private static final Pattern QUOTED = Pattern.compile("'[^']{2,}'|\"[^\"]{2,}\"");

  /** Which setting of Jackson's a limit is; nothing that a reader of the message could change. */
  private static final Pattern SETTING = Pattern.compile(", from `[^`]*`");

  private JsonFaults() {}

  static InvalidInputException of(JsonProcessingException e, JsonLocation location) {
    // The list of everything that JSON may begin with says less than the place.
    String reason = before(": was expecting (", before("\n", e.getOriginalMessage()));
    if (e instanceof StreamConstraintsException) {
      return fault(
          ErrorCode.JSON_LIMIT,
          "JSON beyond a limit",
          location,
          SETTING.matcher(reason).replaceAll(""),
          e);
    }
    if (reason.startsWith("Duplicate")) {
      return fault(
          ErrorCode.JSON_DUPLICATE_KEY, "duplicate key", location, "each may come once", e);
    }
    return fault(
        ErrorCode.JSON_INVALID,
        "malformed JSON",
        location,
        QUOTED.matcher(reason).replaceAll("..."),
        e);
  }

  /** Where in the text; the line only if it is not the first, as one line needs no number. */
  static String place(JsonLocation location) {
    return location.getLineNr() > 1
        ? " at line " + location.getLineNr() + ", column " + location.getColumnNr()
        : " at column " + location.getColumnNr();
  }

  private static InvalidInputException fault(
      ErrorCode code,
      String problem,
      JsonLocation location,
      String reason,
      JsonProcessingException e) {
    String shown = reason.substring(0, Math.min(LONGEST_REASON, reason.length()));
    return new InvalidInputException(code, problem + place(location) + " (" + shown + ")", e);
  }

  private static String before(String end, String message) {
    int index = message.indexOf(end);
    return index < 0 ? message : message.substring(0, index);
  }
}
