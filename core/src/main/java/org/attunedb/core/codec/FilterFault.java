package org.attunedb.core.codec;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.filter.Filter;
import org.jspecify.annotations.Nullable;

/** What is wrong with a filter's JSON, and where: the place is a JSON pointer (RFC 6901). */
final class FilterFault {
  private static final int MAX_POINTER_LENGTH = 1_000;

  private FilterFault() {}

  /** The pointer to a member of the value at {@code at}. */
  static String member(String at, String name) {
    return at + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  static InvalidInputException invalid(String at, String problem) {
    return invalid(at, problem, null);
  }

  static InvalidInputException invalid(String at, String problem, @Nullable Throwable cause) {
    String message = place(at) + problem;
    return cause == null
        ? new InvalidInputException(ErrorCode.FILTER_INVALID, message)
        : new InvalidInputException(ErrorCode.FILTER_INVALID, message, cause);
  }

  static InvalidInputException tooDeep(String at) {
    return tooComplex(at, "nested more than " + Filter.MAX_DEPTH + " levels deep");
  }

  static InvalidInputException tooMany(String at) {
    return tooComplex(at, "more than " + Filter.MAX_TERMS + " terms");
  }

  private static InvalidInputException tooComplex(String at, String problem) {
    return new InvalidInputException(ErrorCode.FILTER_TOO_COMPLEX, place(at) + problem);
  }

  private static String place(String at) {
    return "filter at '" + ValueJson.shortened(at, MAX_POINTER_LENGTH) + "': ";
  }
}
