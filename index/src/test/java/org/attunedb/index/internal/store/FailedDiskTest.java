package org.attunedb.index.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.HookedFileOps.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store does when the disk or the heap below it fails. */
@Timeout(60)
class FailedDiskTest {
  private static final Path ROOT = Path.of("memory").toAbsolutePath();
  private static final CollectionSpec SPEC = CollectionSpec.vectors(2, Similarity.COSINE);

  private final HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
  private Store store;
  private VectorCollection one;

  @BeforeEach
  void fill() {
    store = open();
    one = store.create("one", SPEC, null);
    one.upsert(documents(0, 3));
    store.create("two", SPEC, null).upsert(documents(0, 2));
  }

  private Store open() {
    return Store.open(ROOT, disk, AttuneOptions.defaults(), () -> {});
  }

  /** A process was killed: what it had open is not closed. */
  private void reopen() {
    disk.follow((step, path, call) -> call.run());
    store = open();
    one = store.get("one", null);
  }

  private static List<Document> documents(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> Document.of("d" + i, Embedding.of(1, i)))
        .toList();
  }

  private static ThrowableAssertAlternative<StoreException> assertFails(
      ErrorCode code, ThrowingCallable call) {
    return assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  /** Everything answers at once, whoever comes when. */
  private void assertEndsWrites(VectorCollection collection) {
    assertFails(ErrorCode.READ_ONLY, () -> collection.upsert(documents(9, 1)))
        .withMessageContaining("'one'");
    assertFails(ErrorCode.READ_ONLY, () -> collection.insert(documents(9, 1)));
    assertFails(ErrorCode.READ_ONLY, () -> collection.delete(List.of("d0")));
    assertFails(ErrorCode.READ_ONLY, collection::truncate);
    assertFails(ErrorCode.READ_ONLY, collection::flush);
    assertFails(ErrorCode.READ_ONLY, collection::checkpoint);
    assertFails(ErrorCode.READ_ONLY, collection::compact);
    assertFails(ErrorCode.READ_ONLY, () -> store.create("new", SPEC, null));
    assertFails(ErrorCode.READ_ONLY, () -> store.rename("two", "three"));
    assertFails(ErrorCode.READ_ONLY, () -> store.drop("two"));
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "FORCE"})
  void write_outOfMemoryBelow_failsThatWriteAndLeavesNoOtherWaiting(Step failing) {
    disk.follow(
        (step, path, call) -> {
          if (step == failing && path.toString().endsWith(".log")) {
            throw new OutOfMemoryError("test");
          }
          call.run();
        });

    assertFails(ErrorCode.STORE_IO, () -> one.upsert(documents(3, 1)))
        .withMessageContaining("unknown");

    assertEndsWrites(one);
    assertThat(one.count(null)).isEqualTo(3);
    assertThat(store.get("two", null).count(null)).isEqualTo(2);
    store.close();
    reopen();
    one.upsert(documents(4, 1));
    assertThat(one.ids(null, 10, null)).contains("d0", "d1", "d2", "d4");
  }

  @Test
  void write_outOfMemoryWhileOthersWait_answersAll() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    disk.follow(
        (step, path, call) -> {
          if (step == Step.FORCE && path.toString().endsWith(".log")) {
            held.countDown();
            await(release);
            throw new OutOfMemoryError("test");
          }
          call.run();
        });
    List<ErrorCode> answers = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    threads.add(writer(3, answers));
    held.await();
    for (int i = 4; i < 10; i++) {
      threads.add(writer(i, answers));
    }
    release.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(answers)
        .hasSize(7)
        .contains(ErrorCode.STORE_IO)
        .allMatch(code -> code == ErrorCode.STORE_IO || code == ErrorCode.READ_ONLY);
    assertEndsWrites(one);
  }

  private Thread writer(int i, List<ErrorCode> answers) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                one.upsert(documents(i, 1));
              } catch (StoreException e) {
                answers.add(e.code());
              }
            });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void write_forceOfTheLogsFolderFails_endsWrites() {
    one.checkpoint();
    disk.fail(Step.FORCE_DIRECTORY, "one/log");

    assertFails(ErrorCode.STORE_IO, () -> one.upsert(documents(3, 1)))
        .withMessageContaining("collections/one");

    assertEndsWrites(one);
    assertThat(one.count(null)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "rename", "drop"})
  void change_forceOfTheCollectionsFolderFails_endsWrites(String change) {
    disk.fail(Step.FORCE_DIRECTORY, "/collections");

    assertFails(
            ErrorCode.STORE_IO,
            () -> {
              switch (change) {
                case "create" -> store.create("new", SPEC, null);
                case "rename" -> store.rename("two", "new");
                default -> store.drop("two");
              }
            })
        .withMessageContaining("collections");

    assertFails(ErrorCode.READ_ONLY, () -> one.upsert(documents(3, 1)));
    assertFails(ErrorCode.READ_ONLY, () -> store.create("other", SPEC, null));
    assertThat(one.count(null)).isEqualTo(3);
  }

  @Test
  void open_existingStore_forcesTheNamesThatAKilledProcessLeft() {
    List<Path> forced = new ArrayList<>();
    disk.follow(
        (step, path, call) -> {
          call.run();
          if (step == Step.FORCE_DIRECTORY) {
            forced.add(path);
          }
        });

    store = open();

    assertThat(forced).contains(ROOT, ROOT.resolve("collections"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "memory/collections"})
  void open_namesCantBeForced_isRefused(String folder) {
    disk.fail(Step.FORCE_DIRECTORY, folder);

    assertFails(ErrorCode.STORE_IO, this::open).withMessageContaining(folder);
  }

  @Test
  void collection_openedAfterAFailedWrite_isReadWithoutTouchingItsFiles() {
    reopen();
    disk.fail(Step.WRITE, ".log");
    assertFails(ErrorCode.STORE_IO, () -> one.upsert(documents(3, 1)));
    List<String> changes = new CopyOnWriteArrayList<>();
    disk.follow(
        (step, path, call) -> {
          call.run();
          if (step.changes()) {
            changes.add(step + " " + path);
          }
        });

    VectorCollection two = store.get("two", null);

    // From its log, which a writable opening would put into a commit.
    assertThat(two.ids(null, 10, null)).containsExactly("d0", "d1");
    assertEndsWrites(two);
    store.close();
    assertThat(changes.stream().filter(change -> change.contains("collections/two"))).isEmpty();
  }

  @Test
  void close_errorBelow_stillUnlocks() {
    List<String> unlocked = new ArrayList<>();
    store = Store.open(ROOT, disk, AttuneOptions.defaults(), () -> unlocked.add("unlocked"));
    store.get("one", null).upsert(documents(3, 1));
    disk.follow(
        (step, path, call) -> {
          if (!Thread.currentThread().getName().startsWith("attune-")) {
            throw new OutOfMemoryError("test");
          }
          call.run();
        });

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(store::close);

    assertThat(unlocked).containsExactly("unlocked");
  }

  /** Lucene says so by unchecked exceptions of its own wherever its writer is asked next. */
  @Test
  void open_mergeOfReplayedWritesFails_endsWritesAndIsRead() {
    VectorCollection wide =
        store.create("wide", CollectionSpec.vectors(4_096, Similarity.COSINE), null);
    for (int segment = 0; segment < 8; segment++) {
      wide.upsert(wideDocuments(segment));
      wide.checkpoint();
    }
    CompletableFuture<Thread> first = new CompletableFuture<>();
    disk.follow(failingMerges(first));
    // One more than may stay unmerged: its merge ends the store's writes, perhaps before it is
    // acknowledged, and leaves it in the log.
    try {
      wide.upsert(wideDocuments(8));
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.STORE_IO);
    }
    awaitFailure(first.join());
    CompletableFuture<Thread> again = new CompletableFuture<>();
    AtomicBoolean committed = new AtomicBoolean();
    HookedFileOps.Hook failing = failingMerges(again);
    disk.follow(
        (step, path, call) -> {
          failing.around(step, path, call);
          if (step == Step.FORCE_FILE && path.toString().contains("wide/index")) {
            committed.set(true);
          } else if (committed.get() && path.toString().contains("wide/log")) {
            awaitFailure(again.join());
          }
        });
    store = open();

    VectorCollection read = store.get("wide", null);

    assertThat(read.count(null)).isEqualTo(9 * 40);
    assertFails(ErrorCode.READ_ONLY, () -> read.delete(List.of("d0-0")))
        .withMessageContaining("'wide'");
    disk.follow((step, path, call) -> call.run());
    assertThat(open().get("wide", null).count(null)).isEqualTo(9 * 40);
  }

  /** Merges can't write. */
  private static HookedFileOps.Hook failingMerges(CompletableFuture<Thread> failed) {
    return (step, path, call) -> {
      Thread thread = Thread.currentThread();
      if (thread.getName().startsWith("Lucene Merge Thread")) {
        failed.complete(thread);
        throw new IOException("test: no merge");
      }
      call.run();
    };
  }

  /** More than a merge that would stay in memory: it has to go to the disk. */
  private static List<Document> wideDocuments(int segment) {
    Random random = new Random(segment);
    return IntStream.range(0, 40)
        .mapToObj(
            i -> {
              float[] vector = new float[4_096];
              for (int j = 0; j < vector.length; j++) {
                vector[j] = random.nextFloat();
              }
              return Document.of("d" + segment + "-" + i, Embedding.of(vector));
            })
        .toList();
  }

  /** A merge that has failed soon ends or waits for a lock of the committing caller. */
  private static void awaitFailure(Thread merge) {
    try {
      merge.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void write_logsFolderCantBeForced_leavesNoFileOpen() throws IOException {
    one.checkpoint();
    List<Path> open = new CopyOnWriteArrayList<>();
    disk.follow(
        (step, path, call) -> {
          if (step == Step.FORCE_DIRECTORY && path.endsWith("one/log")) {
            throw new IOException("test");
          }
          call.run();
          if (path.startsWith(ROOT.resolve("collections/one/log"))) {
            if (step == Step.CREATE) {
              open.add(path);
            } else if (step == Step.CLOSE) {
              open.remove(path);
            }
          }
        });

    assertFails(ErrorCode.STORE_IO, () -> one.upsert(documents(3, 1)));

    assertThat(open).isEmpty();
  }
}
