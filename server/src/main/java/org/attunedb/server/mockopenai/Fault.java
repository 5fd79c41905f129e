package org.attunedb.server.mockopenai;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/** What the mock server can be told to do wrong with one request. */
public enum Fault {
  /** Answers as it should; a place holder in a script. */
  NONE,
  /** 401 with {@code invalid_api_key}. */
  UNAUTHORIZED,
  /** 404 with {@code model_not_found}. */
  MODEL_NOT_FOUND,
  /** 429 with {@code rate_limit_exceeded} and a {@code Retry-After} header. */
  RATE_LIMITED,
  /** The same, with a date in the {@code Retry-After} header. */
  RATE_LIMITED_UNTIL,
  /** 429 with {@code insufficient_quota}, which waiting does not cure. */
  QUOTA,
  /** 500. */
  SERVER_ERROR,
  /** 302 to a path of the same server. */
  REDIRECT,
  /** No answer until the client gives up or the server is closed. */
  HANG,
  /** Half of the answer, then the connection is closed. */
  CUT_OFF,
  /** 200 with a body that is not JSON. */
  INVALID_JSON,
  /** Embeddings: numbers where base64 was asked for, as servers answer that know nothing else. */
  DECIMAL,
  /** Embeddings: vectors of one component too few. */
  WRONG_DIMENSION,
  /** Embeddings: the last vector is left out. */
  FEWER_ITEMS,
  /** Embeddings: in reverse, each with its right {@code index}, as the API allows. */
  REORDERED,
  /** Embeddings: two vectors with the same {@code index}. */
  SAME_INDEX,
  /** Embeddings: a component is NaN. */
  NOT_FINITE,
  /** Chat: a refusal in place of the content. */
  REFUSAL,
  /** Chat: half of the content, with the finish reason {@code length}. */
  LENGTH,
  /** Chat: no content, with the finish reason {@code content_filter}. */
  CONTENT_FILTER,
  /** Chat: a JSON object that does not follow the schema. */
  WRONG_SCHEMA,
  /**
   * No fault at all: the answer as servers give it that are compatible where it matters. It has no
   * {@code id}, {@code object}, {@code created} and {@code usage}, and a {@code service_tier} of
   * their own.
   */
  SPARSE;

  /** The name in scripts, headers and options: lower case with underscores. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The fault of that wire name.
   *
   * @throws InvalidInputException {@code option_out_of_range}
   */
  public static Fault of(String wireName) {
    return Arrays.stream(values())
        .filter(fault -> fault.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    ErrorCode.OPTION_OUT_OF_RANGE,
                    "fault '%s' is unknown, expected one of %s"
                        .formatted(
                            wireName,
                            Arrays.stream(values())
                                .map(Fault::wireName)
                                .collect(Collectors.joining(", ")))));
  }
}
