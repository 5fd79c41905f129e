package org.attunedb.index.internal.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.search.Query;
import org.attunedb.index.Feedback;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.HookedFileOps;
import org.attunedb.index.internal.io.OutputFile;
import org.attunedb.index.internal.io.StoreFiles;
import org.junit.jupiter.api.Test;

/** The files of the feedback: what a crash, a full disk or damage leaves, and rotation. */
class FeedbackStoreTest {
  private static final Path ROOT = Path.of("/disk");
  private static final Path FOLDER = ROOT.resolve("feedback");
  private static final UUID ID = new UUID(1, 2);

  private final HookedFileOps ops = new HookedFileOps(new HeapFileOps(ROOT));

  private FeedbackStore open() {
    return new FeedbackStore(new StoreFiles(ops), FOLDER, ID, 2, Clock.systemUTC(), () -> {});
  }

  private static Feedback entry(int number) {
    return new Feedback(
        new Query.ByText("query " + number),
        List.of("d" + number, "other"),
        Optional.of("d" + number),
        Instant.ofEpochMilli(number),
        Optional.empty());
  }

  private static List<Feedback> entries(int from, int to) {
    return IntStream.range(from, to).mapToObj(FeedbackStoreTest::entry).toList();
  }

  private static Feedback large(int number) {
    return new Feedback(
        new Query.ByText("x".repeat(Feedback.MAX_TEXT_BYTES - 10) + number),
        List.of("d"),
        Optional.empty(),
        Instant.ofEpochMilli(number),
        Optional.empty());
  }

  private Path newest() {
    return FeedbackFile.list(new StoreFiles(ops), FOLDER).getLast();
  }

  private void overwrite(Path file, byte[] content) throws IOException {
    ops.delete(file);
    try (OutputFile out = ops.create(file)) {
      out.write(ByteBuffer.wrap(content));
    }
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    FeedbackVerifier.verify(
        new StoreFiles(ops),
        FOLDER,
        ID,
        (file, problem) -> {
          if (problem != null) {
            problems.add(problem);
          }
        });
    return problems;
  }

  @Test
  void open_fileCutAtEveryLength_keepsWholeEntriesAndGoesOn() throws IOException {
    try (FeedbackStore store = open()) {
      store.recordAll(entries(0, 3));
    }
    byte[] whole = ops.read(newest());
    int frame = (whole.length - FeedbackFormat.HEADER_BYTES) / 3;
    for (int length = 0; length < whole.length; length++) {
      overwrite(newest(), Arrays.copyOf(whole, length));
      int kept = Math.max(0, length - FeedbackFormat.HEADER_BYTES) / frame;

      assertThat(problems()).as("cut at %d", length).isEmpty();
      try (FeedbackStore store = open()) {
        assertThat(store.entries()).containsExactlyElementsOf(entries(0, kept));
        store.recordAll(List.of(entry(9)));
        List<Feedback> expected = new ArrayList<>(entries(0, kept));
        expected.add(entry(9));
        assertThat(store.entries()).containsExactlyElementsOf(expected);
        assertThat(store.stats().unreadableBytes()).isZero();
      }
    }
  }

  @Test
  void entries_everyByteFlipped_loseOneEntryAtMostAndSayWhereItIsNotTheLast() throws IOException {
    try (FeedbackStore store = open()) {
      store.recordAll(entries(0, 3));
    }
    byte[] whole = ops.read(newest());
    int frame = (whole.length - FeedbackFormat.HEADER_BYTES) / 3;
    for (int i = FeedbackFormat.HEADER_BYTES; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      overwrite(newest(), damaged);
      int lost = (i - FeedbackFormat.HEADER_BYTES) / frame;
      List<Feedback> expected = new ArrayList<>(entries(0, 3));
      expected.remove(lost);

      try (FeedbackStore store = open()) {
        assertThat(store.entries()).as("byte %d", i).containsExactlyElementsOf(expected);
        assertThat(store.stats().unreadableBytes()).isEqualTo(frame);
      }
      assertThat(problems()).hasSize(lost == 2 ? 0 : 1);
    }
  }

