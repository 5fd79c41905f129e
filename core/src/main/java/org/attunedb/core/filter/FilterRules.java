package org.attunedb.core.filter;

import java.nio.charset.StandardCharsets;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** What a single condition may consist of. */
final class FilterRules {
  private static final int SHOWN = 40;

  private FilterRules() {}

  // Half of a surrogate pair is part of a Java string but not of its UTF-8 bytes, which are stored.
  static void requireField(String field) {
    if (!isUnicode(field)) {
      throw invalid("filter field name has an unpaired surrogate, expected valid Unicode");
    }
  }

  static void requireText(String field, String text) {
    if (!isUnicode(text)) {
      throw invalid(on(field) + " has an unpaired surrogate, expected valid Unicode");
    }
  }

  static void requireOrdered(String field, MetadataValue value) {
    if (value instanceof MetadataValue.Flag || value instanceof MetadataValue.TextList) {
      throw invalid(
          on(field) + " orders by a flag or a list, expected a string, a number, a UUID or a time");
    }
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
