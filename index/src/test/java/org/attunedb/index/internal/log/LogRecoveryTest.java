package org.attunedb.index.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.OutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What recovery makes of every kind of tear, damage and loss. */
class LogRecoveryTest {
  private static final UUID COLLECTION = new UUID(0x1234_5678_9abc_def0L, 42);
  private static final Path DIRECTORY = Path.of("log").toAbsolutePath();
  private static final String LOG = "0000000000000001.log";
  private static final String MARK = "0000000000000001.mark";
  private static final int HEADER = 40;

  private final RandomOperations operations = new RandomOperations(new SplittableRandom(7));

  /** Three groups of one, two and three operations. */
  private final List<List<Operation>> groups =
      List.of(operations.list(1), operations.list(2), operations.list(3));

  private final List<Operation> all = groups.stream().flatMap(List::stream).toList();

  /** A log's folder as its files' bytes, so that each try starts from the same. */
  private final Map<String, byte[]> files = new TreeMap<>();

  private enum Forced {
    EACH_GROUP,
    NEVER
  }

  /**
   * Writes the groups into one segment.
   *
   * @return the file's length after the header and after each frame
   */
  private List<Integer> write(Forced forced) throws IOException {
    FileOps ops = new HeapFileOps(DIRECTORY);
    List<Integer> ends = new ArrayList<>(List.of(HEADER));
    try (OperationLog log = new OperationLog(ops, DIRECTORY, COLLECTION, 0)) {
      for (List<Operation> group : groups) {
        log.append(group.stream().map(OperationCodec::encode).toList());
        ends.add((int) ops.size(DIRECTORY.resolve(LOG)));
        if (forced == Forced.EACH_GROUP) {
          log.force();
        }
      }
    }
    keep(ops);
    return ends;
  }

  private void keep(FileOps ops) throws IOException {
    files.clear();
    for (Path file : ops.list(DIRECTORY)) {
      files.put(file.getFileName().toString(), ops.read(file));
    }
  }

