package org.attunedb.core.search;

import java.util.Objects;
import org.attunedb.core.Embedding;
import org.jspecify.annotations.Nullable;

/** What is looked for. */
public sealed interface Query {
  /** The query's text, which keyword ranking reads; null where only a vector was given. */
  @Nullable String text();

  /** A text, embedded by the collection's embedder where the mode needs a vector. */
  record ByText(String text) implements Query {
    /** Refuses null. */
    public ByText {
      Objects.requireNonNull(text, "text");
    }
  }

  /** A ready vector. */
  record ByEmbedding(Embedding embedding) implements Query {
    /** Refuses null. */
    public ByEmbedding {
      Objects.requireNonNull(embedding, "embedding");
    }

    @Override
    public @Nullable String text() {
      return null;
    }
  }

  /** A text together with its ready vector, so that hybrid search needs no embedder. */
  record ByTextAndEmbedding(String text, Embedding embedding) implements Query {
    /** Refuses null. */
    public ByTextAndEmbedding {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(embedding, "embedding");
    }
  }
}