  @Test
  void entries_fileOfAnotherCollectionOrPlace_areNotTaken() throws IOException {
    try (FeedbackStore store = open()) {
      store.recordAll(entries(0, 2));
    }
    ops.rename(newest(), FOLDER.resolve(FeedbackFormat.name(5)));

    assertThat(open().entries()).isEmpty();
    assertThat(problems()).hasSize(1);
  }

  @Test
  void open_newerFormat_isRefused() throws IOException {
    try (FeedbackStore store = open()) {
      store.recordAll(entries(0, 1));
    }
    Path file = newest();
    ByteBuffer content = ByteBuffer.wrap(ops.read(file).clone());
    content.putInt(8, 2);
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(24).putLong(1).putLong(2).putLong(0).flip());
    crc.update(content.slice(0, 12));
    content.putInt(12, (int) crc.getValue());
    overwrite(file, content.array());

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> open().recordAll(entries(1, 2)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT));
    assertThat(problems()).hasSize(1);
  }

  @Test
  void record_moreThanIsKept_dropsTheOldestFilesAndCountsThem() throws IOException {
    int perFile =
        (FeedbackStore.FILE_BYTES - FeedbackFormat.HEADER_BYTES)
            / (FeedbackFormat.FRAME_BYTES + FeedbackCodec.encode(large(1_000)).length);
    int recorded = perFile * 18 + 1;
    try (FeedbackStore store = open()) {
      for (int i = 0; i < recorded; i++) {
        store.recordAll(List.of(large(1_000 + i)));
      }

      assertThat(FeedbackFile.list(new StoreFiles(ops), FOLDER)).hasSize(FeedbackStore.MAX_FILES);
      // Eighteen full files and one begun; the oldest three are gone.
      assertThat(store.stats().dropped()).isEqualTo(3L * perFile);
      assertThat(store.stats().entries()).isEqualTo(recorded - 3L * perFile);
      assertThat(store.stats().bytes()).isLessThanOrEqualTo(FeedbackStore.MAX_BYTES);
      assertThat(store.entries().map(each -> each.time().toEpochMilli()))
          .containsExactlyElementsOf(
              IntStream.range(3 * perFile, recorded).mapToObj(i -> 1_000L + i).toList());
    }
    try (FeedbackStore again = open()) {
      again.recordAll(List.of(large(9_999)));
      assertThat(again.stats().entries()).isEqualTo(recorded + 1 - 3L * perFile);
    }
    assertThat(problems()).isEmpty();
  }

  @Test
  void record_diskFailsAtEveryStep_keepsWhatWasAcknowledgedAndGoesOnLater() {
    int steps = 200;
    for (int failing = 0; failing < steps; failing++) {
      HookedFileOps disk = new HookedFileOps(new HeapFileOps(ROOT));
      FeedbackStore store =
          new FeedbackStore(new StoreFiles(disk), FOLDER, ID, 2, Clock.systemUTC(), () -> {});
      AtomicInteger step = new AtomicInteger();
      int bad = failing;
      disk.follow(
          (kind, path, call) -> {
            if (kind.changes() && step.getAndIncrement() == bad) {
              throw new IOException("disk full");
            }
            call.run();
          });
      List<Feedback> acknowledged = new ArrayList<>();
      int failures = 0;
      for (int i = 0; i < 4; i++) {
        try {
          store.recordAll(List.of(entry(i)));
          acknowledged.add(entry(i));
        } catch (StoreException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.STORE_IO);
          failures++;
        }
      }

      assertThat(store.entries()).as("step %d", bad).containsExactlyElementsOf(acknowledged);
      if (failures == 0) {
        assertThat(bad).as("steps of four entries").isGreaterThan(4);
        return;
      }
    }
    throw new AssertionError("the disk never failed past the last step");
  }

  @Test
  void record_manyThreads_losesNothing() throws Exception {
    try (FeedbackStore store = open()) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int first = t * 1_000;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> entries(first, first + 200).forEach(e -> store.recordAll(List.of(e)))));
      }
      for (int i = 0; i < 20; i++) {
        // A backup seals files while others write.
        store.forEachFile(file -> {});
        assertThat(store.stats().unreadableBytes()).isZero();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(store.entries()).hasSize(800).doesNotHaveDuplicates();
    }
  }
}
