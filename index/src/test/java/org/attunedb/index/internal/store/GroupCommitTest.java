package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.Durability;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.attunedb.index.internal.log.Operation;
import org.attunedb.index.internal.log.OperationLog;
import org.attunedb.index.internal.lucene.DocumentMapper;
import org.attunedb.index.internal.lucene.MergeWorkers;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.attunedb.index.internal.search.SegmentProfiles;
import org.attunedb.index.internal.search.Snapshot;
import org.attunedb.index.internal.store.PendingWrite.Decision;
import org.attunedb.index.internal.text.TextAnalysis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults in the writer's own thread: whatever happens there, nobody waits for it. */
@Timeout(60)
class GroupCommitTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();
  private static final CollectionSpec SPEC = CollectionSpec.vectors(2, Similarity.COSINE);
  private static final UUID ID = new UUID(1, 2);

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private final StoreHealth health = StoreHealth.writable();
  private final MergeWorkers workers = new MergeWorkers(1);
  private CollectionIndex index;
  private GroupCommit writer;

  @BeforeEach
  void open() throws IOException {
    disk.createDirectory(ROOT.resolve("index"));
    disk.createDirectory(ROOT.resolve("log"));
    CollectionIndex.create(disk.lucene(ROOT.resolve("index")), SPEC, ID);
    TextAnalysis analysis = new TextAnalysis();
    index =
        CollectionIndex.open(
            disk.lucene(ROOT.resolve("index")),
            SPEC,
            ID,
            new DocumentMapper(Similarity.COSINE, false, analysis),
            analysis,
            new SegmentProfiles(
                Similarity.COSINE, GraphMemory.none(), ReadAhead.none(), Runnable::run),
            workers,
            null);
    OperationLog log = new OperationLog(disk, ROOT.resolve("log"), ID, 0);
    writer = new GroupCommit("things", ROOT, index, log, Durability.sync(), health);
  }

  @AfterEach
  void close() throws IOException {
    writer.close();
    index.close();
    workers.close();
  }

  private PendingWrite put(String id) {
    Operation.Upsert upsert = new Operation.Upsert(List.of(Document.of(id, Embedding.of(1, 2))));
    return PendingWrite.of(index.prepare(upsert), 1);
  }

  private long count() throws IOException {
    var view = index.acquire();
    try {
      return new Snapshot(view).count(null);
    } finally {
      index.release(view);
    }
  }

  /** The ids of a write that fails as soon as it is compared with another write. */
  private static List<String> broken() {
    return new AbstractList<>() {
      @Override
      public String get(int position) {
        throw new OutOfMemoryError("test");
      }

      @Override
      public int size() {
        throw new OutOfMemoryError("test");
      }
    };
  }

  @Test
  void write_outOfMemoryInADecision_failsItAndThoseAfterItAtOnce() throws IOException {
    assertThat(writer.write(put("a"))).isEqualTo(1);
    PendingWrite deciding =
        PendingWrite.readingAll(
            view -> {
              throw new OutOfMemoryError("test");
            });

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> writer.write(deciding))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_IO));

    assertRefusesWritesAndServesReads();
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "FORCE"})
  void write_outOfMemoryBelowTheLog_failsItAndThoseAfterItAtOnce(Step failing) throws IOException {
    assertThat(writer.write(put("a"))).isEqualTo(1);
    disk.follow(
        (step, path, call) -> {
          if (step == failing && path.toString().endsWith(".log")) {
            throw new OutOfMemoryError("test");
          }
          call.run();
        });

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> writer.write(put("x")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_IO));

    assertRefusesWritesAndServesReads();
  }

  private void assertRefusesWritesAndServesReads() throws IOException {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> writer.write(put("b")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
    assertThat(count()).isEqualTo(1);
    // The thread is still there.
    assertThatNoException().isThrownBy(() -> writer.exclusively(() -> {}));
  }

  @Test
  void write_faultInADecision_failsOnlyThat() throws IOException {
    PendingWrite deciding =
        PendingWrite.readingAll(
            view -> {
              throw new IllegalArgumentException("test");
            });

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> writer.write(deciding))
        .withMessage("test");

    assertThat(writer.write(put("b"))).isEqualTo(1);
    assertThat(count()).isEqualTo(1);
  }

  /** The thread itself ends: with it, everything that has queued and whatever comes later. */
  @Test
  void write_faultBetweenGroups_answersWhatHasQueuedAndWhatComesLater() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    threads.add(
        start(
            () ->
                writer.exclusively(
                    () -> {
                      held.countDown();
                      awaitQuietly(release);
                    })));
    held.await();
    List<PendingWrite> queued =
        List.of(put("a"), PendingWrite.reading(broken(), view -> new Decision(null, 0)), put("b"));
    for (PendingWrite write : queued) {
      Thread thread = start(() -> writer.write(write));
      threads.add(thread);
      // One after the other, so that the order is that of the list.
      while (thread.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
    }
    release.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    for (PendingWrite write : queued) {
      assertThat(write.result()).isCompletedExceptionally();
    }
    assertThat(count()).isZero();
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> writer.write(put("c")))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.READ_ONLY));
      assertThatExceptionOfType(StoreException.class).isThrownBy(writer::flush);
    }
  }

  private static Thread start(Runnable action) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                action.run();
              } catch (StoreException e) {
                // Looked at in the write's result.
                assertThat(e.code()).isEqualTo(ErrorCode.STORE_IO);
              }
            });
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void write_afterClose_isRefused() {
    writer.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> writer.write(put("a")))
        .withMessageContaining("'things' is closed");
  }
}
