package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.attunedb.core.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Unusual but acceptable input, and wrong states of the store. Names begin with the row of the
 * project's table of bad input, as in {@link BadInputConformanceTest}.
 */
class AcceptedInputConformanceTest extends StoreTest {
  private static final Embedding ONE = Embedding.of(1, 0);
  private static final SearchRequest BY_VECTOR = SearchRequest.vector(ONE).k(10_000).build();

  private VectorCollection collection;

  @BeforeEach
  void create() {
    collection = attune.createCollection("docs", CollectionSpec.vectors(2, Similarity.COSINE));
  }

  private void put(String id, Metadata metadata) {
    collection.upsert(List.of(new Document(id, null, metadata, ONE)));
  }

  @Test
  @DisplayName("row 18: k beyond the live documents gives all of them")
  void search_kBeyondTheLiveDocuments_returnsAll() {
    put("a", Metadata.of("k", "v"));
    put("b", Metadata.of("k", "v"));
    put("gone", Metadata.of("k", "v"));
    collection.delete(List.of("gone"));

    assertThat(collection.search(BY_VECTOR).ids()).containsExactly("a", "b");
  }

  @Test
  @DisplayName("row 20: an empty collection answers with an empty list")
  void search_emptyCollection_returnsNothing() {
    assertThat(collection.search(BY_VECTOR).hits()).isEmpty();
    assertThat(collection.scan(null, 10, null)).isEmpty();
  }

  @ParameterizedTest(name = "row 24: id {0} comes back as it went in")
  @ValueSource(strings = {"../../x", "a/b", "😀", "שלום", "a b", "%2e", "null", "{}", "\\"})
  void id_unusual_roundTrips(String id) {
    put(id, Metadata.of("k", "v"));
    reopen();

    VectorCollection reopened = attune.collection("docs");
    assertThat(reopened.get(id)).get().extracting(Document::id).isEqualTo(id);
    assertThat(reopened.search(BY_VECTOR).ids()).containsExactly(id);
    assertThat(reopened.delete(List.of(id))).isEqualTo(1);
  }

  @Test
  @DisplayName("row 27: insert of an existing id is a conflict that writes nothing")
  void insert_existingId_writesNothing() {
    put("old", Metadata.of("k", "v"));
    List<Document> before = collection.scan(null, 10, null);

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(
            () -> collection.insert(List.of(Document.of("new", ONE), Document.of("old", ONE))))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .withMessageContaining("'old'")
        .withMessageContaining("'docs'");
    assertThat(collection.scan(null, 10, null)).isEqualTo(before);
  }

  @ParameterizedTest(name = "row 28: unknown id [{0}] is absent and deletes nothing")
  @ValueSource(strings = {"unknown", "", "\uD800", "a\u0000b"})
  void id_unknown_isAbsent(String id) {
    put("a", Metadata.of("k", "v"));

    assertThat(collection.get(id)).isEmpty();
    assertThat(collection.delete(List.of(id))).isZero();
    assertThat(collection.count(null)).isEqualTo(1);
  }

  @Test
  @DisplayName("row 36 (documented difference): __proto__ is reserved by its underscore")
  void metadata_protoKey_isRefused() {
    assertRefused(ErrorCode.METADATA_INVALID, () -> put("a", Metadata.of("__proto__", "v")))
        .withMessageContaining("'__proto__'")
        .withMessageContaining("underscore");
    assertThat(collection.count(null)).isZero();
  }

  @ParameterizedTest(name = "row 36: metadata key {0} is data")
  @ValueSource(strings = {"constructor", "$eq", "a.b", "'", "a b", "é"})
  void metadata_unusualKey_isKeptAndFiltered(String key) {
    put("a", Metadata.of(key, "v"));

    assertThat(collection.count(Filter.eq(key, "v"))).isEqualTo(1);
    assertThat(collection.get("a").orElseThrow().metadata()).isEqualTo(Metadata.of(key, "v"));
  }

  @Test
  @DisplayName("row 37 (documented difference): a field may hold values of several types")
  void metadata_typeChanges_keepsBoth() {
    put("int", Metadata.builder().put("year", 2026).build());
    put("text", Metadata.of("year", "2026"));

    assertThat(collection.ids(null, 10, Filter.eq("year", 2026))).containsExactly("int");
    assertThat(collection.ids(null, 10, Filter.eq("year", "2026"))).containsExactly("text");
  }

  @Test
  @DisplayName("row 39: 2^53+1 is kept exactly; -0.0 is 0.0")
  void metadata_numbers_areExact() {
    long odd = (1L << 53) + 1;
    Metadata metadata = Metadata.builder().put("long", odd).put("zero", -0.0).build();
    put("a", metadata);
    reopen();
    collection = attune.collection("docs");

    assertThat(collection.get("a").orElseThrow().metadata()).isEqualTo(metadata);
    assertThat(collection.count(new Filter.Eq("zero", MetadataValue.of(0.0)))).isEqualTo(1);
    assertThat(collection.count(new Filter.Eq("long", MetadataValue.of(odd)))).isEqualTo(1);
    assertThat(collection.count(new Filter.Eq("long", MetadataValue.of(odd - 1)))).isZero();
  }

