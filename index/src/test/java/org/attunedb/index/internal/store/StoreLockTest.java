package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.OpenMode;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The lock is free after every failure, and what was seen before it was taken is seen again. */
@Timeout(60)
class StoreLockTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();
  private static final AttuneOptions OPTIONS = AttuneOptions.defaults();

  @TempDir Path folder;

  private final HookedFileOps disk = new HookedFileOps(new DiskFileOps());

  private void assertFree() {
    try (Store store = Store.open(folder, OPTIONS)) {
      assertThat(store.names()).isNotNull();
    }
  }

  @Test
  void open_errorBelow_freesTheLock() {
    disk.follow(
        (step, path, call) -> {
          if (step == Step.FORCE_DIRECTORY) {
            throw new OutOfMemoryError("test");
          }
          call.run();
        });

    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> Store.open(folder, OPTIONS, disk).close());

    assertFree();
  }

  @Test
  void open_failureBelow_freesTheLock() {
    disk.fail(Step.FORCE_DIRECTORY, "collections");

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> Store.open(folder, OPTIONS, disk).close());

    assertFree();
  }

  @Test
  void close_errorBelow_freesTheLock() {
    Store store = Store.open(folder, OPTIONS, disk);
    store
        .create("things", CollectionSpec.vectors(2, Similarity.COSINE), null)
        .upsert(List.of(Document.of("a", Embedding.of(1, 2))));
    disk.follow(
        (step, path, call) -> {
          // Not the writer's own thread, which survives it.
          if (!Thread.currentThread().getName().startsWith("attune-")) {
            throw new OutOfMemoryError("test");
          }
          call.run();
        });

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(store::close);

    assertFree();
  }

  /** Between the first look and the lock, another process may have made a store. */
  @Test
  void create_storeThatIsThereOnceItIsLocked_isRefusedAndKept() {
    HeapFileOps heap = new HeapFileOps(ROOT);
    try (Store first = Store.open(ROOT, heap, OPTIONS, () -> {})) {
      first.create("things", CollectionSpec.lexical(), null);
    }

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(
            () -> Store.open(ROOT, heap, OPTIONS.withMode(OpenMode.CREATE), () -> {}).close())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));

    try (Store again = Store.open(ROOT, heap, OPTIONS, () -> {})) {
      assertThat(again.names()).containsExactly("things");
    }
  }

  @Test
  void open_storeThatIsGoneOnceItIsLocked_isNotMade() {
    HeapFileOps heap = new HeapFileOps(ROOT);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> Store.open(ROOT, heap, OPTIONS.withMode(OpenMode.OPEN), () -> {}).close())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_A_STORE));

    assertThat(heap.exists(ROOT.resolve(StoreFormat.FILE))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"READ_ONLY", "OPEN"},
      mode = Mode.EXCLUDE)
  void open_emptyDisk_isMade(OpenMode mode) {
    HeapFileOps heap = new HeapFileOps(ROOT);

    try (Store store = Store.open(ROOT, heap, OPTIONS.withMode(mode), () -> {})) {
      assertThat(store.names()).isEmpty();
    }
    assertThat(heap.exists(ROOT.resolve(StoreFormat.FILE))).isTrue();
  }
}
