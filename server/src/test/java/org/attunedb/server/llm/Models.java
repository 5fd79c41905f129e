package org.attunedb.server.llm;

import java.time.Duration;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.openai.OpenAiChatClient;
import org.attunedb.server.openai.OpenAiSettings;
import org.attunedb.server.openai.RetrySettings;

/** Real clients of the mock server for tests. */
public final class Models {
  private Models() {}

  /** A client that gives up at once, and after five seconds without an answer. */
  public static ChatClient of(MockOpenAi server) {
    OpenAiSettings settings =
        OpenAiSettings.of(server.baseUrl(), null)
            .withTimeout(Duration.ofSeconds(5))
            .withRetry(new RetrySettings(0, Duration.ofMillis(1), Duration.ofSeconds(1)));
    return new OpenAiChatClient(settings, "gpt-4o-mini");
  }
}
