package org.attunedb.index.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.Attune;
import org.attunedb.index.BackupMode;
import org.attunedb.index.ByteProgress;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.RestoreMode;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.attunedb.index.internal.io.StoreFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores on a disk that fails, and manifests at the limit of what a restore takes. */
@Timeout(60)
class RestoreFaultsTest {
  @TempDir Path folder;

  private final HookedFileOps disk = new HookedFileOps(new DiskFileOps());
  private Path backup;
  private Path target;

  @BeforeEach
  void fill() {
    backup = folder.resolve("backup");
    target = folder.resolve("target");
    make(folder.resolve("store"), "new");
    try (Attune attune = Attune.open(folder.resolve("store"))) {
      attune.backup(backup, BackupMode.COPY, ByteProgress.none());
    }
    make(target, "old");
  }

  private static void make(Path store, String id) {
    try (Attune attune = Attune.open(store)) {
      attune
          .createCollection("things", CollectionSpec.lexical())
          .upsert(List.of(Document.of(id, "text")));
    }
  }

  private static List<String> ids(Path store) {
    try (Attune attune = Attune.open(store)) {
      return attune.collection("things").ids(null, 10, null);
    }
  }

  /** Of the renames within the folder that everything stands in, some fail. */
  private void failRenames(int first, int last) {
    AtomicInteger renames = new AtomicInteger();
    disk.follow(
        (step, path, call) -> {
          if (step == Step.RENAME && folder.equals(path.getParent())) {
            int rename = renames.incrementAndGet();
            if (rename >= first && rename <= last) {
              throw new IOException("rename " + rename);
            }
          }
          call.run();
        });
  }

  private void replace() {
    Restore.restore(disk, backup, target, RestoreMode.REPLACE, ByteProgress.none());
  }

  @Test
  void replace_newStoreCantTakeItsPlace_bringsTheOldBack() throws IOException {
    failRenames(2, 2);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(this::replace)
        .withMessageContaining("rename 2");

    assertThat(ids(target)).containsExactly("old");
    assertThat(hidden()).isEmpty();
  }

  @Test
  void replace_oldStoreCantComeBackEither_tellsBothFailuresAndWhereItIs() throws IOException {
    failRenames(2, 3);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(this::replace)
        .withMessageContaining("rename 2")
        .satisfies(
            failure -> {
              assertThat(failure).hasMessageContaining(hidden().getFirst().toString());
              assertThat(failure.getSuppressed())
                  .singleElement()
                  .satisfies(second -> assertThat(second).hasMessageContaining("rename 3"));
            });

    assertThat(target).doesNotExist();
    assertThat(hidden())
        .singleElement()
        .satisfies(old -> assertThat(ids(old)).containsExactly("old"));
    disk.follow((step, path, call) -> call.run());
    replace();
    assertThat(ids(target)).containsExactly("new");
  }

  private List<Path> hidden() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static BackupManifest manifest(int collections) {
    TreeMap<String, Long> sequences = new TreeMap<>();
    List<BackupManifest.Entry> files = new ArrayList<>();
    files.add(new BackupManifest.Entry("attune.json", 1, "00000000"));
    for (int i = 0; i < collections; i++) {
      sequences.put("c" + i, 1L);
      files.add(new BackupManifest.Entry("collections/c" + i + "/collection.json", 1, "00000000"));
    }
    return new BackupManifest(Instant.EPOCH, sequences, files);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 70_000})
  void manifest_thatIsWritten_isReadBack(int collections) throws IOException {
    StoreFiles files = new StoreFiles(disk);
    Path made = Files.createDirectory(folder.resolve("made"));

    manifest(collections).write(files, made);

    assertThat(BackupManifest.read(files, made)).isEqualTo(manifest(collections));
  }

  @Test
  void manifest_thatARestoreWouldRefuse_isNotWritten() throws IOException {
    StoreFiles files = new StoreFiles(disk);
    Path made = Files.createDirectory(folder.resolve("made"));

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> manifest(120_000).write(files, made))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_IO))
        .withMessageContaining("120001 files")
        .withMessageContaining("16777216");

    assertThat(made).isEmptyDirectory();
  }
}
