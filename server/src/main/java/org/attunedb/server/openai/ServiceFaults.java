package org.attunedb.server.openai;

import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.SseException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.attunedb.server.retry.RetryAfter;
import org.jspecify.annotations.Nullable;

/** What a failed attempt means: whether to repeat it, when, and how to tell people. Stateless. */
final class ServiceFaults {
  private static final int LONGEST_MESSAGE = 300;
  private static final Set<Integer> PASSING = Set.of(408, 409, 429);
  private static final Set<String> FINAL_CODES =
      Set.of("insufficient_quota", "billing_hard_limit_reached");

  /** Services show parts of the key that they refuse. */
  private static final Pattern KEY_LIKE = Pattern.compile("\\b(?:sk|pk|key)-[\\w*.-]+");

  private final @Nullable ApiKey key;
  private final AskedAddress address;

  ServiceFaults(@Nullable ApiKey key, AskedAddress address) {
    this.key = key;
    this.address = address;
  }

  /** Whether the same request may well be answered later. */
  boolean isPassing(RuntimeException failure) {
    return switch (failure) {
      case OpenAIServiceException e when isFinal(e) -> false;
      case OpenAIServiceException e -> PASSING.contains(e.statusCode()) || e.statusCode() >= 500;
      case OpenAIIoException e -> true;
      // An answer that broke off, or that is no JSON.
      case OpenAIInvalidDataException e -> true;
      default -> false;
    };
  }

  private static boolean isFinal(OpenAIServiceException failure) {
    return failure.code().filter(FINAL_CODES::contains).isPresent();
  }

  static boolean isRedirect(RuntimeException failure) {
    return failure instanceof OpenAIServiceException e
        && e.statusCode() >= 300
        && e.statusCode() < 400;
  }

  /** Whether there was nobody to talk to: no such host, no way to it, or nobody who listens. */
  static boolean isUnreachable(RuntimeException failure) {
    return isCausedBy(failure, ConnectException.class)
        || isCausedBy(failure, NoRouteToHostException.class)
        || isCausedBy(failure, UnknownHostException.class);
  }

  static boolean isRateLimit(RuntimeException failure) {
    return failure instanceof OpenAIServiceException e && e.statusCode() == 429;
  }

  /**
   * How long the service asks to wait.
   *
   * @param now for a date where the answer does not say when it was made
   */
  static Optional<Duration> retryAfter(RuntimeException failure, Instant now) {
    if (!(failure instanceof OpenAIServiceException e)) {
      return Optional.empty();
    }
    return header(e, "Retry-After-Ms")
        .flatMap(RetryAfter::millis)
        .or(
            () ->
                header(e, "Retry-After")
                    .flatMap(value -> RetryAfter.wait(value, header(e, "Date").orElse(null), now)));
  }

  private static Optional<String> header(OpenAIServiceException failure, String name) {
    return failure.headers().values(name).stream().findFirst();
  }

  /** What was wrong, on one line, without the key. */
  String describe(RuntimeException failure, Duration timeout) {
    return switch (failure) {
      case SseException e -> "the stream ended with an error: " + clean(e.body());
      case OpenAIServiceException e ->
          "status %s%s: %s"
              .formatted(
                  e.statusCode(),
                  e.code().map(code -> " (" + clean(code) + ")").orElse(""),
                  clean(withoutStatus(e)));
      case OpenAIIoException e when isCausedBy(e, InterruptedIOException.class) ->
          "no whole answer within " + timeout.toMillis() + " ms";
      case OpenAIIoException e when isUnreachable(e) -> "no connection (" + reason(e) + ")";
      case OpenAIIoException e when e.getCause() instanceof IOException io ->
          "the connection failed: " + clean(String.valueOf(io.getMessage()));
      case OpenAIIoException e -> "the connection failed: " + clean(String.valueOf(e.getMessage()));
      case OpenAIInvalidDataException e -> "the answer is not what the API promises";
      default -> clean(String.valueOf(failure.getMessage()));
    };
  }

  /** What may be wrong with the address, where a failure looks like that; else empty. */
  String addressFault(RuntimeException failure) {
    return switch (failure) {
      case OpenAIServiceException e when isUnknownAddress(e) -> address.told();
      case OpenAIInvalidDataException e -> address.doubted();
      default -> "";
    };
  }

  /** What a service answers that has nothing at an address, unlike one without the model. */
  private static boolean isUnknownAddress(OpenAIServiceException failure) {
    return (failure.statusCode() == 404 || failure.statusCode() == 405)
        && failure.code().filter("model_not_found"::equals).isEmpty();
  }

  /** The library begins its messages with the status, which is told already. */
  private static String withoutStatus(OpenAIServiceException failure) {
    String message = String.valueOf(failure.getMessage());
    String status = failure.statusCode() + ": ";
    return message.startsWith(status) ? message.substring(status.length()) : message;
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends IOException> kind) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** The innermost message: what the operating system says, such as "Connection refused". */
  private String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return clean(String.valueOf(cause.getMessage()));
  }

  private String clean(Object message) {
    String text = String.valueOf(message).replaceAll("\\s+", " ");
    if (key != null) {
      text = text.replace(key.value(), "…");
    }
    text = KEY_LIKE.matcher(text).replaceAll("…");
    return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + "…" : text;
  }
}
