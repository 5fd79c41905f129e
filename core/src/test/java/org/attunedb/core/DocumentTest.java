package org.attunedb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.List;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;

class DocumentTest {
  private static final Embedding VECTOR = Embedding.of(1, 2);

  @Test
  void new_invalidId_isRefused() {
    assertRefused(ErrorCode.ID_INVALID, () -> Document.of(" ", "text"));
    assertRefused(ErrorCode.ID_TOO_LONG, () -> Document.of("x".repeat(513), VECTOR));
  }

  @Test
  void new_textAtTheLimit_isAcceptedAndOneMoreRefused() {
    String longest = "x".repeat(1_048_576);

    assertThat(Document.of("a", longest).text()).isSameAs(longest);
    assertRefused(ErrorCode.TEXT_TOO_LARGE, () -> Document.of("a7", longest + "x"))
        .withMessageContaining("'a7'")
        .withMessageContaining("1048577")
        .withMessageContaining("1048576");
  }

  @Test
  void new_textWithUnpairedSurrogate_isRefusedNamingTheDocument() {
    for (String text : List.of("\uD83D", "\uDE00", "a\uD83D", "\uDE00\uD83D", "\uD83D\uD83D")) {
      assertRefused(ErrorCode.TEXT_INVALID, () -> Document.of("a7", text))
          .withMessageContaining("'a7'");
    }
    assertThat(Document.of("a", "\uD83D\uDE00\uD83D\uDE01").text()).isEqualTo("😀😁");
  }

  @Test
  void new_emptyText_isAText() {
    assertThat(Document.of("a", "").text()).isEmpty();
  }

  @Test
  void withEmbedding_textDocument_keepsTheRest() {
    Metadata metadata = Metadata.of("k", "v");
    Document document = Document.of("a", "text", metadata);

    assertThat(document.withEmbedding(VECTOR))
        .isEqualTo(new Document("a", "text", metadata, VECTOR));
    assertThat(document.withEmbedding(VECTOR).withEmbedding(null)).isEqualTo(document);
  }

  @Test
  void withEmbedding_lastContentRemoved_isADocumentReadWithoutItsVector() {
    assertThat(Document.of("a", VECTOR).withEmbedding(null))
        .isEqualTo(new Document("a", null, Metadata.empty(), null));
  }
}
