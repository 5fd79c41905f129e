package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.attunedb.core.Refusals.assertRefused;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.DocumentId;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.Similarity;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchRequest;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Null where none is allowed: refused by name, an id as a bad id, and nothing is changed. */
@Timeout(60)
@NullUnmarked
class NullArgumentsTest extends StoreTest {
  private static final String NAME = "things";
  private static final CollectionSpec SPEC = CollectionSpec.vectors(2, Similarity.COSINE);
  private static final Document DOCUMENT = Document.of("a", Embedding.of(1, 2));
  private static final Path FREE = Path.of("target", "not-made");
  private static final AttuneOptions OPTIONS = AttuneOptions.defaults();

  private VectorCollection collection;

  @BeforeEach
  void fill() {
    collection = attune.createCollection(NAME, SPEC);
    collection.upsert(List.of(DOCUMENT));
  }

  /**
   * A call with a null.
   *
   * @param parameter its name; null where it is a document's id
   */
  record Case(String call, @Nullable String parameter, Action action) {
    @Override
    public String toString() {
      return call + " without " + (parameter == null ? "an id" : parameter);
    }
  }

  /** Something done to an open store. */
  @FunctionalInterface
  interface Action {
    void run(Attune attune, VectorCollection collection);
  }

  private static Case on(String call, String parameter, Action action) {
    return new Case(call, parameter, action);
  }

  static Stream<Case> nulls() {
    return Stream.of(store(), optionValues(), writes(), reads(), values(), requests())
        .flatMap(List::stream);
  }

  private static List<Case> store() {
    ByteProgress none = ByteProgress.none();
    return List.of(
        on("open", "folder", (a, c) -> Attune.open(null)),
        on("open with options", "folder", (a, c) -> Attune.open(null, OPTIONS)),
        on("open with options", "options", (a, c) -> Attune.open(FREE, null)),
        on("openReadOnly", "folder", (a, c) -> Attune.openReadOnly(null)),
        on("inMemory", "options", (a, c) -> Attune.inMemory(null)),
        on("createCollection", "name", (a, c) -> a.createCollection(null, SPEC)),
        on("createCollection", "spec", (a, c) -> a.createCollection("b", (CollectionSpec) null)),
        on("createCollection", "embedder", (a, c) -> a.createCollection("b", (Embedder) null)),
        on("collection", "name", (a, c) -> a.collection(null)),
        on("collection", "embedder", (a, c) -> a.collection(NAME, null)),
        on("renameCollection", "name", (a, c) -> a.renameCollection(null, "b")),
        on("renameCollection", "newName", (a, c) -> a.renameCollection(NAME, null)),
        on("dropCollection", "name", (a, c) -> a.dropCollection(null)),
        on("backup", "target", (a, c) -> a.backup(null, BackupMode.COPY, none)),
        on("backup", "mode", (a, c) -> a.backup(FREE, null, none)),
        on("backup", "listener", (a, c) -> a.backup(FREE, BackupMode.COPY, null)),
        on("restore", "backup", (a, c) -> Attune.restore(null, FREE, RestoreMode.NEW, none)),
        on("restore", "target", (a, c) -> Attune.restore(FREE, null, RestoreMode.NEW, none)),
        on("restore", "mode", (a, c) -> Attune.restore(FREE, FREE, null, none)),
        on("restore", "listener", (a, c) -> Attune.restore(FREE, FREE, RestoreMode.NEW, null)),
        on("verify", "folder", (a, c) -> Attune.verify(null, none)),
        on("verify", "listener", (a, c) -> Attune.verify(FREE, null)));
  }

  private static List<Case> optionValues() {
    AttuneOptions o = OPTIONS;
    return List.of(
        on("options", "mode", (a, c) -> o.withMode(null)),
        on("options", "durability", (a, c) -> o.withDurability(null)),
        on("options", "trainer", (a, c) -> o.withTrainer(null)),
        on(
            "options",
            "clock",
            (a, c) ->
                new AttuneOptions(o.mode(), o.durability(), 0, null, new Random(1), o.trainer())),
        on(
            "options",
            "random",
            (a, c) ->
                new AttuneOptions(
                    o.mode(), o.durability(), 0, Clock.systemUTC(), null, o.trainer())),
        on("durability", "interval", (a, c) -> Durability.interval(null)),
        on("spec", "embedder", (a, c) -> CollectionSpec.of(null)),
        on("spec", "embedder", (a, c) -> new CollectionSpec(null, 2, Similarity.COSINE, 16, 100)),
        on("spec", "similarity", (a, c) -> CollectionSpec.vectors(2, null)));
  }

