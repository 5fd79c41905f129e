package org.attunedb.server.openai;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.attunedb.core.embedding.EmbedderInfo;
import org.jspecify.annotations.Nullable;

/**
 * Makes clients of what the environment and a command line say. Nothing is read or called before a
 * client is made. Immutable.
 *
 * @param environment of the process
 * @param baseUrl in place of the environment's; null for that
 * @param keyFile in place of the environment's key; null for that
 * @param cache folder of the cache of vectors, or {@code off}; null for what the environment says
 * @param retries hears of requests that are made again
 */
public record OpenAiModels(
    OpenAiEnvironment environment,
    @Nullable URI baseUrl,
    @Nullable Path keyFile,
    @Nullable String cache,
    RetryListener retries) {
  /**
   * What an embedding model is to be called in a collection.
   *
   * @param dimensions to ask the service for; null for the model's own, which one request tells
   */
  public EmbeddingModel model(String name, @Nullable Integer dimensions) {
    return dimensions == null
        ? OpenAiEmbedder.probe(settings(), name, retries)
        : new EmbeddingModel(name, dimensions, true);
  }

  /**
   * The embedder that a collection was made with; empty if it was made with none of a service. The
   * service is called, and the key asked for, when something is embedded.
   */
  public Optional<DeferredEmbedder> embedder(String stored, int dimension) {
    return EmbeddingModel.of(stored, dimension)
        .map(model -> new DeferredEmbedder(new EmbedderInfo(stored, dimension), () -> made(model)));
  }

  private OpenAiEmbedder made(EmbeddingModel model) {
    return new OpenAiEmbedder(
        settings(),
        model,
        environment.batchLimits(),
        environment.cacheFolder(cache).orElse(null),
        retries);
  }

  /**
   * A client of a chat model; the caller closes it.
   *
   * @param chatBaseUrl of the chat model's service; null for what the environment says, else the
   *     common one
   * @param chatKeyFile with its key; likewise
   */
  public ChatClient chat(String model, @Nullable URI chatBaseUrl, @Nullable Path chatKeyFile) {
    return new OpenAiChatClient(
        environment.chatSettings(baseUrl, keyFile, chatBaseUrl, chatKeyFile), model, retries);
  }

  private OpenAiSettings settings() {
    return environment.settings(baseUrl, keyFile);
  }
}
