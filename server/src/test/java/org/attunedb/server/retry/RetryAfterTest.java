package org.attunedb.server.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  /** A Sunday; the dates below are RFC 9110's own example, in each of its forms. */
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "120 | 120000",
        " 7 | 7000",
        "0.25 | 250",
        "1.0001 | 1001",
        "Sun, 06 Nov 1994 08:49:37 GMT | 37000",
        "Sunday, 06-Nov-94 08:49:37 GMT | 37000",
        "Sun Nov  6 08:49:37 1994 | 37000",
        "Sun, 06 Nov 1994 08:48:00 GMT | 0",
      })
  void wait_everyForm_isRead(String value, long millis) {
    assertThat(RetryAfter.wait(value, null, NOW)).contains(Duration.ofMillis(millis));
  }

  @Test
  void wait_dateOfTheAnswer_goesBeforeOurClock() {
    String until = "Sun, 06 Nov 1994 08:49:37 GMT";

    assertThat(RetryAfter.wait(until, "Sun, 06 Nov 1994 08:49:27 GMT", NOW))
        .contains(Duration.ofSeconds(10));
    assertThat(RetryAfter.wait(until, "yesterday", NOW)).contains(Duration.ofSeconds(37));
    assertThat(RetryAfter.wait("5", "yesterday", NOW)).contains(Duration.ofSeconds(5));
  }

  /** More than 50 years ahead means the past. */
  @Test
  void wait_yearOfTwoDigits_isTheNearest() {
    Instant now = Instant.parse("2026-11-21T00:00:00Z");

    assertThat(RetryAfter.wait("Saturday, 21-Nov-26 00:00:09 GMT", null, now))
        .contains(Duration.ofSeconds(9));
    assertThat(RetryAfter.wait("Sunday, 06-Nov-94 08:49:37 GMT", null, now))
        .contains(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "soon",
        "NaN",
        "1e3",
        "12345678901",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "1994-11-06T08:49:37Z",
      })
  void wait_anythingElse_isNone(String value) {
    assertThat(RetryAfter.wait(value, null, NOW)).isEmpty();
  }

  @Test
  void millis_number_isRead() {
    assertThat(RetryAfter.millis("1500")).contains(Duration.ofMillis(1_500));
    assertThat(RetryAfter.millis("1.2")).contains(Duration.ofMillis(2));
    assertThat(RetryAfter.millis("later")).isEmpty();
  }
}