  private static List<Case> writes() {
    MetadataPatch patch = MetadataPatch.remove("k");
    List<String> ids = Arrays.asList("a", null);
    List<Document> documents = Arrays.asList(Document.of("b", Embedding.of(1, 1)), null);
    Filter all = Filter.and();
    return List.of(
        on("upsert", "documents", (a, c) -> c.upsert(null)),
        on("upsert", "documents[1]", (a, c) -> c.upsert(documents)),
        on("insert", "documents", (a, c) -> c.insert(null)),
        on("insert", "documents[1]", (a, c) -> c.insert(documents)),
        on("bulkLoad", "listener", (a, c) -> c.bulkLoad(null)),
        on("updateMetadata", "ids", (a, c) -> c.updateMetadata((List<String>) null, patch)),
        on("updateMetadata", null, (a, c) -> c.updateMetadata(ids, patch)),
        on("updateMetadata", "patch", (a, c) -> c.updateMetadata(List.of("a"), null)),
        on("updateMetadata", "filter", (a, c) -> c.updateMetadata((Filter) null, patch)),
        on("updateMetadata", "patch", (a, c) -> c.updateMetadata(all, null)),
        on("delete", "ids", (a, c) -> c.delete((List<String>) null)),
        on("delete", null, (a, c) -> c.delete(ids)),
        on("delete", "filter", (a, c) -> c.delete((Filter) null)),
        on("feedback", "query", (a, c) -> c.feedback().record(null, List.of("a"), null, null)),
        on(
            "feedback",
            "shown",
            (a, c) -> c.feedback().record(new Query.ByText("x"), (List<String>) null, null, null)),
        on("feedback", null, (a, c) -> c.feedback().record(new Query.ByText("x"), ids, null, null)),
        on("feedback", "entries", (a, c) -> c.feedback().recordAll(null)),
        on(
            "feedback",
            "entries[0]",
            (a, c) -> c.feedback().recordAll(Arrays.asList((Feedback) null))),
        on("feedback labels", "bias", (a, c) -> c.feedback().toTrainingSet(null)),
        on("shadow", "options", (a, c) -> c.shadow(null)),
        on(
            "shadow choice",
            "id",
            (a, c) -> c.shadow(ShadowOptions.of(AdapterChoice.none())).choose(1, null)));
  }

  private static List<Case> reads() {
    List<Case> cases = new ArrayList<>();
    SearchRequest request = SearchRequest.vector(Embedding.of(1, 2)).build();
    List<SearchRequest> requests = Arrays.asList(request, null);
    Map<String, Read> reads =
        Map.of(
            "", r -> r.get(null),
            "ids", r -> r.getAll(null),
            " ", r -> r.getAll(Arrays.asList("a", null)),
            "request", r -> r.search(null),
            "requests", r -> r.searchAll(null),
            "requests[1]", r -> r.searchAll(requests));
    reads.forEach(
        (name, read) -> {
          String parameter = name.isBlank() ? null : name;
          cases.add(on("collection read", parameter, (a, c) -> read.from(c)));
          cases.add(
              on(
                  "snapshot read",
                  parameter,
                  (a, c) -> {
                    try (CollectionSnapshot snapshot = c.snapshot()) {
                      read.from(snapshot);
                    }
                  }));
        });
    return cases;
  }

  /** A read with a null. */
  @FunctionalInterface
  interface Read {
    void from(CollectionReads reads);
  }

  private static List<Case> values() {
    return List.of(
        on("document", null, (a, c) -> Document.of(null, "text")),
        on("document id", null, (a, c) -> DocumentId.require(null)),
        on("document", "metadata", (a, c) -> Document.of("a", "text", null)),
        on("patch", "set", (a, c) -> MetadataPatch.set(null)),
        on("metadata", "values", (a, c) -> Metadata.copyOf(null)),
        on("metadata", "key", (a, c) -> Metadata.builder().put(null, 1)),
        on("metadata", "key", (a, c) -> Metadata.of(null, "v")),
        on("metadata", "value", (a, c) -> Metadata.of("k", null)),
        on("metadata list", "value", (a, c) -> Metadata.builder().put("k", (List<String>) null)),
        on("metadata uuid", "value", (a, c) -> Metadata.builder().put("k", (UUID) null)));
  }

  private static List<Case> requests() {
    Embedding vector = Embedding.of(1, 2);
    return List.of(
        on("request", "text", (a, c) -> SearchRequest.text(null)),
        on("request", "embedding", (a, c) -> SearchRequest.vector(null)),
        on("request", "query", (a, c) -> SearchRequest.of(null)),
        on("query", "text", (a, c) -> new Query.ByTextAndEmbedding(null, vector)),
        on("query", "embedding", (a, c) -> new Query.ByTextAndEmbedding("text", null)),
        on("request", "searchMode", (a, c) -> SearchRequest.text("x").mode(null)),
        on("request", "choice", (a, c) -> SearchRequest.text("x").adapter(null)),
        on("request", "method", (a, c) -> SearchRequest.text("x").fusion(null)),
        on("request", "knobs", (a, c) -> SearchRequest.text("x").tuning(null)),
        on("request", "hit", (a, c) -> SearchRequest.text("x").after((SearchHit) null)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nulls")
  void call_null_isRefusedByNameAndChangesNothing(Case wrong) {
    Map<String, String> before = StoreTree.fingerprint(folder);

    if (wrong.parameter() == null) {
      assertRefused(ErrorCode.ID_INVALID, () -> wrong.action().run(attune, collection))
          .withMessageContaining("null");
    } else {
      assertThatNullPointerException()
          .isThrownBy(() -> wrong.action().run(attune, collection))
          .withMessage(wrong.parameter());
    }

    assertThat(StoreTree.fingerprint(folder)).isEqualTo(before);
    assertThat(attune.collections()).containsExactly(NAME);
    assertThat(attune.collection(NAME).scan(null, 10, null)).hasSize(1);
    assertThat(FREE).doesNotExist();
  }
}
