package org.attunedb.server.openai;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.jspecify.annotations.Nullable;

/**
 * An embedder that is made when it has to embed something for the first time: work that needs none
 * also needs no key. Thread-safe.
 */
public final class DeferredEmbedder implements Embedder, AutoCloseable {
  private final EmbedderInfo info;
  private final Supplier<OpenAiEmbedder> source;
  private @Nullable OpenAiEmbedder made;

  /** An embedder of that identity; the source is asked once it is needed. */
  public DeferredEmbedder(EmbedderInfo info, Supplier<OpenAiEmbedder> source) {
    this.info = info;
    this.source = source;
  }

  @Override
  public EmbedderInfo info() {
    return info;
  }

  @Override
  public List<Embedding> embedDocuments(List<String> texts) {
    return texts.isEmpty() ? List.of() : embedder().embedDocuments(texts);
  }

  @Override
  public List<Embedding> embedQueries(List<String> texts) {
    return texts.isEmpty() ? List.of() : embedder().embedQueries(texts);
  }

  private synchronized OpenAiEmbedder embedder() {
    OpenAiEmbedder known = made;
    if (known == null) {
      known = source.get();
      made = known;
    }
    return known;
  }

  /** What was used so far; empty if nothing had to be embedded. */
  public synchronized Optional<EmbeddingUsage> usage() {
    return Optional.ofNullable(made).map(OpenAiEmbedder::usage);
  }

  @Override
  public synchronized void close() {
    if (made != null) {
      made.close();
    }
  }
}
