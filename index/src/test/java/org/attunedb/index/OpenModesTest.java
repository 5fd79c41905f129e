package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What each mode makes of a folder, and what it leaves alone. */
@Timeout(60)
class OpenModesTest {
  private static final String NAME = "things";

  @TempDir Path folder;

  private static Attune open(Path path, OpenMode mode) {
    return Attune.open(path, AttuneOptions.defaults().withMode(mode));
  }

  private static void assertNotOpened(Path path, OpenMode mode, ErrorCode code) {
    assertThatExceptionOfType(AttuneException.class)
        .isThrownBy(() -> open(path, mode).close())
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .withMessageContaining(path.toString());
  }

  private void makeStore() {
    try (Attune attune = Attune.open(folder)) {
      VectorCollection collection =
          attune.createCollection(NAME, CollectionSpec.vectors(2, Similarity.EUCLIDEAN));
      collection.upsert(
          IntStream.range(0, 20).mapToObj(i -> Document.of("d" + i, Embedding.of(i, 1))).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPEN", "READ_ONLY"})
  void open_modeThatExpectsAStore_refusesNothingAndEmptyFolders(OpenMode mode) {
    Path missing = folder.resolve("missing");

    assertNotOpened(missing, mode, ErrorCode.NOT_A_STORE);
    assertNotOpened(folder, mode, ErrorCode.NOT_A_STORE);

    assertThat(missing).doesNotExist();
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(names = {"OPEN_OR_CREATE", "CREATE", "OVERWRITE"})
  void open_modeThatMakesAStore_takesMissingAndEmptyFolders(OpenMode mode) throws IOException {
    Path missing = folder.resolve("a/b");
    Path empty = Files.createDirectory(folder.resolve("empty"));

    for (Path path : List.of(missing, empty)) {
      try (Attune attune = open(path, mode)) {
        assertThat(attune.collections()).isEmpty();
      }
      try (Attune attune = open(path, OpenMode.OPEN)) {
        assertThat(attune.collections()).isEmpty();
      }
    }
  }

  @Test
  void create_existingStore_isRefusedAndUntouched() {
    makeStore();
    Map<String, String> before = StoreTree.fingerprint(folder);

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> open(folder, OpenMode.CREATE))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
        .withMessageContaining(folder.toString());

    assertThat(StoreTree.fingerprint(folder)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void open_otherContent_isRefusedAndUntouched(OpenMode mode) throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "mine");
    Files.createDirectories(folder.resolve("collections/things"));
    Files.writeString(folder.resolve("collections/things/x"), "mine, too");
    Map<String, String> before = StoreTree.fingerprint(folder);

    assertNotOpened(folder, mode, ErrorCode.NOT_A_STORE);

    assertThat(StoreTree.fingerprint(folder)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = "READ_ONLY", mode = Mode.EXCLUDE)
  void open_storeThatIsOpen_isRefusedAndUntouched(OpenMode mode) {
    makeStore();
    try (Attune owner = Attune.open(folder)) {
      assertThat(owner.collection(NAME).count(null)).isEqualTo(20);
      Map<String, String> before = StoreTree.fingerprint(folder);

      assertNotOpened(
          folder,
          mode,
          mode == OpenMode.CREATE ? ErrorCode.ALREADY_EXISTS : ErrorCode.STORE_LOCKED);

      assertThat(StoreTree.fingerprint(folder)).isEqualTo(before);
    }
  }

  @Test
  void open_existingStore_hasWhatWasThere() {
    makeStore();

    for (OpenMode mode : List.of(OpenMode.OPEN, OpenMode.OPEN_OR_CREATE, OpenMode.READ_ONLY)) {
      try (Attune attune = open(folder, mode)) {
        assertThat(attune.collection(NAME).count(null)).as("%s", mode).isEqualTo(20);
      }
    }
  }

  @Test
  void overwrite_existingStore_isEmptyAndItsNamesAreFree() throws IOException {
    makeStore();
    // What a crash in a drop leaves.
    Files.createDirectories(folder.resolve("collections/old.tmp/index"));

    try (Attune attune = open(folder, OpenMode.OVERWRITE)) {
      assertThat(attune.collections()).isEmpty();
      assertThat(folder.resolve("collections")).isEmptyDirectory();
      VectorCollection again =
          attune.createCollection(NAME, CollectionSpec.vectors(5, Similarity.COSINE));
      again.upsert(List.of(Document.of("new", Embedding.of(1, 2, 3, 4, 5))));
    }

    try (Attune attune = open(folder, OpenMode.OPEN)) {
      assertThat(attune.collection(NAME).ids(null, 10, null)).containsExactly("new");
    }
  }

  /** Its files would not be found damaged by anyone who only wants them gone. */
  @Test
  void overwrite_storeWithADamagedCollection_isEmpty() throws IOException {
    makeStore();
    Files.delete(folder.resolve("collections/things/collection.json"));

    try (Attune attune = open(folder, OpenMode.OVERWRITE)) {
      assertThat(attune.collections()).isEmpty();
      assertThat(attune.quarantined()).isEmpty();
    }
  }
}
