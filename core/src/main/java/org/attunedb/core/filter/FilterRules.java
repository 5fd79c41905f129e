package org.attunedb.core.filter;

import java.nio.charset.StandardCharsets;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** What a single condition may consist of. */
final class FilterRules {
  private static final int SHOWN = 40;

  /** Longest name or text: no longer one is ever stored for filters. */
  private static final int MAX_CHARACTERS = 32_000;

  private FilterRules() {}

  // Half of a surrogate pair is part of a Java string but not of its UTF-8 bytes, which are stored.
  static void requireField(String field) {
    requireLength("filter field name", field);
    if (!isUnicode(field)) {
      throw invalid("filter field name has an unpaired surrogate, expected valid Unicode");
    }
  }

  static void requireText(String field, String text) {
    requireLength(on(field), text);
    if (!isUnicode(text)) {
      throw invalid(on(field) + " has an unpaired surrogate, expected valid Unicode");
    }
  }

  static void requireValue(String field, MetadataValue value) {
    switch (value) {
      case MetadataValue.Text text -> requireLength(on(field), text.value());
      case MetadataValue.TextList list -> list.values().forEach(v -> requireLength(on(field), v));
      default -> {
        // The others have a fixed size.
      }
    }
  }

  private static void requireLength(String what, String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new InvalidInputException(
          ErrorCode.FILTER_TOO_COMPLEX,
          "%s has %d characters, expected at most %d"
              .formatted(what, text.length(), MAX_CHARACTERS));
    }
  }

  static void requireOrdered(String field, MetadataValue value) {
    if (value instanceof MetadataValue.Flag || value instanceof MetadataValue.TextList) {
      throw invalid(
          on(field) + " orders by a flag or a list, expected a string, a number, a UUID or a time");
    }
    requireValue(field, value);
  }

  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static String on(String field) {
    boolean whole = field.codePointCount(0, field.length()) <= SHOWN;
    return "filter on '"
        + (whole ? field : field.substring(0, field.offsetByCodePoints(0, SHOWN)) + "…")
        + "'";
  }

  private static InvalidInputException invalid(String message) {
    return new InvalidInputException(ErrorCode.FILTER_INVALID, message);
  }
}
