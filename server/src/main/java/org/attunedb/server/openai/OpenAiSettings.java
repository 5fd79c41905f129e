package org.attunedb.server.openai;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a service that speaks OpenAI's API. Its text form shows no key.
 *
 * @param baseUrl usually ends in {@code /v1}; https, or http for {@code localhost}, {@code
 *     127.0.0.1} and allowed hosts
 * @param key null where the service needs none
 * @param organization sent as a header; null for none
 * @param timeout of one attempt, from the connection to the last byte; above 0, up to an hour
 * @param concurrency most requests at the same time, 1 to 256
 * @param retry what is repeated
 * @param rate what the client allows itself
 * @param allowedHosts names or addresses that may be private and reached by http, in lower case
 */
public record OpenAiSettings(
    URI baseUrl,
    @Nullable ApiKey key,
    @Nullable String organization,
    Duration timeout,
    int concurrency,
    RetrySettings retry,
    RateLimit rate,
    Set<String> allowedHosts) {
  /** OpenAI's own service. */
  public static final URI OPENAI = URI.create("https://api.openai.com/v1");

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);
  private static final int DEFAULT_CONCURRENCY = 8;
  private static final int MOST_CONCURRENT = 256;

  /**
   * Checks URL and ranges.
   *
   * @throws InvalidInputException {@code url_not_allowed}, {@code option_out_of_range}, or {@code
   *     api_key_missing} for OpenAI's own service without a key
   */
  public OpenAiSettings {
    allowedHosts =
        allowedHosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    new EndpointRules(allowedHosts).require(baseUrl);
    if (!timeout.isPositive() || timeout.compareTo(Duration.ofHours(1)) > 0) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "timeout is %s, expected more than 0 and at most an hour".formatted(timeout));
    }
    if (concurrency < 1 || concurrency > MOST_CONCURRENT) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "concurrency is %s, expected 1 to %s".formatted(concurrency, MOST_CONCURRENT));
    }
    if (key == null && OPENAI.getHost().equals(baseUrl.getHost())) {
      throw new InvalidInputException(
          ErrorCode.API_KEY_MISSING,
          "%s needs an API key: set %s, or %s to a file with it"
              .formatted(
                  EndpointRules.shown(baseUrl), OpenAiEnvironment.KEY, OpenAiEnvironment.KEY_FILE));
    }
  }

  /** Defaults for a service. */
  public static OpenAiSettings of(URI baseUrl, @Nullable ApiKey key) {
    return new OpenAiSettings(
        baseUrl,
        key,
        null,
        DEFAULT_TIMEOUT,
        DEFAULT_CONCURRENCY,
        RetrySettings.defaults(),
        RateLimit.none(),
        Set.of());
  }

  /** These settings with another timeout. */
  public OpenAiSettings withTimeout(Duration duration) {
    return new OpenAiSettings(
        baseUrl, key, organization, duration, concurrency, retry, rate, allowedHosts);
  }

  /** These settings with another bound of requests at the same time. */
  public OpenAiSettings withConcurrency(int requests) {
    return new OpenAiSettings(
        baseUrl, key, organization, timeout, requests, retry, rate, allowedHosts);
  }

  /** These settings with other retries. */
  public OpenAiSettings withRetry(RetrySettings settings) {
    return new OpenAiSettings(
        baseUrl, key, organization, timeout, concurrency, settings, rate, allowedHosts);
  }

  /** These settings with another limit. */
  public OpenAiSettings withRate(RateLimit limit) {
    return new OpenAiSettings(
        baseUrl, key, organization, timeout, concurrency, retry, limit, allowedHosts);
  }

  EndpointRules rules() {
    return new EndpointRules(allowedHosts);
  }
}
