package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules say what the collection does; the collection is the oracle. */
class IntakeRulesTest {
  private static final CollectionSpec FOREIGN =
      new CollectionSpec("some-model", 2, Similarity.COSINE, 16, 100);

  @TempDir private Path temp;

  static Stream<CollectionSpec> specs() {
    return Stream.of(
        CollectionSpec.lexical(),
        CollectionSpec.vectors(2, Similarity.COSINE),
        CollectionSpec.vectors(2, Similarity.DOT_PRODUCT),
        CollectionSpec.vectors(2, Similarity.EUCLIDEAN));
  }

  static List<Document> documents() {
    int limit = IntakeRules.MAX_VALUE_BYTES;
    Embedding two = Embedding.of(1, 2);
    return List.of(
        with(null, null, Metadata.empty()),
        with("text", null, Metadata.empty()),
        with("", null, Metadata.empty()),
        with(null, two, Metadata.empty()),
        with(null, Embedding.of(1, 2, 3), Metadata.empty()),
        with(null, Embedding.of(0, 0), Metadata.empty()),
        with(null, Embedding.of(new float[1024]), Metadata.empty()),
        with("x", null, Metadata.of("a", "x".repeat(limit))),
        with("x", null, Metadata.of("a", "x".repeat(limit + 1))),
        with("x", null, Metadata.of("a", "é".repeat(limit / 2))),
        with("x", null, Metadata.of("a", "é".repeat(limit / 2) + "x")),
        with("x", null, list("x".repeat(limit - 6))),
        with("x", null, list("x".repeat(limit - 5))),
        with("x", null, list("x".repeat(15_000), "y".repeat(16_988))),
        with("x", null, list("x".repeat(15_000), "y".repeat(16_989))),
        with("x", null, metadataOfBytes(IntakeRules.MAX_METADATA_BYTES)),
        with("x", null, metadataOfBytes(IntakeRules.MAX_METADATA_BYTES + 1)));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void check_everyDocument_agreesWithTheCollection(CollectionSpec spec) {
    IntakeRules rules = new IntakeRules(spec);
    try (Attune attune = Attune.open(temp.resolve("store"))) {
      VectorCollection collection = attune.createCollection("docs", spec);

      assertThat(documents())
          .allSatisfy(
              document ->
                  assertThat(refusal(() -> rules.check(document)))
                      .isEqualTo(refusal(() -> collection.upsert(List.of(document)))));
    }
  }

  @Test
  void check_collectionOfAnotherModel_agreesWithTheCollection() {
    IntakeRules rules = new IntakeRules(FOREIGN);
    try (Attune attune = Attune.open(temp.resolve("store"))) {
      VectorCollection collection = attune.createCollection("docs", FOREIGN);

      assertThat(documents())
          .allSatisfy(
              document ->
                  assertThat(refusal(() -> rules.check(document)))
                      .isEqualTo(refusal(() -> collection.upsert(List.of(document)))));
      assertThat(refusal(() -> rules.check(Document.of("a", "text"))))
          .isEqualTo(ErrorCode.EMBEDDER_MISSING);
    }
  }

  private static @Nullable ErrorCode refusal(Runnable action) {
    try {
      action.run();
      return null;
    } catch (InvalidInputException e) {
      return e.code();
    }
  }

  private static Document with(
      @Nullable String text, @Nullable Embedding embedding, Metadata metadata) {
    return new Document("d", text, metadata, embedding);
  }

  private static Metadata list(String... values) {
    return Metadata.builder().put("a", List.of(values)).build();
  }

  /** {@code {"k0":["x…"],…}}: of three values, as one alone may not be so long. */
  private static Metadata metadataOfBytes(int bytes) {
    Metadata.Builder builder = Metadata.builder();
    int rest = bytes - 2 - 3 * "\"k0\":\"\"".length() - 2;
    for (int i = 0; i < 3; i++) {
      int length = i < 2 ? 20_000 : rest - 40_000;
      builder.put("k" + i, String.join("", Collections.nCopies(length, "x")));
    }
    return builder.build();
  }
}
