package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingCacheTest {
  private static final int RECORD = 32 + 2 * 4 + 4;

  @TempDir private Path root;

  private static CacheKey key(int number) {
    EmbeddingModel model = new EmbeddingModel("m", 2, false);
    return CacheKey.of(URI.create("https://example.com"), model, "text " + number);
  }

  private EmbeddingCache open() {
    return EmbeddingCache.open(root, 2);
  }

  private void put(int... numbers) {
    try (EmbeddingCache cache = open()) {
      for (int number : numbers) {
        cache.put(Map.of(key(number), Embedding.of(number, 1)));
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("d2"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void get_afterReopening_givesWhatWasPut() {
    put(1, 2);
    put(3);
    try (EmbeddingCache cache = open()) {
      assertThat(cache.get(key(1))).contains(Embedding.of(1, 1));
      assertThat(cache.get(key(3))).contains(Embedding.of(3, 1));
      assertThat(cache.get(key(4))).isEmpty();
    }
  }

  @Test
  void get_twoOpenAtOnce_doNotHarmEachOther() {
    try (EmbeddingCache one = open();
        EmbeddingCache two = open()) {
      for (int i = 0; i < 50; i++) {
        one.put(Map.of(key(i), Embedding.of(i, 1)));
        two.put(Map.of(key(100 + i), Embedding.of(100 + i, 1)));
      }
    }
    try (EmbeddingCache cache = open()) {
      for (int i = 0; i < 50; i++) {
        assertThat(cache.get(key(i))).contains(Embedding.of(i, 1));
        assertThat(cache.get(key(100 + i))).contains(Embedding.of(100 + i, 1));
      }
    }
  }

  /** Whatever a crash leaves of the last write: all whole records are there, no other is. */
  @Test
  void get_fileCutAnywhere_givesExactlyTheWholeRecords() throws IOException {
    put(1, 2, 3);
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int length = whole.length; length >= 0; length--) {
      Files.write(file, Arrays.copyOf(whole, length));
      int records = length < 16 ? 0 : (length - 16) / RECORD;
      try (EmbeddingCache cache = open()) {
        for (int i = 1; i <= 3; i++) {
          assertThat(cache.get(key(i)).isPresent())
              .as("%d of %d bytes", i, length)
              .isEqualTo(i <= records);
        }
      }
    }
  }

  /** Every flipped byte of a record costs that vector and no other, and never gives a wrong one. */
  @Test
  void get_anyByteFlipped_neverGivesAWrongVector() throws IOException {
    put(1, 2);
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(file, damaged);
      try (EmbeddingCache cache = open()) {
        for (int i = 1; i <= 2; i++) {
          boolean hit = at < 16 || (at - 16) / RECORD == i - 1;
          assertThat(cache.get(key(i)))
              .as("vector %d, byte %d", i, at)
              .isEqualTo(hit ? Optional.empty() : Optional.of(Embedding.of(i, 1)));
        }
      }
    }
  }

  @Test
  void put_damagedVector_isReplaced() throws IOException {
    put(1);
    try (RandomAccessFile file = new RandomAccessFile(files().getFirst().toFile(), "rw")) {
      file.seek(16 + 33);
      file.write(77);
    }
    try (EmbeddingCache cache = open()) {
      assertThat(cache.get(key(1))).isEmpty();
      cache.put(Map.of(key(1), Embedding.of(1, 1)));
      assertThat(cache.get(key(1))).contains(Embedding.of(1, 1));
    }
    try (EmbeddingCache cache = open()) {
      assertThat(cache.get(key(1))).contains(Embedding.of(1, 1));
    }
  }

  @Test
  void open_manyFilesOfEndedProcesses_mergesThemWithoutLoss() throws IOException {
    for (int i = 0; i < EmbeddingCache.MERGED_FILES; i++) {
      put(i);
    }
    String ended = endedProcess();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      Files.move(file, file.resolveSibling(ended + name.substring(name.indexOf('-'))));
    }

    open().close();

    assertThat(files()).hasSize(1);
    try (EmbeddingCache cache = open()) {
      for (int i = 0; i < EmbeddingCache.MERGED_FILES; i++) {
        assertThat(cache.get(key(i))).contains(Embedding.of(i, 1));
      }
    }
  }

  /** As in a folder that containers share: the other's number of a process says nothing here. */
  @Test
  void open_fileThatAProcessOfAnotherContainerWrites_isLeftAlone() throws IOException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                root.toString())
            .redirectError(root.resolve("err.txt").toFile())
            .start();
    try {
      assertThat(other.inputReader().readLine())
          .as(Files.readString(root.resolve("err.txt")))
          .isEqualTo("writes");
      for (int i = 0; i < EmbeddingCache.MERGED_FILES; i++) {
        put(i);
      }
      String ended = endedProcess();
      for (Path file : files()) {
        String name = file.getFileName().toString();
        Files.move(file, file.resolveSibling(ended + name.substring(name.indexOf('-'))));
      }

      open().close();

      assertThat(files().stream().filter(file -> file.toString().endsWith(".vectors"))).hasSize(2);
      try (EmbeddingCache cache = open()) {
        assertThat(cache.get(key(99))).contains(Embedding.of(99, 1));
        assertThat(cache.get(key(3))).contains(Embedding.of(3, 1));
      }
    } finally {
      other.destroyForcibly();
    }
    other.onExit().join();
  }

  /** Adds a vector and keeps the cache open. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws InterruptedException {
      try (EmbeddingCache cache = EmbeddingCache.open(Path.of(arguments[0]), 2)) {
        cache.put(Map.of(key(99), Embedding.of(99, 1)));
        System.out.println("writes");
        Thread.sleep(60_000);
      }
    }
  }

  private static String endedProcess() throws IOException {
    Process ended = new ProcessBuilder("true").start();
    ended.onExit().join();
    return Long.toString(ended.pid());
  }

  @Test
  void open_fileThatGoesAfterTheFolderWasListed_isPassedOver() throws IOException {
    put(1);
    Path gone = root.resolve("d2").resolve("1-0-aa.vectors");
    Files.createSymbolicLink(gone, root.resolve("nowhere"));

    try (EmbeddingCache cache = open()) {
      assertThat(cache.get(key(1))).contains(Embedding.of(1, 1));
    }
  }

  @Test
  void close_always_removesTheLock() throws IOException {
    put(1);

    assertThat(files()).hasSize(1).allMatch(file -> file.toString().endsWith(".vectors"));
  }

  @Test
  void open_otherDimension_isApart() {
    put(1);
    try (EmbeddingCache other = EmbeddingCache.open(root, 3)) {
      assertThat(other.get(key(1))).isEmpty();
    }
  }

  @Test
  void open_fileInTheWay_isATypedError() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "x", StandardOpenOption.CREATE);

    assertThatThrownBy(() -> EmbeddingCache.open(file, 2))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNWRITABLE))
        .hasMessageContaining(file.toString());
  }

  @Test
  void key_everyPart_matters() {
    URI service = URI.create("https://example.com");
    EmbeddingModel model = new EmbeddingModel("m", 2, false);
    assertThat(
            Stream.of(
                    CacheKey.of(service, model, "a"),
                    CacheKey.of(service, model, "b"),
                    CacheKey.of(URI.create("https://example.org"), model, "a"),
                    CacheKey.of(service, new EmbeddingModel("n", 2, false), "a"),
                    CacheKey.of(service, new EmbeddingModel("m", 3, false), "a"),
                    CacheKey.of(service, new EmbeddingModel("m", 2, true), "a"))
                .distinct())
        .hasSize(6);
  }
}
