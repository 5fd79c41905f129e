package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A compaction whose caller is interrupted: it goes on, and nothing is closed under it. */
@Timeout(60)
class CompactionTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private Store store;
  private VectorCollection things;

  @BeforeEach
  void fill() {
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
    things = store.create("things", CollectionSpec.vectors(2, Similarity.COSINE), null);
    for (int i = 0; i < 4; i++) {
      things.upsert(List.of(Document.of("d" + i, Embedding.of(1, i))));
      things.checkpoint();
    }
    things.delete(List.of("d1"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void assertWhole(int segments) {
    assertThat(things.ids(null, 10, null)).containsExactly("d0", "d2", "d3");
    assertThat(things.stats().segments()).isEqualTo(segments);
    things.upsert(List.of(Document.of("more", Embedding.of(1, 1))));
    store.close();
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
    things = store.get("things", null);
    assertThat(things.ids(null, 10, null)).containsExactly("d0", "d2", "d3", "more");
  }

  @Test
  void compact_interruptedBefore_isDoneAndKeepsTheInterrupt() {
    Thread.currentThread().interrupt();
    try {
      things.compact();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertWhole(1);
  }

  /** Enough to merge for files on the disk: less is merged in memory. */
  @Test
  void compact_interruptedDuringTheMerge_isDoneAndKeepsTheInterrupt() throws Exception {
    store.drop("things");
    things = store.create("things", CollectionSpec.vectors(1_024, Similarity.COSINE), null);
    for (int batch = 0; batch < 2; batch++) {
      things.upsert(large(batch * 600));
      things.checkpoint();
    }

    compactInterrupted(Step.CREATE, "Merge");

    assertThat(things.count(null)).isEqualTo(1_200);
    assertThat(things.stats().segments()).isEqualTo(1);
  }

  private static List<Document> large(int first) {
    return IntStream.range(first, first + 600)
        .mapToObj(
            i -> {
              float[] components = new float[1_024];
              components[i % 1_024] = 1;
              components[i / 7] += 0.5f;
              return Document.of("d" + i, Embedding.of(components));
            })
        .toList();
  }

  @Test
  void compact_interruptedDuringTheCommit_isDoneAndKeepsTheInterrupt() throws Exception {
    compactInterrupted(Step.FORCE_FILE, "attune-write");

    assertWhole(1);
  }

  /** Interrupts the caller while a thread of that name is in that step. */
  private void compactInterrupted(Step during, String thread) throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    disk.follow(
        (step, path, call) -> {
          if (step == during && Thread.currentThread().getName().contains(thread)) {
            reached.countDown();
            awaitQuietly(release);
          }
          call.run();
        });
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread caller =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  things.compact();
                  interrupted.set(Thread.currentThread().isInterrupted());
                });
    reached.await();

    caller.interrupt();
    caller.join(200);
    assertThat(caller.isAlive()).as("waits although it was interrupted").isTrue();
    release.countDown();
    caller.join();

    assertThat(interrupted).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
