package org.attunedb.bench.embed;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.server.cli.Out;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.attunedb.server.openai.BatchLimits;
import org.attunedb.server.openai.EmbeddingModel;
import org.attunedb.server.openai.OpenAiEmbedder;
import org.attunedb.server.openai.OpenAiSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code attune bench embed}. */
@Command(
    name = "embed",
    description =
        "Embed texts through the mock server, in this process, and compare the time with what"
            + " latency, concurrency and batch size allow at best; then as many others, as the first"
            + " ones of a process take longer.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class EmbedCommand implements Callable<Integer> {
  private static final int MOST_TEXTS = 1_000_000;
  private static final int BATCH_TOKENS = 1_000_000;

  private final Out out;

  @Option(
      names = "--texts",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int texts;

  @Option(
      names = "--latency",
      paramLabel = "MS",
      defaultValue = "50",
      description = "Of the server, in milliseconds. Default: ${DEFAULT-VALUE}.")
  private int latency;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "4",
      description = "Requests at the same time. Default: ${DEFAULT-VALUE}.")
  private int concurrency;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "50",
      description = "Texts in a request. Default: ${DEFAULT-VALUE}.")
  private int batch;

  /** A command that writes its answer to stdout. */
  public EmbedCommand(Out out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (texts < 1 || texts > MOST_TEXTS || latency < 1) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--texts is %s and --latency %s, expected 1 to %s and at least 1"
              .formatted(texts, latency, MOST_TEXTS));
    }
    MockOpenAiSettings service =
        MockOpenAiSettings.defaults()
            .withLatency(Duration.ofMillis(latency))
            .withLimits(concurrency, batch);
    try (MockOpenAi server = MockOpenAi.start(service);
        OpenAiEmbedder embedder =
            new OpenAiEmbedder(
                OpenAiSettings.of(server.baseUrl(), null).withConcurrency(concurrency),
                new EmbeddingModel("mock-embedding", 256, false),
                new BatchLimits(batch, BATCH_TOKENS),
                null)) {
      report("first", millis(embedder, "first"));
      report("then", millis(embedder, "then"));
      out.out().println(embedder.usage().service().retries() + " retries");
    }
    return 0;
  }

  private double millis(OpenAiEmbedder embedder, String name) {
    List<String> all = texts(name);
    long start = System.nanoTime();
    embedder.embedDocuments(all);
    return (System.nanoTime() - start) / 1e6;
  }

  private List<String> texts(String name) {
    return IntStream.range(0, texts).mapToObj(i -> name + " number " + i).toList();
  }

  private void report(String which, double millis) {
    int requests = (texts + batch - 1) / batch;
    int rounds = (requests + concurrency - 1) / concurrency;
    double best = (double) rounds * latency;
    out.out()
        .printf(
            Locale.ROOT,
            "%-5s %d texts in %d requests: %.0f ms, at best %.0f ms:"
                + " %.1f %% of what the limits allow%n",
            which,
            texts,
            requests,
            millis,
            best,
            100 * best / millis);
  }
}
