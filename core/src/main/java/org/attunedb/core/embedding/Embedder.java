package org.attunedb.core.embedding;

import java.util.List;
import org.attunedb.core.Embedding;

/**
 * Turns texts into vectors. Document and query sides may differ, as they do in most retrieval
 * models. Implementations are thread-safe.
 */
public interface Embedder {
  /** Who this is; constant over the embedder's life. */
  EmbedderInfo info();

  /**
   * Embeds documents.
   *
   * @return one vector a text, in order, each of {@link EmbedderInfo#dimension()} components; a
   *     zero vector where the text has nothing to embed
   * @throws org.attunedb.core.error.ModelException {@code embedding_failed} if the model can't
   *     answer
   */
  List<Embedding> embedDocuments(List<String> texts);

  /** Embeds queries; otherwise as {@link #embedDocuments}. */
  List<Embedding> embedQueries(List<String> texts);

  /**
   * An embedder that weights queries by a collection's own term statistics. Models that don't need
   * them return themselves.
   */
  default Embedder withStatistics(TermStatistics statistics) {
    return this;
  }
}