  private FileOps disk() throws IOException {
    FileOps ops = new HeapFileOps(DIRECTORY);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      try (OutputFile out = ops.create(DIRECTORY.resolve(file.getKey()))) {
        out.write(ByteBuffer.wrap(file.getValue()));
      }
    }
    return ops;
  }

  private List<Operation> recover(long committed) throws IOException {
    List<Operation> replayed = new ArrayList<>();
    FileOps ops = disk();
    long last =
        LogRecovery.replay(
            ops,
            DIRECTORY,
            COLLECTION,
            committed,
            (sequence, operation) -> {
              assertThat(sequence).isEqualTo(committed + replayed.size() + 1);
              replayed.add(operation);
            });
    assertThat(last).isEqualTo(committed + replayed.size());
    return replayed;
  }

  private ThrowableAssertAlternative<StoreException> assertCorrupt(String what) {
    return assertThatExceptionOfType(StoreException.class)
        .as(what)
        .isThrownBy(() -> recover(0))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT));
  }

  private void flip(String file, int bit) {
    bytes(file)[bit / 8] ^= (byte) (1 << bit % 8);
  }

  private byte[] bytes(String file) {
    byte[] bytes = files.get(file);
    if (bytes == null) {
      throw new AssertionError("no " + file + " among " + files.keySet());
    }
    return bytes;
  }

  private static int operationsUpTo(List<Integer> ends, int length) {
    return IntStream.range(1, ends.size()).filter(i -> ends.get(i) <= length).sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6})
  void replay_wholeLog_skipsWhatTheIndexHas(long committed) throws IOException {
    write(Forced.EACH_GROUP);

    assertThat(recover(committed)).isEqualTo(all.subList((int) committed, all.size()));
  }

  @Test
  void replay_emptyFolder_hasNothing() throws IOException {
    assertThat(recover(0)).isEmpty();
    assertThat(recover(17)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("forcings")
  void replay_tornAtEveryByte_givesTheWholeFrames(String forced) throws IOException {
    List<Integer> ends = write(Forced.valueOf(forced));
    files.remove(MARK);
    byte[] whole = bytes(LOG);
    assertThat(whole).hasSize(ends.getLast());

    for (int length = 0; length <= whole.length; length++) {
      files.put(LOG, Arrays.copyOf(whole, length));

      assertThat(recover(0))
          .as("%d bytes", length)
          .isEqualTo(all.subList(0, operationsUpTo(ends, length)));
    }
  }

  static Stream<String> forcings() {
    return Stream.of(Forced.values()).map(Forced::name);
  }

  /** The file system may have made the file longer before it wrote the bytes. */
  @Test
  void replay_zerosInPlaceOfATornTail_givesTheWholeFrames() throws IOException {
    List<Integer> ends = write(Forced.NEVER);
    byte[] whole = bytes(LOG);

    for (int length = HEADER; length <= whole.length; length++) {
      byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length + 64);
      files.put(LOG, torn);
      // A frame may be whole already where its last bytes are zeros themselves.
      List<Operation> replayed = recover(0);

      assertThat(replayed.size()).isGreaterThanOrEqualTo(operationsUpTo(ends, length));
      assertThat(replayed).as("%d bytes", length).isEqualTo(all.subList(0, replayed.size()));
    }
  }

  @Test
  void replay_tornBeforeTheLastMark_isRefusedAtEveryByte() throws IOException {
    write(Forced.EACH_GROUP);
    byte[] whole = bytes(LOG);

    for (int length = 0; length < whole.length; length++) {
      files.put(LOG, Arrays.copyOf(whole, length));

      assertCorrupt(length + " bytes").withMessageContaining(DIRECTORY.toString());
    }
  }

  @Test
  void replay_anyBitOfAMarkedLogFlipped_isRefused() throws IOException {
    write(Forced.EACH_GROUP);

    for (int bit = 0; bit < 8 * bytes(LOG).length; bit++) {
      flip(LOG, bit);
      assertCorrupt("bit " + bit).withMessageContaining(DIRECTORY.toString());
      flip(LOG, bit);
    }
    assertThat(recover(0)).isEqualTo(all);
  }

  @Test
  void replay_anyBitOfAFrameBeforeALaterOneFlipped_isRefusedNamingTheOffset() throws IOException {
    List<Integer> ends = write(Forced.EACH_GROUP);
    files.remove(MARK);

    for (int frame = 0; frame < 2; frame++) {
      for (int bit = 8 * ends.get(frame); bit < 8 * ends.get(frame + 1); bit++) {
        flip(LOG, bit);
        assertCorrupt("bit " + bit)
            .withMessageContaining(DIRECTORY.resolve(LOG).toString())
            .withMessageContaining("offset " + ends.get(frame) + ",");
        flip(LOG, bit);
      }
    }
  }

  @Test
  void replay_anyBitOfTheLastUnmarkedFrameFlipped_cutsIt() throws IOException {
    List<Integer> ends = write(Forced.EACH_GROUP);
    files.remove(MARK);

    for (int bit = 8 * ends.get(2); bit < 8 * ends.get(3); bit++) {
      flip(LOG, bit);
      assertThat(recover(0)).as("bit %d", bit).isEqualTo(all.subList(0, 3));
      flip(LOG, bit);
    }
  }

  /** Nothing was forced, so a crash may have torn any frame: the first broken one ends the log. */
  @Test
  void replay_frameOfAnUnforcedLogBroken_cutsFromThere() throws IOException {
    List<Integer> ends = write(Forced.NEVER);
    assertThat(bytes(MARK)).isEmpty();

    flip(LOG, 8 * ends.get(1) + 3);

    assertThat(recover(0)).isEqualTo(all.subList(0, 1));
  }

  @Test
  void replay_anyBitOfTheHeaderFlipped_isRefused() throws IOException {
    write(Forced.NEVER);

    for (int bit = 0; bit < 8 * HEADER; bit++) {
      flip(LOG, bit);
      assertCorrupt("bit " + bit).withMessageContaining("offset 0");
      flip(LOG, bit);
    }
  }

  @Test
  void replay_marksDamagedOrMissing_losesNothing() throws IOException {
    write(Forced.EACH_GROUP);
    assertThat(bytes(MARK)).hasSize(3 * 12);

    for (int bit = 0; bit < 8 * bytes(MARK).length; bit++) {
      flip(MARK, bit);
      assertThat(recover(0)).as("bit %d", bit).isEqualTo(all);
      flip(MARK, bit);
    }
    byte[] whole = bytes(MARK);
    for (int length = 0; length < whole.length; length++) {
      files.put(MARK, Arrays.copyOf(whole, length));
      assertThat(recover(0)).as("%d bytes", length).isEqualTo(all);
    }
    files.remove(MARK);
    assertThat(recover(0)).isEqualTo(all);
  }

  @Test
  void replay_marksTornAnywhere_stillRefuseTheLossOfWhatTheWholeOnesName() throws IOException {
    List<Integer> ends = write(Forced.EACH_GROUP);
    files.put(LOG, Arrays.copyOf(bytes(LOG), ends.get(1)));
    byte[] marks = bytes(MARK);

    for (int length = 0; length <= marks.length; length++) {
      files.put(MARK, Arrays.copyOf(marks, length));
      if (length < 2 * 12) {
        assertThat(recover(0)).as("%d bytes", length).isEqualTo(all.subList(0, 1));
      } else {
        assertCorrupt(length + " bytes").withMessageContaining("operations 2 to ");
      }
    }
  }

  @Test
  void replay_segmentOfAnotherCollection_isRefused() throws IOException {
    write(Forced.EACH_GROUP);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(
            () ->
                LogRecovery.replay(
                    disk(), DIRECTORY, new UUID(1, 2), 0, (sequence, operation) -> {}))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
        .withMessageContaining(LOG);
  }

  /** Frames of one segment are no frames of another, whatever their sequence numbers say. */
  @Test
  void replay_segmentUnderAnotherName_isRefused() throws IOException {
    write(Forced.EACH_GROUP);
    byte[] log = bytes(LOG);
    files.clear();
    files.put("0000000000000002.log", log);

    assertCorrupt("renamed").withMessageContaining("0000000000000002.log");
  }

  @Test
  void replay_newerVersion_isRefusedByName() throws IOException {
    write(Forced.EACH_GROUP);
    byte[] log = bytes(LOG);
    System.arraycopy(header(2), 0, log, 0, HEADER);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> recover(0))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT))
        .withMessageContaining(LOG)
        .withMessageContaining("format version is 2, this version of Attune reads 1 to 1");
  }

  @Test
  void header_thisVersion_isTheDocumentedOne() throws IOException {
    write(Forced.EACH_GROUP);

    assertThat(Arrays.copyOf(bytes(LOG), HEADER)).isEqualTo(header(1));
  }

  /** Made after the description of the format, not by the code under test. */
  private static byte[] header(int version) {
    ByteBuffer place = ByteBuffer.allocate(24);
    place.putLong(COLLECTION.getMostSignificantBits());
    place.putLong(COLLECTION.getLeastSignificantBits()).putLong(1);
    ByteBuffer start = ByteBuffer.allocate(12);
    start.put("ATTUNLOG".getBytes(StandardCharsets.US_ASCII)).putInt(version);
    CRC32C crc = new CRC32C();
    crc.update(place.array());
    crc.update(start.array());
    return ByteBuffer.allocate(HEADER)
        .put(start.array())
        .putInt((int) crc.getValue())
        .put(place.array())
        .array();
  }

  /** Two segments, as a crash leaves them between the start of one and the end of the other. */
  private void writeTwoSegments() throws IOException {
    FileOps ops = new HeapFileOps(DIRECTORY);
    for (int start : new int[] {0, 3}) {
      try (OperationLog log = new OperationLog(ops, DIRECTORY, COLLECTION, start)) {
        for (Operation operation : all.subList(start, start + 3)) {
          log.append(List.of(OperationCodec.encode(operation)));
          log.force();
        }
      }
    }
    keep(ops);
    assertThat(files).containsOnlyKeys(LOG, MARK, "0000000000000004.log", "0000000000000004.mark");
  }

  @Test
  void replay_twoSegments_givesBothInOrder() throws IOException {
    writeTwoSegments();

    assertThat(recover(0)).isEqualTo(all);
    assertThat(recover(4)).isEqualTo(all.subList(4, 6));
  }

  @Test
  void replay_firstSegmentMissing_isRefusedUnlessTheIndexHasIt() throws IOException {
    writeTwoSegments();
    files.remove(LOG);
    files.remove(MARK);

    assertCorrupt("gap")
        .withMessageContaining("0000000000000004.log")
        .withMessageContaining("operations 1 to 3 are missing");
    assertThat(recover(3)).isEqualTo(all.subList(3, 6));
  }

  @Test
  void replay_lastSegmentMissing_isRefusedByItsMark() throws IOException {
    writeTwoSegments();
    files.remove("0000000000000004.log");

    assertCorrupt("lost").withMessageContaining("operations 4 to 6 were on disk");
    assertThat(recover(6)).isEmpty();
  }

  @Test
  void replay_tornSegmentBeforeANewerOne_isRefusedAtEveryByte() throws IOException {
    writeTwoSegments();
    files.remove(MARK);
    byte[] whole = bytes(LOG);

    for (int length = 0; length < whole.length; length++) {
      files.put(LOG, Arrays.copyOf(whole, length));

      assertCorrupt(length + " bytes");
    }
  }

  /** The newest segment's header is torn only if nothing followed it. */
  @Test
  void replay_newestSegmentWithATornHeader_isEmpty() throws IOException {
    writeTwoSegments();
    files.remove("0000000000000004.mark");
    byte[] whole = bytes("0000000000000004.log");

    for (int length = 0; length < HEADER; length++) {
      files.put("0000000000000004.log", Arrays.copyOf(whole, length));

      assertThat(recover(0)).as("%d bytes", length).isEqualTo(all.subList(0, 3));
    }
  }

  @Test
  void replay_otherFiles_areIgnored() throws IOException {
    write(Forced.EACH_GROUP);
    files.put("notes.txt", new byte[] {1, 2, 3});
    files.put("1.log", new byte[100]);

    assertThat(recover(0)).isEqualTo(all);
  }

  @Test
  void clear_crashAfterEveryDeletion_isAcceptedByAnIndexThatHasEverything() throws IOException {
    writeTwoSegments();
    Map<String, byte[]> before = new TreeMap<>(files);
    for (int deletions = 0; deletions <= before.size(); deletions++) {
      files.putAll(before);
      before.keySet().stream().limit(deletions).toList().forEach(files::remove);

      assertThat(recover(6)).as("%d deletions", deletions).isEmpty();
    }
    FileOps ops = disk();
    LogRecovery.clear(ops, DIRECTORY);
    assertThat(ops.list(DIRECTORY)).isEmpty();
  }

  @Test
  void replay_undecodableOperation_isRefusedNamingTheFrame() throws IOException {
    FileOps ops = new HeapFileOps(DIRECTORY);
    try (OperationLog log = new OperationLog(ops, DIRECTORY, COLLECTION, 0)) {
      log.append(List.of(new byte[] {99}));
    }
    keep(ops);

    assertCorrupt("type 99")
        .withMessageContaining(LOG)
        .withMessageContaining("frame at offset 40: operation type 99 is unknown");
  }

  @Test
  void append_groups_countsSequencesAndBytes() throws IOException {
    FileOps ops = new HeapFileOps(DIRECTORY);
    try (OperationLog log = new OperationLog(ops, DIRECTORY, COLLECTION, 10)) {
      assertThat(log.bytes()).isZero();
      log.append(List.of(new byte[] {4}, new byte[] {4}));
      assertThat(log.last()).isEqualTo(12);
      assertThat(log.durable()).isEqualTo(10);
      assertThat(log.bytes()).isEqualTo(28 + 2 * 5);
      log.force();
      assertThat(log.durable()).isEqualTo(12);
      log.clear();
      assertThat(ops.list(DIRECTORY)).isEmpty();
      assertThat(log.bytes()).isZero();
      log.append(List.of(new byte[] {4}));
      assertThat(ops.list(DIRECTORY))
          .containsExactly(
              DIRECTORY.resolve("000000000000000d.log"),
              DIRECTORY.resolve("000000000000000d.mark"));
    }
  }

  /** From any operation on, also over the documents of the last one. */
  @Test
  void operations_repeatedFromAnyOneToTheLast_giveTheSameDocuments() {
    for (int round = 0; round < 300; round++) {
      List<Operation> history = operations.list(12);
      Map<String, Document> expected = new TreeMap<>();
      history.forEach(operation -> apply(expected, operation));

      for (int from = 0; from < history.size(); from++) {
        Map<String, Document> repeated = new TreeMap<>(expected);
        history.subList(from, history.size()).forEach(operation -> apply(repeated, operation));

        assertThat(repeated).as("%s from %d", history, from).isEqualTo(expected);
      }
    }
  }

  private static void apply(Map<String, Document> documents, Operation operation) {
    switch (operation) {
      case Operation.Upsert upsert ->
          upsert.documents().forEach(document -> documents.put(document.id(), document));
      case Operation.DeleteIds delete -> documents.keySet().removeAll(delete.ids());
      case Operation.DeleteMatching delete ->
          documents.values().removeIf(d -> delete.filter().matches(d.metadata()));
      case Operation.DeleteAll deleteAll -> documents.clear();
    }
  }
}
