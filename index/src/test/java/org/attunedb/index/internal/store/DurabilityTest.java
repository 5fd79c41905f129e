package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.Durability;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Call;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When each durability forces the log, seen from the disk. */
@Timeout(60)
class DurabilityTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger forces = new AtomicInteger();

  /** Writes to the log that no force has begun after. */
  private final AtomicInteger unforced = new AtomicInteger();

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile boolean holding;
  private Store store;
  private VectorCollection collection;

  @BeforeEach
  void open() {
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
    collection = store.create("things", CollectionSpec.vectors(2, Similarity.COSINE), null);
  }

  private void open(Durability durability) {
    store.close();
    disk.follow(this::observe);
    store = Store.open(ROOT, disk, AttuneOptions.defaults().withDurability(durability), () -> {});
    collection = store.get("things", null);
    // The first write makes the log's file, which is forced for that, too.
    upsert("first");
    collection.flush();
    forces.set(0);
    writes.set(0);
  }

  private void observe(Step step, Path path, Call call) throws java.io.IOException {
    boolean log = path.toString().endsWith(".log");
    if (log && step == Step.WRITE) {
      writes.incrementAndGet();
      unforced.incrementAndGet();
    }
    int covered = unforced.get();
    if (log && step == Step.FORCE && holding) {
      held.countDown();
      awaitQuietly(release);
    }
    call.run();
    if (log && step == Step.FORCE) {
      forces.incrementAndGet();
      unforced.addAndGet(-covered);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    release.countDown();
    store.close();
  }

  private void upsert(String id) {
    collection.upsert(List.of(Document.of(id, Embedding.of(1, 2))));
  }

  private CompletableFuture<Void> upsertElsewhere(String id, List<Thread> threads) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    upsert(id);
                    result.complete(null);
                  } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                  }
                }));
    return result;
  }

  @Test
  void sync_forceThatTakesLong_isAwaitedBeforeTheWriteIsAcknowledgedOrVisible() throws Exception {
    open(Durability.sync());
    holding = true;

    CompletableFuture<Void> write = upsertElsewhere("second", new ArrayList<>());
    held.await();

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> write.get(300, TimeUnit.MILLISECONDS));
    assertThat(collection.count(null)).isEqualTo(1);
    release.countDown();
    write.get();
    assertThat(collection.count(null)).isEqualTo(2);
  }

  @Test
  void sync_everyWrite_isForcedOnceItReturns() {
    open(Durability.sync());

    for (int i = 0; i < 50; i++) {
      upsert("d" + i);
      assertThat(unforced).hasValue(0);
      collection.delete(List.of("d" + (i - 3)));
      assertThat(unforced).hasValue(0);
    }
    assertThat(writes).hasValue(50 + 47);
  }

  @Test
  void sync_writersThatWaitForAForce_shareTheNext() throws Exception {
    open(Durability.sync());
    holding = true;
    List<Thread> threads = new ArrayList<>();
    List<CompletableFuture<Void>> results = new ArrayList<>();
    results.add(upsertElsewhere("slow", threads));
    held.await();
    for (int i = 0; i < 8; i++) {
      results.add(upsertElsewhere("d" + i, threads));
    }
    for (Thread thread : threads) {
      awaitWaiting(thread);
    }
    holding = false;
    release.countDown();
    for (CompletableFuture<Void> result : results) {
      result.get();
    }

    assertThat(forces).hasValue(2);
    assertThat(writes).hasValue(2);
    assertThat(collection.count(null)).isEqualTo(10);
  }

  /** Until its write has queued. */
  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.sleep(1);
    }
  }

  @Test
  void interval_nothingElseHappens_isForcedAfterIt() throws InterruptedException {
    open(Durability.interval(Duration.ofMillis(100)));
    long start = System.nanoTime();

    upsert("second");
    assertThat(collection.count(null)).isEqualTo(2);
    while (unforced.get() > 0) {
      Thread.sleep(1);
    }

    assertThat(forces).hasValue(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(95));
    Thread.sleep(300);
    assertThat(forces).as("forces of nothing new").hasValue(1);
  }

  @Test
  void interval_writerThatNeverPauses_isForcedAllTheSame() {
    open(Durability.interval(Duration.ofMillis(50)));

    for (int i = 0; forces.get() < 5; i++) {
      upsert("d" + i % 100);
    }

    assertThat(writes.get()).as("writes that shared forces").isGreaterThan(forces.get());
  }

  @Test
  void interval_thatIsLong_doesNotForceBefore() throws InterruptedException {
    open(Durability.interval(Duration.ofHours(1)));

    for (int i = 0; i < 20; i++) {
      upsert("d" + i);
    }
    Thread.sleep(200);

    assertThat(forces).hasValue(0);
    assertThat(unforced).hasValue(20);
  }

  @Test
  void manual_writes_areForcedByFlushAlone() throws InterruptedException {
    open(Durability.manual());

    for (int i = 0; i < 20; i++) {
      upsert("d" + i);
    }
    Thread.sleep(200);
    assertThat(forces).hasValue(0);
    collection.flush();
    assertThat(forces).hasValue(1);
    assertThat(unforced).hasValue(0);
    collection.flush();
    assertThat(forces).hasValue(1);
  }

  @Test
  void manual_close_leavesACommitThatIsForcedAndAnEmptyLog() {
    open(Durability.manual());
    upsert("second");
    List<String> forced = new ArrayList<>();
    disk.follow(
        (step, path, call) -> {
          call.run();
          if (step == Step.FORCE_FILE || step == Step.FORCE_DIRECTORY) {
            forced.add(ROOT.resolve("collections/things").relativize(path).toString());
          }
        });

    store.close();

    assertThat(forced)
        .contains("index", "log")
        .anyMatch(name -> name.startsWith("index/pending_segments"));
    disk.fail(Step.READ, ".log");
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
    assertThat(store.get("things", null).ids(null, 10, null)).containsExactly("first", "second");
  }
}
