package org.attunedb.server.mockopenai;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * How the mock server behaves.
 *
 * @param port to listen on, on 127.0.0.1; 0 for a free one
 * @param keys accepted keys; empty if every request is
 * @param embeddingModels known embedding models with the length of their vectors, 1 to 4,096
 * @param chatModels known chat models
 * @param latency from the arrival of a request to the start of its answer; longer only where
 *     computing it takes longer
 * @param maxConcurrency requests in work, beyond which the answer is 429; 0 for no limit
 * @param maxBatch texts in one embeddings request, at least 1
 * @param retryAfter seconds in the {@code Retry-After} header of every 429, at least 0
 * @param faults by the number of the request, from 1
 */
public record MockOpenAiSettings(
    int port,
    Set<String> keys,
    Map<String, Integer> embeddingModels,
    Set<String> chatModels,
    Duration latency,
    int maxConcurrency,
    int maxBatch,
    int retryAfter,
    Map<Integer, Fault> faults) {
  /** Inputs of an embeddings request that OpenAI accepts. */
  private static final int API_MAX_BATCH = 2_048;

  private static final Map<String, Integer> EMBEDDING_MODELS =
      Map.of(
          "text-embedding-3-small", 1_536,
          "text-embedding-3-large", 3_072,
          "text-embedding-ada-002", 1_536,
          "mock-embedding", 256);

  private static final Set<String> CHAT_MODELS = Set.of("gpt-4o-mini", "gpt-4.1-mini", "mock-chat");

  /** Copies the collections and checks the ranges. */
  public MockOpenAiSettings {
    keys = Set.copyOf(keys);
    embeddingModels = Map.copyOf(embeddingModels);
    chatModels = Set.copyOf(chatModels);
    faults = Map.copyOf(faults);
    require("port", port, 0, 65_535);
    require("maxConcurrency", maxConcurrency, 0, 1_000_000);
    require("maxBatch", maxBatch, 1, 1_000_000);
    require("retryAfter", retryAfter, 0, 86_400);
    require("latency in milliseconds", latency.toMillis(), 0, 3_600_000);
  }

  /** Every request is answered, at once; a free port. */
  public static MockOpenAiSettings defaults() {
    return new MockOpenAiSettings(
        0, Set.of(), EMBEDDING_MODELS, CHAT_MODELS, Duration.ZERO, 0, API_MAX_BATCH, 1, Map.of());
  }

  /** These settings on a port. */
  public MockOpenAiSettings withPort(int number) {
    return new MockOpenAiSettings(
        number,
        keys,
        embeddingModels,
        chatModels,
        latency,
        maxConcurrency,
        maxBatch,
        retryAfter,
        faults);
  }

  /** These settings with keys that requests need. */
  public MockOpenAiSettings withKeys(Set<String> accepted) {
    return new MockOpenAiSettings(
        port,
        accepted,
        embeddingModels,
        chatModels,
        latency,
        maxConcurrency,
        maxBatch,
        retryAfter,
        faults);
  }

  /** These settings with a latency. */
  public MockOpenAiSettings withLatency(Duration duration) {
    return new MockOpenAiSettings(
        port,
        keys,
        embeddingModels,
        chatModels,
        duration,
        maxConcurrency,
        maxBatch,
        retryAfter,
        faults);
  }

  /** These settings with limits. */
  public MockOpenAiSettings withLimits(int concurrency, int batch) {
    return new MockOpenAiSettings(
        port, keys, embeddingModels, chatModels, latency, concurrency, batch, retryAfter, faults);
  }

  /** These settings with what a 429 says. */
  public MockOpenAiSettings withRetryAfter(int seconds) {
    return new MockOpenAiSettings(
        port,
        keys,
        embeddingModels,
        chatModels,
        latency,
        maxConcurrency,
        maxBatch,
        seconds,
        faults);
  }

  /** These settings with a script. */
  public MockOpenAiSettings withFaults(Map<Integer, Fault> script) {
    return new MockOpenAiSettings(
        port,
        keys,
        embeddingModels,
        chatModels,
        latency,
        maxConcurrency,
        maxBatch,
        retryAfter,
        script);
  }

  /** Names the keys' number only. */
  @Override
  public String toString() {
    return "MockOpenAiSettings[port=%s, keys=%s, latency=%s, maxConcurrency=%s, maxBatch=%s]"
        .formatted(port, keys.size(), latency, maxConcurrency, maxBatch);
  }

  private static void require(String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is %s, expected %s to %s".formatted(option, value, low, high));
    }
  }
}