  @Test
  @DisplayName("row 43: an unknown field matches nothing and the warning names it")
  void filter_unknownField_warns() {
    put("a", Metadata.of("lang", "en"));

    SearchResponse response =
        collection.search(SearchRequest.vector(ONE).filter(Filter.eq("lnag", "en")).build());

    assertThat(response.hits()).isEmpty();
    assertThat(response.stats().warnings()).singleElement().asString().contains("'lnag'");
  }

  @ParameterizedTest(name = "row 44: filter key {0} is a name")
  @ValueSource(strings = {"'] + T(java.lang.Runtime).getRuntime() + ['", "x' OR 1=1", "*", "a:b"})
  void filter_keyThatLooksLikeCode_isAName(String key) {
    put("a", Metadata.of("x", "1"));

    assertThat(collection.count(Filter.eq(key, "1"))).isZero();
    put("b", Metadata.of(key, "1"));
    assertThat(collection.ids(null, 10, Filter.eq(key, "1"))).containsExactly("b");
  }

  @ParameterizedTest(name = "row 45: filter value {0} is literal")
  @ValueSource(strings = {"*", "?", ".*", "a\"b", "x' OR '1'='1", "[a-z]", "a\\", "~2"})
  void filter_valueThatLooksLikeAPattern_isLiteral(String value) {
    put("other", Metadata.of("k", "ab"));
    put("same", Metadata.of("k", value));

    assertThat(collection.ids(null, 10, Filter.eq("k", value))).containsExactly("same");
  }

  @Test
  @DisplayName("row 48 (documented difference): a string matches no number, without an error")
  void filter_otherType_matchesNothing() {
    put("a", Metadata.builder().put("year", 2026).build());

    assertThat(collection.count(Filter.eq("year", "2026"))).isZero();
    assertThat(collection.count(new Filter.Gt("year", MetadataValue.of("0")))).isZero();
  }

  @Test
  @DisplayName("row 69: an empty batch writes nothing")
  void batch_empty_isAccepted() {
    collection.upsert(List.of());
    collection.insert(List.of());

    assertThat(collection.delete(List.of())).isZero();
    assertThat(collection.count(null)).isZero();
  }

  @Test
  @DisplayName("row 77: a snapshot held while its collection is dropped ends with a typed error")
  void drop_whileSnapshotIsHeld_readsFail() {
    put("a", Metadata.of("k", "v"));
    try (CollectionSnapshot snapshot = collection.snapshot()) {
      attune.dropCollection("docs");

      assertThatIllegalStateException().isThrownBy(() -> snapshot.search(BY_VECTOR));
    }
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> attune.collection("docs"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND));
  }

  @Test
  @DisplayName("row 78: a second opening is refused with folder and process")
  void open_twice_isLocked() {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> Attune.open(folder))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_LOCKED))
        .withMessageContaining(folder.toString())
        .withMessageContaining(Long.toString(ProcessHandle.current().pid()));
    put("a", Metadata.of("k", "v"));
    assertThat(collection.count(null)).isEqualTo(1);
  }

  @Test
  @DisplayName("row 79: use after close is refused, closing again does nothing")
  void use_afterClose_isRefused() {
    attune.close();
    attune.close();

    assertThatIllegalStateException().isThrownBy(() -> put("a", Metadata.of("k", "v")));
    assertThatIllegalStateException().isThrownBy(() -> collection.search(BY_VECTOR));
  }

  @ParameterizedTest(name = "row 80: {0} folder that is no store")
  @ValueSource(strings = {"read-write", "read-only"})
  void open_foreignFolder_isLeftAlone(String mode, @TempDir Path other) throws IOException {
    Path mine = Files.writeString(other.resolve("notes.txt"), "mine");

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(
            () -> {
              try (Attune opened =
                  mode.equals("read-only") ? Attune.openReadOnly(other) : Attune.open(other)) {
                opened.collections();
              }
            })
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_A_STORE))
        .withMessageContaining(other.toString());
    try (Stream<Path> left = Files.list(other)) {
      assertThat(left).containsExactly(mine);
    }
  }

  @Test
  @DisplayName("row 80: read-only, a store takes no writes and shows the same documents")
  void open_readOnly_refusesWrites() {
    put("a", Metadata.of("k", "v"));
    List<Document> before = new ArrayList<>(collection.scan(null, 10, null));
    try (Attune reader = Attune.openReadOnly(folder)) {
      VectorCollection readOnly = reader.collection("docs");
      for (Runnable write :
          List.<Runnable>of(
              () -> readOnly.upsert(List.of(Document.of("b", ONE))),
              () -> readOnly.delete(List.of("a")),
              readOnly::truncate,
              () -> reader.dropCollection("docs"))) {
        assertThatExceptionOfType(StoreException.class)
            .isThrownBy(write::run)
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
      }
      assertThat(readOnly.scan(null, 10, null)).isEqualTo(before);
    }
    assertThat(collection.scan(null, 10, null)).isEqualTo(before);
  }
}
