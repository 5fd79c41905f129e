package org.attunedb.server.openai;

import java.time.Duration;
import org.attunedb.server.mockopenai.MockOpenAi;

/** What the tests of this package share. */
final class Mocks {
  /** What must never be seen anywhere. */
  static final String SECRET = "sk-test-5ecret-k3y";

  private Mocks() {}

  /** Settings for a mock server; pauses are short, so that retries take no time. */
  static OpenAiSettings settings(MockOpenAi server) {
    return OpenAiSettings.of(server.baseUrl(), ApiKey.of(SECRET, "test"))
        .withTimeout(Duration.ofSeconds(5))
        .withRetry(new RetrySettings(2, Duration.ofMillis(1), Duration.ofSeconds(2)));
  }
}
