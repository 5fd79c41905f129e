package org.attunedb.server.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.attunedb.core.adapter.BridgeFile;
import org.attunedb.core.adapter.BridgedEmbedder;
import org.attunedb.core.adapter.EmbeddingBridge;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.openai.DeferredEmbedder;
import org.attunedb.server.openai.EmbeddingModel;
import org.attunedb.server.openai.EmbeddingUsage;
import org.attunedb.server.openai.OpenAiEnvironment;
import org.attunedb.server.openai.OpenAiModels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the models of a service are; mixed into commands that turn texts into vectors or ask a chat
 * model, and the one place where they open collections with their embedder. Close it to free what
 * was opened. Not thread-safe.
 */
public final class EmbedderOptions implements AutoCloseable {
  private static final String SERVICE = "openai:";

  private final Out out;
  private final RetryView retries;
  private final List<DeferredEmbedder> opened = new ArrayList<>();

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description =
          "Of a service that speaks OpenAI's API. Default: the environment variable OPENAI_BASE_URL,"
              + " else OpenAI itself.")
  private @Nullable URI baseUrl;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "File with the service's key. Default: the environment variables OPENAI_API_KEY, the key,"
              + " or OPENAI_API_KEY_FILE, a file.")
  private @Nullable Path keyFile;

  @Option(
      names = "--embedding-cache",
      paramLabel = "DIR",
      description =
          "Folder that keeps a service's vectors, so that no text is embedded twice; off for none."
              + " Default: the environment variable ATTUNE_EMBEDDING_CACHE, else the user's cache"
              + " folder.")
  private @Nullable String cache;

  /** Options of a command that tells people there what a service is waited for, and its cost. */
  public EmbedderOptions(Out out) {
    this.out = out;
    this.retries = new RetryView(out, Clock.systemUTC());
  }

  /** The clients of these options. */
  private OpenAiModels models() {
    return new OpenAiModels(OpenAiEnvironment.ofProcess(), baseUrl, keyFile, cache, retries);
  }

  /** A collection with the embedder that it was made with, as far as that can be found. */
  public VectorCollection collection(Attune attune, String name) {
    VectorCollection found = attune.collection(name);
    CollectionSpec spec = found.spec();
    return models()
        .embedder(spec.embedder(), spec.dimension())
        .map(
            embedder -> {
              opened.add(embedder);
              return attune.collection(name, embedder);
            })
        .orElse(found);
  }

  /**
   * A collection whose queries are embedded with a newer model than its documents.
   *
   * @param bridge between both; none to embed queries as documents
   */
  public VectorCollection collection(Attune attune, String name, BridgeOption bridge) {
    return bridge
        .file()
        .map(BridgeFile::read)
        .map(read -> bridged(attune, name, read))
        .orElseGet(() -> collection(attune, name));
  }

  private VectorCollection bridged(Attune attune, String name, EmbeddingBridge bridge) {
    CollectionSpec spec = attune.collection(name).spec();
    EmbedderInfo old = new EmbedderInfo(spec.embedder(), spec.dimension());
    return attune.collection(
        name,
        new BridgedEmbedder(
            model(bridge.from()).orElseThrow(() -> unknown(bridge.from())),
            bridge,
            model(old).orElse(null)));
  }

  /** The embedder of that identity; empty if it is neither built in nor a service's. */
  private Optional<Embedder> model(EmbedderInfo info) {
    if (info.equals(LexicalEmbedder.INFO)) {
      return Optional.of(new LexicalEmbedder());
    }
    return models()
        .embedder(info.name(), info.dimension())
        .map(
            embedder -> {
              opened.add(embedder);
              return embedder;
            });
  }

  private static InvalidInputException unknown(EmbedderInfo info) {
    return new InvalidInputException(
        ErrorCode.EMBEDDER_MISSING,
        "embedder is '%s' of %s dimensions, expected the built-in one or openai:MODEL"
            .formatted(info.name(), info.dimension()));
  }

  /**
   * An embedder by what a user calls it.
   *
   * @param name lexical or openai:MODEL
   * @param dimensions to ask a service for; null for the model's own, which one request tells
   */
  public Embedder embedder(String name, @Nullable Integer dimensions) {
    if (name.equals("lexical") && dimensions != null) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "--dimensions goes with openai:MODEL only, and the model is lexical");
    }
    if (name.equals("lexical")) {
      return new LexicalEmbedder();
    }
    if (!name.startsWith(SERVICE)) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "model is '%s', expected lexical or openai:MODEL".formatted(name));
    }
    EmbedderInfo info = models().model(name.substring(SERVICE.length()), dimensions).info();
    return model(info).orElseThrow(() -> unknown(info));
  }

  /** Whether options or environment name a service or a key that chat models could be of. */
  boolean namesChatService() {
    return baseUrl != null || keyFile != null || OpenAiEnvironment.ofProcess().namesChatService();
  }

  /**
   * A client of a chat model; the caller closes it.
   *
   * @param chatBaseUrl in place of these options' address; null for that
   * @param chatKeyFile in place of these options' key; null for that
   */
  ChatClient chat(String model, @Nullable URI chatBaseUrl, @Nullable Path chatKeyFile) {
    return models().chat(model, chatBaseUrl, chatKeyFile);
  }

  /**
   * What a collection of a service's model is made for.
   *
   * @param model the service's name for it
   * @param dimensions to ask the service for; null for the model's own
   * @throws InvalidInputException {@code url_not_allowed} or {@code api_key_missing}
   */
  public CollectionSpec spec(String model, @Nullable Integer dimensions) {
    EmbeddingModel known = models().model(model, dimensions);
    CollectionSpec like = CollectionSpec.lexical();
    return new CollectionSpec(
        known.info().name(), known.dimension(), like.similarity(), like.m(), like.efConstruction());
  }

  /**
   * How many texts of a collection fill every request that may be under way to its model's service;
   * 0 if it is no service's.
   */
  public long textsAtATime(CollectionSpec spec) {
    return EmbeddingModel.of(spec.embedder(), spec.dimension()).isEmpty()
        ? 0
        : OpenAiEnvironment.ofProcess().textsAtATime();
  }

  /** Tells what embedding cost, if it did. */
  public void report() {
    for (DeferredEmbedder embedder : opened) {
      embedder.usage().ifPresent(usage -> out.err().println(line(embedder, usage)));
    }
  }

  private static String line(DeferredEmbedder embedder, EmbeddingUsage usage) {
    return "%s: %s requests, %s retries, %s tokens; %s texts were known"
        .formatted(
            embedder.info().name(),
            usage.service().requests(),
            usage.service().retries(),
            usage.service().inputTokens(),
            usage.cachedTexts());
  }

  @Override
  public void close() {
    opened.forEach(DeferredEmbedder::close);
    opened.clear();
  }
}
