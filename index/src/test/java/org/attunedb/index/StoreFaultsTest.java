package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.attunedb.core.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataPatch;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage to one of several collections, other names for them, and writes at the limits. */
@Timeout(120)
class StoreFaultsTest extends StoreTest {
  @TempDir Path elsewhere;

  private VectorCollection one;

  @BeforeEach
  void fill() {
    one = create("one");
    create("two");
  }

  private VectorCollection create(String name) {
    VectorCollection made =
        attune.createCollection(name, CollectionSpec.vectors(2, Similarity.EUCLIDEAN));
    made.upsert(documents(0, 5));
    made.checkpoint();
    return made;
  }

  private static List<Document> documents(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> new Document("d" + i, "word", Metadata.of("k", "v" + i), Embedding.of(i, 1)))
        .toList();
  }

  private void damage(String name) throws IOException {
    close();
    Path file = folder.resolve("collections").resolve(name).resolve("collection.json");
    Files.writeString(file, Files.readString(file).replace("caller", "callee"));
    open();
  }

  private void assertQuarantined(String name, String file) {
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> attune.collection(name))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
          .withMessageContaining("'" + name + "' is quarantined")
          .withMessageContaining(file);
    }
  }

  @Test
  void quarantine_oneDamagedCollection_isNamedAndTheOthersServe() throws IOException {
    damage("one");
    assertThat(attune.quarantined()).as("before anybody asks for it").isEmpty();
    Map<String, String> before = StoreTree.fingerprint(folder.resolve("collections/one"));

    assertQuarantined("one", "collections/one/collection.json");

    assertThat(attune.quarantined()).containsOnlyKeys("one");
    assertThat(attune.quarantined().get("one")).contains("collection.json", "checksum");
    assertThat(attune.collections()).containsExactly("one", "two");
    VectorCollection two = attune.collection("two");
    two.upsert(documents(5, 3));
    assertThat(two.count(null)).isEqualTo(8);
    create("three");
    assertThat(StoreTree.fingerprint(folder.resolve("collections/one"))).isEqualTo(before);
    reopen();
    assertThat(attune.collection("two").count(null)).isEqualTo(8);
    assertQuarantined("one", "collections/one/collection.json");
  }

  @Test
  void quarantine_dropped_freesTheName() throws IOException {
    damage("one");
    assertQuarantined("one", "collection.json");

    attune.dropCollection("one");

    assertThat(attune.quarantined()).isEmpty();
    assertThat(create("one").count(null)).isEqualTo(5);
  }

  @Test
  void rename_quarantined_isQuarantinedUnderItsNewName() throws IOException {
    damage("one");
    assertQuarantined("one", "collection.json");

    attune.renameCollection("one", "broken");

    assertThat(attune.quarantined()).containsOnlyKeys("broken");
    assertThat(attune.collections()).containsExactly("broken", "two");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> attune.collection("broken"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT));
    assertThat(create("one").count(null)).isEqualTo(5);
    reopen();
    assertQuarantined("broken", "collections/broken/collection.json");
    assertThat(attune.collection("one").count(null)).isEqualTo(5);
  }

  @Test
  void rename_healthy_keepsEverythingAndClosesTheOldObject() {
    one.upsert(documents(5, 4));
    List<Document> documents = one.scan(null, 100, null);
    CollectionSpec spec = one.spec();

    attune.renameCollection("one", "renamed");

    assertThatIllegalStateException().isThrownBy(() -> one.count(null));
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> attune.collection("one"));
    for (int attempt = 0; attempt < 2; attempt++) {
      VectorCollection renamed = attune.collection("renamed");
      assertThat(renamed.name()).isEqualTo("renamed");
      assertThat(renamed.spec()).isEqualTo(spec);
      assertThat(renamed.scan(null, 100, null)).isEqualTo(documents);
      assertThat(attune.collections()).containsExactly("renamed", "two");
      reopen();
    }
    attune.collection("renamed").upsert(documents(9, 1));
    assertThat(attune.collection("renamed").count(null)).isEqualTo(10);
  }

  @Test
  void rename_takenUnknownOrBadName_isRefusedAndTheObjectStaysOpen() {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> attune.renameCollection("one", "two"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .withMessageContaining("'two'");
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> attune.renameCollection("one", "one"));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> attune.renameCollection("nowhere", "three"));
    assertRefused(ErrorCode.NAME_INVALID, () -> attune.renameCollection("one", "../three"));
    assertRefused(ErrorCode.NAME_INVALID, () -> attune.renameCollection("../one", "three"));

    assertThat(one.count(null)).isEqualTo(5);
    assertThat(attune.collection("one")).isSameAs(one);
  }

  /** What stands in the log must be readable after the process was killed. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0001", "ä", "\""})
  void delete_filterWithTheLongestName_isReadBackFromTheLog(String character) {
    String longest = character.repeat(48_000);

    assertThat(one.delete(Filter.not(new Filter.Exists(longest)))).isEqualTo(5);
    one.upsert(documents(7, 2));

    assertKilledStoreHas("d7", "d8");
  }

  @Test
  void delete_filterWithTooLongANameOrText_isRefusedBeforeTheLog() {
    String name = "x".repeat(48_001);
    String text = "x".repeat(64_001);

    assertRefused(
        ErrorCode.FILTER_TOO_COMPLEX, () -> one.delete(Filter.not(new Filter.Exists(name))));
    assertRefused(ErrorCode.FILTER_TOO_COMPLEX, () -> one.delete(Filter.not(Filter.eq("k", text))));
    assertRefused(
        ErrorCode.FILTER_TOO_COMPLEX,
        () ->
            one.updateMetadata(
                Filter.not(new Filter.StartsWith("k", text)), MetadataPatch.remove("k")));
    one.upsert(documents(5, 1));

    assertKilledStoreHas("d0", "d1", "d2", "d3", "d4", "d5");
  }

  @Test
  void upsert_keyThatIsTooLong_isRefusedBeforeTheLog() {
    String key = "k".repeat(Metadata.MAX_KEY_LENGTH + 1);

    assertRefused(
        ErrorCode.METADATA_INVALID,
        () -> one.updateMetadata(List.of("d1"), MetadataPatch.set(Metadata.of(key, "v"))));
    one.updateMetadata(List.of("d1"), MetadataPatch.set(Metadata.of(key.substring(1), "v")));

    assertKilledStoreHas("d0", "d1", "d2", "d3", "d4");
  }

  private void assertKilledStoreHas(String... ids) {
    Path copy = StoreTree.copy(folder, elsewhere.resolve("copy"));
    assertThat(StoreTree.walk(copy)).anyMatch(path -> path.toString().endsWith(".log"));
    try (Attune killed = Attune.open(copy)) {
      assertThat(killed.collection("one").ids(null, 100, null)).containsExactly(ids);
    }
    reopen();
    assertThat(attune.collection("one").ids(null, 100, null)).containsExactly(ids);
  }

  @Test
  void upsert_batchOfTooManyDocuments_isRefusedAndWritesNothing() {
    assertRefused(
            ErrorCode.BATCH_TOO_LARGE,
            () -> one.upsert(documents(0, VectorCollection.MAX_BATCH + 1)))
        .withMessageContaining("10001")
        .withMessageContaining("10000");

    assertThat(one.count(null)).isEqualTo(5);
    one.upsert(documents(0, VectorCollection.MAX_BATCH));
    assertThat(one.count(null)).isEqualTo(VectorCollection.MAX_BATCH);
  }

  /** The documents share a text, so that only the batch is large. */
  @Test
  void upsert_batchOfTooManyBytes_isRefusedAndWritesNothing() {
    String text = "x".repeat(Document.MAX_TEXT_LENGTH);
    List<Document> batch =
        IntStream.rangeClosed(0, VectorCollection.MAX_BATCH_BYTES / Document.MAX_TEXT_LENGTH)
            .mapToObj(i -> new Document("b" + i, text, Metadata.empty(), Embedding.of(i, 1)))
            .toList();

    assertRefused(ErrorCode.BATCH_TOO_LARGE, () -> one.upsert(batch))
        .withMessageContaining("268435456");
    assertRefused(ErrorCode.BATCH_TOO_LARGE, () -> one.insert(batch));

    assertThat(one.ids(null, 10, null)).containsExactly("d0", "d1", "d2", "d3", "d4");
    reopen();
    assertThat(attune.collection("one").count(null)).isEqualTo(5);
  }

  @Test
  void updateMetadata_tooManyIds_isRefusedAndChangesNothing() {
    List<String> ids =
        IntStream.rangeClosed(0, VectorCollection.MAX_BATCH).mapToObj(i -> "d" + i).toList();

    assertRefused(
            ErrorCode.BATCH_TOO_LARGE, () -> one.updateMetadata(ids, MetadataPatch.remove("k")))
        .withMessageContaining("10001");

    assertThat(one.count(new Filter.Exists("k"))).isEqualTo(5);
    assertThat(one.updateMetadata(Collections.nCopies(20_000, "d1"), MetadataPatch.remove("k")))
        .isEqualTo(1);
  }
}
