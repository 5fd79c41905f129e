package org.attunedb.server.openai;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ModelException;
import org.attunedb.server.openai.BatchLimits.Batch;
import org.attunedb.server.openai.OpenAiConnection.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Embeds texts with a model behind OpenAI's API: in batches, several at the same time, and each
 * text once, as vectors are kept in a cache by what they depend on. Blank texts become the zero
 * vector without a request. Documents and queries are embedded alike.
 *
 * <p>A request that fails for good ends the call with {@link ModelException} {@code
 * embedding_failed}; what other requests brought stays in the cache. An interrupt ends the call
 * likewise. Thread-safe; close it to free connections and files.
 */
public final class OpenAiEmbedder implements Embedder, AutoCloseable {
  private final EmbeddingModel model;
  private final URI service;
  private final BatchLimits limits;
  private final OpenAiConnection connection;
  private final EmbeddingRequest request;
  private final @Nullable EmbeddingCache cache;
  private final LongAdder cached = new LongAdder();

  /**
   * An embedder.
   *
   * @param cache folder of the cache, made if it is missing; null for none
   * @throws org.attunedb.core.error.InvalidInputException {@code file_unwritable} if the folder
   *     can't be used
   */
  public OpenAiEmbedder(
      OpenAiSettings settings, EmbeddingModel model, BatchLimits limits, @Nullable Path cache) {
    this(settings, model, limits, cache, RetryListener.none());
  }

  /**
   * An embedder that tells of retries.
   *
   * @throws org.attunedb.core.error.InvalidInputException as above
   */
  public OpenAiEmbedder(
      OpenAiSettings settings,
      EmbeddingModel model,
      BatchLimits limits,
      @Nullable Path cache,
      RetryListener retries) {
    this(settings, model, limits, cache, retries, Waiting.real(), RandomGenerator.getDefault());
  }

  OpenAiEmbedder(
      OpenAiSettings settings,
      EmbeddingModel model,
      BatchLimits limits,
      @Nullable Path cache,
      RetryListener retries,
      Waiting waiting,
      RandomGenerator random) {
    this.model = model;
    this.service = settings.baseUrl();
    this.limits = limits;
    this.cache = cache == null ? null : EmbeddingCache.open(cache, model.dimension());
    this.connection =
        new OpenAiConnection(settings, model.name(), Kind.EMBEDDINGS, retries, waiting, random);
    this.request = new EmbeddingRequest(connection, model);
  }

  /**
   * Asks a service for the dimension of a model's own vectors, by embedding one word.
   *
   * @throws ModelException {@code embedding_failed} if it has no such model
   */
  public static EmbeddingModel probe(OpenAiSettings settings, String name, RetryListener retries) {
    try (OpenAiConnection connection =
        new OpenAiConnection(
            settings,
            name,
            Kind.EMBEDDINGS,
            retries,
            Waiting.real(),
            RandomGenerator.getDefault())) {
      List<float[]> vectors =
          EmbeddingRequest.send(connection, name, 0, new Batch(List.of("dimension"), 1));
      return new EmbeddingModel(name, vectors.getFirst().length, false);
    }
  }

  @Override
  public EmbedderInfo info() {
    return model.info();
  }

  @Override
  public List<Embedding> embedDocuments(List<String> texts) {
    return embed(texts);
  }

  @Override
  public List<Embedding> embedQueries(List<String> texts) {
    return embed(texts);
  }

  private List<Embedding> embed(List<String> texts) {
    Map<String, Embedding> known = new HashMap<>();
    Set<String> distinct = new LinkedHashSet<>(texts);
    List<String> unknown = new ArrayList<>();
    for (String text : distinct) {
      Embedding vector = withoutRequest(text);
      if (vector == null) {
        unknown.add(text);
      } else {
        known.put(text, vector);
      }
    }
    known.putAll(ask(limits.batches(unknown)));
    List<Embedding> vectors = new ArrayList<>(texts.size());
    for (String text : texts) {
      vectors.add(Objects.requireNonNull(known.get(text)));
    }
    return vectors;
  }

  private @Nullable Embedding withoutRequest(String text) {
    if (text.isBlank()) {
      return Embedding.of(new float[model.dimension()]);
    }
    if (cache == null) {
      return null;
    }
    Embedding vector = cache.get(CacheKey.of(service, model, text)).orElse(null);
    if (vector != null) {
      cached.increment();
    }
    return vector;
  }

  private Map<String, Embedding> ask(List<Batch> batches) {
    if (batches.isEmpty()) {
      return Map.of();
    }
    Map<String, Embedding> all = new HashMap<>();
    // Virtual also for one batch: an interrupt ends what these wait for.
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      var done = new ExecutorCompletionService<Map<String, Embedding>>(threads);
      batches.forEach(batch -> done.submit(() -> ask(batch)));
      for (int i = 0; i < batches.size(); i++) {
        Future<Map<String, Embedding>> next = done.take();
        all.putAll(next.get());
      }
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw connection.failed("interrupted");
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } finally {
      // The others are of no use any more; each keeps what it already has.
      threads.shutdownNow();
      threads.close();
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    return switch (cause) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null, default -> new IllegalStateException("embedding failed", cause);
    };
  }

  private Map<String, Embedding> ask(Batch batch) {
    List<Embedding> vectors = request.send(batch);
    Map<String, Embedding> byText = new HashMap<>();
    for (int i = 0; i < vectors.size(); i++) {
      byText.put(batch.texts().get(i), vectors.get(i));
    }
    if (cache != null) {
      Map<CacheKey, Embedding> byKey = new HashMap<>();
      byText.forEach((text, vector) -> byKey.put(CacheKey.of(service, model, text), vector));
      cache.put(byKey);
    }
    return byText;
  }

  /** What was used so far. */
  public EmbeddingUsage usage() {
    return new EmbeddingUsage(connection.meter().usage(), cached.sum());
  }

  @Override
  public void close() {
    connection.close();
    if (cache != null) {
      cache.close();
    }
  }
}
