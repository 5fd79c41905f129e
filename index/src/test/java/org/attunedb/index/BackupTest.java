package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.search.SearchRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verification, backup and restore on the disk. */
@Timeout(120)
class BackupTest {
  private static final String DESCRIPTION = "collections/notes/collection.json";
  private static final int DIMENSION = 4;

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(31);
  private Path store;
  private Path backup;
  private Path target;

  @BeforeEach
  void fill() {
    store = folder.resolve("store");
    backup = folder.resolve("backup");
    target = folder.resolve("target");
    try (Attune attune = Attune.open(store)) {
      VectorCollection notes =
          attune.createCollection("notes", CollectionSpec.vectors(DIMENSION, Similarity.COSINE));
      for (int batch = 0; batch < 3; batch++) {
        notes.upsert(documents(batch * 20, 30));
        notes.delete(List.of("d" + batch));
        notes.checkpoint();
      }
    }
  }

  private List<Document> documents(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> Document.of("d" + i, Vectors.random(DIMENSION, random)))
        .toList();
  }

  private BackupSummary backUp(BackupMode mode) {
    try (Attune attune = Attune.open(store)) {
      return attune.backup(backup, mode, ByteProgress.none());
    }
  }

  private BackupSummary restore(RestoreMode mode) {
    return Attune.restore(backup, target, mode, ByteProgress.none());
  }

  private static VerificationReport verify(Path folder) {
    return Attune.verify(folder, ByteProgress.none());
  }

  @ParameterizedTest
  @EnumSource(BackupMode.class)
  void restore_backup_answersAsTheStoreDid(BackupMode mode) throws IOException {
    BackupSummary made = backUp(mode);
    try (Attune attune = Attune.open(store)) {
      SearchRequest request = SearchRequest.vector(Vectors.random(DIMENSION, random)).k(20).build();
      List<Document> documents = attune.collection("notes").scan(null, 100, null);
      var hits = attune.collection("notes").search(request).hits();
      attune.collection("notes").truncate();
      attune.collection("notes").compact();

      BackupSummary restored = restore(RestoreMode.NEW);

      assertThat(restored).isEqualTo(made);
      try (Attune copy = Attune.open(target)) {
        assertThat(documents).hasSize(67);
        assertThat(copy.collection("notes").scan(null, 100, null)).isEqualTo(documents);
        assertThat(copy.collection("notes").search(request).hits()).isEqualTo(hits);
      }
    }
    assertThat(verify(target).isSound()).isTrue();
    assertThat(leftovers()).isEmpty();
  }

  /** Each write carries its number, so that a state that never was can be told. */
  @Test
  void backup_writersRunning_holdsOneStateOfTheCollection() throws Exception {
    try (Attune attune = Attune.open(store);
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      VectorCollection counters =
          attune.createCollection("counters", CollectionSpec.vectors(1, Similarity.EUCLIDEAN));
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong acknowledged = new AtomicLong();
      Future<?> writer =
          executor.submit(
              () -> {
                for (long i = 1; !stop.get(); i++) {
                  // The ids of one batch are there together or not at all.
                  counters.upsert(List.of(numbered("a", i), numbered("b", i)));
                  acknowledged.set(i);
                }
              });
      for (int round = 0; round < 8; round++) {
        Path made = folder.resolve("backup-" + round);
        Path copy = folder.resolve("copy-" + round);
        long before = acknowledged.get();
        attune.backup(made, BackupMode.LINK, ByteProgress.none());
        long after = acknowledged.get();
        Attune.restore(made, copy, RestoreMode.NEW, ByteProgress.none());

        try (Attune restored = Attune.open(copy)) {
          List<Document> found = restored.collection("counters").scan(null, 10, null);
          if (before > 0) {
            assertThat(found).hasSize(2);
          }
          assertThat(found)
              .extracting(BackupTest::number)
              .allMatch(number -> number >= before && number <= after + 1)
              .hasSizeLessThanOrEqualTo(2);
          assertThat(found.stream().map(BackupTest::number).distinct().count())
              .isLessThanOrEqualTo(1);
        }
        assertThat(verify(made).isSound()).isTrue();
        assertThat(verify(store).damaged()).isEmpty();
      }
      stop.set(true);
      writer.get();
      assertThat(acknowledged.get()).isGreaterThan(8);
    }
  }

  private static long number(Document document) {
    return (long) Objects.requireNonNull(document.embedding()).get(0);
  }

  private static Document numbered(String id, long number) {
    return Document.of(id, Embedding.of((float) number));
  }

  @Test
  void backup_readOnlyStore_isRefused() {
    try (Attune attune = Attune.openReadOnly(store)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> attune.backup(backup, BackupMode.COPY, ByteProgress.none()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY))
          .withMessageContaining("opened read-only")
          .withMessageContaining("a backup holds a commit");
    }
    assertThat(leftovers()).isEmpty();
    assertThat(backup).doesNotExist();
  }

  @Test
  void verify_backup_knowsEveryFile() {
    backUp(BackupMode.COPY);

    VerificationReport report = verify(backup);

    assertThat(report.files())
        .anySatisfy(file -> assertThat(file.path()).isEqualTo("backup.json"))
        .allSatisfy(file -> assertThat(file.state()).isEqualTo(FileFinding.State.SOUND));
    assertThat(verify(store).files()).noneMatch(file -> file.path().equals("backup.json"));
  }

  @Test
  void verify_backupWithADamagedManifest_namesIt() throws IOException {
    backUp(BackupMode.COPY);
    Path manifest = backup.resolve("backup.json");
    Files.writeString(manifest, Files.readString(manifest).replaceFirst("notes", "nodes"));

    assertThat(damaged(backup)).containsExactly("backup.json");
  }

  /** What a store does not miss: its marker swapped for another's that is whole. */
  @Test
  void verify_backupWithAFileThatIsNotAsListed_namesIt() throws IOException {
    try (Attune attune = Attune.open(folder.resolve("other"))) {
      attune
          .createCollection("notes", CollectionSpec.vectors(DIMENSION, Similarity.COSINE))
          .upsert(documents(0, 3));
    }
    backUp(BackupMode.COPY);
    Path whole = folder.resolve("other").resolve("collections/notes");
    Path notes = backup.resolve("collections/notes");
    for (Path file : StoreTree.walk(notes).reversed()) {
      Files.delete(file);
    }
    StoreTree.copy(whole, notes);

    assertThat(damaged(backup)).contains(DESCRIPTION);
    assertThat(damaged(folder.resolve("other"))).isEmpty();
  }

  private static List<String> damaged(Path folder) {
    return verify(folder).damaged().stream().map(FileFinding::path).toList();
  }

  @Test
  void backup_inMemoryStore_isCopied() {
    try (Attune attune = Attune.inMemory()) {
      attune.createCollection("c", CollectionSpec.lexical()).upsert(List.of(Document.of("a", "b")));

      attune.backup(backup, BackupMode.LINK, ByteProgress.none());
    }
    restore(RestoreMode.NEW);
    try (Attune attune = Attune.open(target)) {
      assertThat(attune.collection("c").ids(null, 9, null)).containsExactly("a");
    }
  }

  /** Row 73 of the bad-input table: what a manifest must not say. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../escape.json",
        "collections/../../escape.json",
        "/tmp/escape.json",
        "collections/notes/../../../escape.json",
        "collections/other/collection.json",
        "collections\\\\notes\\\\collection.json",
        "collections/notes/jobs/0123456789abcdef01234567/job.json",
        "collections/notes/JOBS/job.json",
        "attune.json"
      })
  void restore_manifestWithBadPath_isRefusedAndTargetUntouched(String path) throws IOException {
    backUp(BackupMode.COPY);
    editManifest(json -> json.replace("\"" + DESCRIPTION + "\"", "\"" + path + "\""));

    assertRefused(ErrorCode.STORE_CORRUPT, "backup.json");
  }

  @Test
  void restore_lengthOfTenGibibytes_isRefusedBeforeAnythingIsWritten() throws IOException {
    backUp(BackupMode.COPY);
    editManifest(json -> json.replaceFirst("\"bytes\" : [0-9]+", "\"bytes\" : 10737418240"));

    assertRefused(ErrorCode.STORE_CORRUPT, "expected 10737418240");
  }

  @Test
  void restore_wrongChecksum_isRefusedAndNamesTheFile() throws IOException {
    backUp(BackupMode.COPY);
    byte[] content = Files.readAllBytes(backup.resolve(DESCRIPTION));
    content[content.length / 2] ^= 1;
    Files.write(backup.resolve(DESCRIPTION), content);

    assertRefused(ErrorCode.STORE_CORRUPT, DESCRIPTION);
  }

  @Test
  void restore_changedManifest_isRefused() throws IOException {
    backUp(BackupMode.COPY);
    Path manifest = backup.resolve("backup.json");
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("\"created\"", "\"createt\""));

    assertRefused(ErrorCode.STORE_CORRUPT, "checksum");
  }

  @Test
  void restore_missingManifest_isRefused() throws IOException {
    backUp(BackupMode.COPY);
    Files.delete(backup.resolve("backup.json"));

    assertRefused(ErrorCode.NOT_A_STORE, "it has no backup.json");
  }

  @Test
  void restore_symbolicLink_isRefused() throws IOException {
    backUp(BackupMode.COPY);
    Path outside = Files.move(backup.resolve(DESCRIPTION), folder.resolve("outside.json"));
    Files.createSymbolicLink(backup.resolve(DESCRIPTION), outside);

    assertRefused(ErrorCode.STORE_CORRUPT, "neither a file nor a folder");
  }

  @Test
  void restore_fileThatIsNotListed_isRefused() throws IOException {
    backUp(BackupMode.COPY);
    Files.writeString(backup.resolve("collections/notes/index/extra"), "x");

    assertRefused(ErrorCode.STORE_CORRUPT, "extra is not in the list");
  }

  @Test
  void restore_fileThatIsMissing_isRefused() throws IOException {
    backUp(BackupMode.COPY);
    Files.delete(backup.resolve(DESCRIPTION));

    assertRefused(ErrorCode.STORE_CORRUPT, DESCRIPTION + " is missing");
  }

  /** Row 74. */
  @Test
  void restore_overAStore_isRefusedUnlessItShallBeReplaced() throws IOException {
    backUp(BackupMode.COPY);
    try (Attune other = Attune.open(target)) {
      other.createCollection("old", CollectionSpec.lexical());
      assertRefusal(RestoreMode.NEW, ErrorCode.ALREADY_EXISTS, "is not empty");
      assertRefusal(RestoreMode.REPLACE, ErrorCode.STORE_LOCKED, "is open in process");
      assertThat(other.collections()).containsExactly("old");
    }

    restore(RestoreMode.REPLACE);

    try (Attune attune = Attune.open(target)) {
      assertThat(attune.collections()).containsExactly("notes");
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void restore_overOtherFiles_isRefusedAlsoWithReplace() throws IOException {
    backUp(BackupMode.COPY);
    Files.createDirectory(target);
    Files.writeString(target.resolve("diary.txt"), "mine");

    assertRefusal(RestoreMode.REPLACE, ErrorCode.NOT_A_STORE, "not replaced");

    assertThat(target.resolve("diary.txt")).content().isEqualTo("mine");
  }

  @Test
  void verify_unfinishedCollection_isUnreferencedNotDamaged() throws IOException {
    Files.createDirectories(store.resolve("collections/half.tmp/index"));
    Files.writeString(store.resolve("collections/half.tmp/collection.json"), "{");

    VerificationReport report = verify(store);

    assertThat(report.isSound()).isTrue();
    assertThat(report.files())
        .filteredOn(file -> file.state() == FileFinding.State.UNREFERENCED)
        .extracting(FileFinding::path)
        .containsExactly("collections/half.tmp/collection.json");
  }

  @Test
  void verify_severalDamagedFiles_reportsAll() throws IOException {
    Files.writeString(store.resolve(DESCRIPTION), "{}");
    Files.delete(store.resolve("collections/notes/adapters/active.json"));
    Path index = store.resolve("collections/notes/index");
    TreeMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(index)) {
      list.filter(path -> path.toString().endsWith(".si"))
          .forEach(path -> files.put(path.getFileName().toString(), path));
    }
    Path segment = files.firstEntry().getValue();
    Files.write(segment, new byte[] {1, 2, 3});

    assertThat(verify(store).damaged())
        .extracting(FileFinding::path)
        .contains(
            DESCRIPTION,
            "collections/notes/adapters/active.json",
            "collections/notes/index/" + segment.getFileName());
  }

  private void assertRefused(ErrorCode code, String message) throws IOException {
    assertRefusal(RestoreMode.NEW, code, message);
    assertThat(target).doesNotExist();
    assertThat(folder.resolve("escape.json")).doesNotExist();
  }

  private void assertRefusal(RestoreMode mode, ErrorCode code, String message) {
    assertThatExceptionOfType(AttuneException.class)
        .isThrownBy(() -> restore(mode))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    assertThat(leftovers()).isEmpty();
  }

  private List<Path> leftovers() {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(path -> path.toString().endsWith(".tmp")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As somebody does who knows how the checksum is made. */
  private void editManifest(UnaryOperator<String> edit) throws IOException {
    Path manifest = backup.resolve("backup.json");
    String sealed = Files.readString(manifest);
    String open = sealed.replaceFirst(",\\s*\"crc32c\" : \"[0-9a-f]{8}\"(\\s*}\\s*)$", "$1");
    String edited = edit.apply(open);
    assertThat(edited).isNotEqualTo(open);
    CRC32C crc = new CRC32C();
    crc.update(edited.getBytes(StandardCharsets.UTF_8));
    String digits = HexFormat.of().toHexDigits((int) crc.getValue());
    Files.writeString(
        manifest, edited.replaceFirst("(\\s*}\\s*)$", ",\n  \"crc32c\" : \"" + digits + "\"$1"));
  }
}
