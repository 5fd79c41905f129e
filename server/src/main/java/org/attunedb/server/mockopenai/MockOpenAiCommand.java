package org.attunedb.server.mockopenai;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Out;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code attune mock-openai}: the mock server in the foreground. Public because {@link
 * java.util.ServiceLoader} makes it.
 */
public final class MockOpenAiCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Mock(out));
  }

  @Command(
      name = "mock-openai",
      description =
          "Run a server that speaks OpenAI's API without a model behind it, for tests: embeddings"
              + " and answers are computed by fixed rules, and failures can be ordered. Listens on"
              + " 127.0.0.1 until it is stopped.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Mock implements Callable<Integer> {
    private final Out out;

    @Option(
        names = "--port",
        paramLabel = "N",
        defaultValue = "8089",
        description = "Port to listen on; 0 for a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
        names = "--latency",
        paramLabel = "MS",
        defaultValue = "0",
        description =
            "Milliseconds from the arrival of a request to its answer. Default: ${DEFAULT-VALUE}.")
    private long latency;

    @Option(
        names = "--max-concurrency",
        paramLabel = "N",
        defaultValue = "0",
        description =
            "Answer 429 to more requests at the same time; 0 for no limit. Default: ${DEFAULT-VALUE}.")
    private int maxConcurrency;

    @Option(
        names = "--max-batch",
        paramLabel = "N",
        defaultValue = "2048",
        description = "Most texts in one embeddings request. Default: ${DEFAULT-VALUE}.")
    private int maxBatch;

    @Option(
        names = "--retry-after",
        paramLabel = "SECONDS",
        defaultValue = "1",
        description = "What a 429 tells in its Retry-After header. Default: ${DEFAULT-VALUE}.")
    private int retryAfter;

    @Option(
        names = "--key-env",
        paramLabel = "NAME",
        description =
            "Accept only the key in this environment variable. Default: every key, and none.")
    private @Nullable String keyVariable;

    @Option(
        names = "--fault",
        paramLabel = "NUMBER=FAULT",
        description =
            "Fail a request, by its number from 1, for example 3=rate_limited. Can be repeated.")
    private Map<Integer, String> faults = new LinkedHashMap<>();

    Mock(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException {
      try (MockOpenAi server = MockOpenAi.start(settings())) {
        out.out().println("listening on " + server.baseUrl());
        out.out().flush();
        // Until the process is ended.
        new CountDownLatch(1).await();
        return 0;
      }
    }

    private MockOpenAiSettings settings() {
      Map<Integer, Fault> script = new LinkedHashMap<>();
      faults.forEach((number, name) -> script.put(number, Fault.of(name)));
      return MockOpenAiSettings.defaults()
          .withPort(port)
          .withLatency(Duration.ofMillis(latency))
          .withLimits(maxConcurrency, maxBatch)
          .withRetryAfter(retryAfter)
          .withKeys(keys())
          .withFaults(script);
    }

    private Set<String> keys() {
      if (keyVariable == null) {
        return Set.of();
      }
      String key = System.getenv(keyVariable);
      if (key == null || key.isBlank()) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--key-env " + keyVariable + ": no such environment variable, or it is empty");
      }
      return Set.of(key);
    }
  }
}
