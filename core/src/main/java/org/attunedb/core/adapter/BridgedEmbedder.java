package org.attunedb.core.adapter;

import java.util.List;
import java.util.Objects;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.embedding.TermStatistics;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Embeds queries with a new model and maps them to a collection that was embedded with an old one.
 * To the collection it is the old embedder. Documents are embedded with the old one, too, or
 * refused if it is gone: mapped document vectors would mix with the old model's own. Thread-safe.
 */
public final class BridgedEmbedder implements Embedder {
  private final Embedder newEmbedder;
  private final EmbeddingBridge bridge;
  private final @Nullable Embedder oldEmbedder;

  /**
   * An embedder for queries and, with an old embedder, documents.
   *
   * @param newEmbedder embeds queries; what the bridge is from
   * @param oldEmbedder embeds documents; what the bridge is to; null if there is none any more
   * @throws InvalidInputException {@code embedder_mismatch} if the bridge was made for others
   */
  public BridgedEmbedder(
      Embedder newEmbedder, EmbeddingBridge bridge, @Nullable Embedder oldEmbedder) {
    this.newEmbedder = Objects.requireNonNull(newEmbedder, "newEmbedder");
    this.bridge = Objects.requireNonNull(bridge, "bridge");
    this.oldEmbedder = oldEmbedder;
    require("from", bridge.from(), newEmbedder.info());
    if (oldEmbedder != null) {
      require("to", bridge.to(), oldEmbedder.info());
    }
  }

  private static void require(String side, EmbedderInfo expected, EmbedderInfo got) {
    if (!expected.equals(got)) {
      throw new InvalidInputException(
          ErrorCode.EMBEDDER_MISMATCH,
          "embedder is '%s' of %s dimensions, expected '%s' of %s, which the bridge leads %s"
              .formatted(got.name(), got.dimension(), expected.name(), expected.dimension(), side));
    }
  }

  /** The old embedder's. */
  @Override
  public EmbedderInfo info() {
    return bridge.to();
  }

  /**
   * Embeds documents with the old model.
   *
   * @throws InvalidInputException {@code embedder_missing} if there is none
   */
  @Override
  public List<Embedding> embedDocuments(List<String> texts) {
    if (oldEmbedder == null) {
      throw new InvalidInputException(
          ErrorCode.EMBEDDER_MISSING,
          "documents need the embedder '%s', and there is only a bridge from '%s' for queries"
              .formatted(bridge.to().name(), bridge.from().name()));
    }
    return oldEmbedder.embedDocuments(texts);
  }

  @Override
  public List<Embedding> embedQueries(List<String> texts) {
    return newEmbedder.embedQueries(texts).stream().map(bridge::map).toList();
  }

  @Override
  public Embedder withStatistics(TermStatistics statistics) {
    return new BridgedEmbedder(
        newEmbedder.withStatistics(statistics),
        bridge,
        oldEmbedder == null ? null : oldEmbedder.withStatistics(statistics));
  }
}
