package org.attunedb.server.retry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Retry-After} (RFC 9110, 10.2.3): seconds, also broken ones, as some services
 * send them, or a date in any of the three forms of RFC 9110, 5.6.7. Stateless.
 */
public final class RetryAfter {
  /** Up to 30 years, so that no sum runs over. */
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");

  private static final DateTimeFormatter IMF_FIXDATE = form("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = form("EEE MMM ppd HH:mm:ss yyyy");

  /** Years of two digits begin so many years ago, by the same section. */
  private static final int CENTURY_BEGAN = 49;

  private RetryAfter() {}

  /**
   * How long a server asks to wait.
   *
   * @param value of the header
   * @param date of the answer's header {@code Date}; what a date in {@code value} is compared with,
   *     because the server's clock may be wrong; null for none
   * @param now what it is compared with otherwise
   * @return at least zero; empty if the value can't be read
   */
  public static Optional<Duration> wait(String value, @Nullable String date, Instant now) {
    String text = value.strip();
    if (NUMBER.matcher(text).matches()) {
      return Optional.of(duration(text, 1_000));
    }
    Instant answered = date == null ? now : date(date.strip(), now).orElse(now);
    return date(text, now)
        .map(until -> Duration.between(answered, until))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }

  /** The milliseconds of the header {@code Retry-After-Ms}, which OpenAI sends. */
  public static Optional<Duration> millis(String value) {
    String text = value.strip();
    return NUMBER.matcher(text).matches() ? Optional.of(duration(text, 1)) : Optional.empty();
  }

  private static Duration duration(String number, int unitMillis) {
    return Duration.ofMillis((long) Math.ceil(Double.parseDouble(number) * unitMillis));
  }

  private static Optional<Instant> date(String text, Instant now) {
    return parsed(IMF_FIXDATE, text)
        .or(() -> parsed(rfc850(now), text))
        .or(() -> parsed(ASCTIME, text));
  }

  private static Optional<Instant> parsed(DateTimeFormatter form, String text) {
    try {
      return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }

  private static DateTimeFormatter rfc850(Instant now) {
    int first = now.atOffset(ZoneOffset.UTC).getYear() - CENTURY_BEGAN;
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, first)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH);
  }
}
