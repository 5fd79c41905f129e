package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.lexical.LexicalEmbedder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which embedder a collection asks that was opened before. */
class AttachedEmbedderTest {
  private final Attune attune = Attune.inMemory();

  @AfterEach
  void close() {
    attune.close();
  }

  /** Passes for the built-in one and notes what it is asked. */
  private static final class Noting implements Embedder {
    private final LexicalEmbedder own = new LexicalEmbedder();
    private final List<String> queries = new ArrayList<>();

    @Override
    public EmbedderInfo info() {
      return own.info();
    }

    @Override
    public List<Embedding> embedDocuments(List<String> texts) {
      return own.embedDocuments(texts);
    }

    @Override
    public List<Embedding> embedQueries(List<String> texts) {
      queries.addAll(texts);
      return own.embedQueries(texts);
    }
  }

  @Test
  void collection_lexicalOneThatIsOpen_takesTheEmbedderThatIsGiven() {
    VectorCollection first = attune.createCollection("notes", CollectionSpec.lexical());
    first.upsert(List.of(Document.of("a", "toner")));
    Noting noting = new Noting();

    VectorCollection second = attune.collection("notes", noting);

    assertThat(second.search(SearchRequest.text("toner").k(1).build()).ids()).containsExactly("a");
    assertThat(noting.queries).containsExactly("toner");
    assertThatThrownBy(() -> first.search(SearchRequest.text("toner").k(1).build()))
        .hasMessageContaining("closed");
    // Neither another nor the built-in one takes its place.
    assertThat(attune.collection("notes", new Noting())).isSameAs(second);
    assertThat(attune.collection("notes", new LexicalEmbedder())).isSameAs(second);
    assertThat(attune.collection("notes")).isSameAs(second);
  }
}
