package org.attunedb.core.filter;

import java.nio.charset.StandardCharsets;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** What a single condition may consist of. */
final class FilterRules {
  private static final int SHOWN = 40;

  /** A metadata key is shorter by far; a filter is logged as JSON, whose names have a limit. */
  private static final int MAX_FIELD_CHARACTERS = 48_000;

  /** Twice as long as any value that is stored for filters. */
  private static final int MAX_TEXT_CHARACTERS = 64_000;

  private FilterRules() {}

  // Half of a surrogate pair is part of a Java string but not of its UTF-8 bytes, which are stored.
  static void requireField(String field) {
    requireLength("filter field name", field, MAX_FIELD_CHARACTERS);
    if (!isUnicode(field)) {
      throw invalid("filter field name has an unpaired surrogate, expected valid Unicode");
    }
  }

  static void requireText(String field, String text) {
    requireLength(on(field), text, MAX_TEXT_CHARACTERS);
    if (!isUnicode(text)) {
      throw invalid(on(field) + " has an unpaired surrogate, expected valid Unicode");
    }
  }

  static void requireValue(String field, MetadataValue value) {
    switch (value) {
      case MetadataValue.Text text -> requireText(field, text.value());
      case MetadataValue.TextList list -> list.values().forEach(v -> requireText(field, v));
      default -> {
        // The others have a fixed size.
      }
    }
  }

  private static void requireLength(String what, String text, int most) {
    if (text.length() > most) {
      throw new InvalidInputException(
          ErrorCode.FILTER_TOO_COMPLEX,
          "%s has %s characters, expected at most %s".formatted(what, text.length(), most));
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
