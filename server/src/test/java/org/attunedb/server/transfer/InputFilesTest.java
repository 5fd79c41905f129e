package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as a whole: what is not a file, fvecs, BEIR, standard input, many rows. */
class InputFilesTest {
  @TempDir private Path temp;
  private Path store = Path.of("");

  @BeforeEach
  void createCollection() {
    store = temp.resolve("store");
    Stores.create(store, "docs", CollectionSpec.vectors(2, Similarity.EUCLIDEAN), List.of());
  }

  @Test
  @DisplayName("row 72: missing file")
  void import_missingFile_isRefusedWithTheReason() {
    assertRefused(temp.resolve("nowhere.jsonl"), "does not exist, expected a file");
  }

  @Test
  @DisplayName("row 72: folder")
  void import_folder_isRefusedWithTheReason() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("folder"));

    CliRun run =
        CliRun.of("import", "--store", store, "--collection", "docs", "--format", "jsonl", folder);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).isEqualTo("attune: " + folder + ": is a folder, expected a file");
    assertRefused(folder.resolve("corpus.jsonl"), "does not exist", folder);
  }

  @Test
  @DisplayName("row 72: named pipe")
  void import_namedPipe_isRefusedWithoutWaiting() throws IOException, InterruptedException {
    Path pipe = temp.resolve("pipe.jsonl");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "mkfifo makes named pipes");
    assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertRefused(pipe, "is a pipe or device, expected a file");
  }

  @Test
  @DisplayName("row 72: reading fails")
  void import_fileWhoseReadingFails_isRefusedWithTheReason() {
    Path unreadable = Path.of("/proc/self/mem");
    assumeTrue(Files.exists(unreadable), "Linux has a file that fails when it is read");

    assertRefused(unreadable, "can't be read (Input/output error)");
  }

  @Test
  @DisplayName("row 72: unreadable file")
  void import_unreadableFile_isRefusedWithTheReason() throws IOException {
    Path file = Files.writeString(temp.resolve("secret.jsonl"), "{}");
    assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "root reads all files");

    assertRefused(file, "can't be read (permission denied)");
  }

  private void assertRefused(Path named, String reason) {
    assertRefused(named, reason, named);
  }

  private void assertRefused(Path named, String reason, Path given) {
    for (String policy : List.of("abort", "skip")) {
      CliRun run =
          CliRun.of(
              "import", "--store", store, "--collection", "docs", "--on-error", policy, given);

      assertThat(run.code()).as(run.err()).isEqualTo(2);
      assertThat(run.fault()).startsWith("attune: " + named + ": ").contains(reason);
      assertThat(run.err()).doesNotContain("\tat ");
    }
    assertThat(Stores.documents(store, "docs")).isEmpty();
  }

  static Stream<Arguments> badFvecs() {
    return Stream.of(
        Arguments.of(new int[] {-1, 0}, 8, ":1: header says -1 dimensions, expected 1 to 4096"),
        Arguments.of(new int[] {Integer.MAX_VALUE, 0}, 8, ":1: header says 2147483647 dimensions"),
        Arguments.of(new int[] {0, 0}, 8, ":1: header says 0 dimensions"),
        Arguments.of(new int[] {4097, 0}, 8, ":1: header says 4097 dimensions"),
        Arguments.of(new int[] {2, 0, 0, 2, 0}, 20, ":2: file of 20 bytes ends within a vector"),
        Arguments.of(new int[] {2, 0, 0}, 11, ":1: file of 11 bytes ends within a vector"),
        Arguments.of(new int[] {2}, 3, ":1: has 3 bytes, expected at least 8"),
        Arguments.of(
            new int[] {2, 0, 0, 1, 0, 0}, 24, ":2: header says 1 dimensions, expected 2 as before"),
        Arguments.of(new int[] {2, 0, 0, 2, 0, 0x7FC00000}, 24, ":2: embedding component 1 is NaN"),
        Arguments.of(new int[] {1, 0, 1, 0}, 16, ":1: embedding has 1 dimensions, expected 2"),
        Arguments.of(new int[] {3, 0, 0, 0}, 16, ":1: embedding has 3 dimensions, expected 2"));
  }

  @ParameterizedTest(name = "row 71: fvecs {2}")
  @MethodSource("badFvecs")
  void import_badFvecs_isRefusedAndNothingImported(int[] words, int bytes, String problem)
      throws IOException {
    Path file = fvecs("v.fvecs", words, bytes);

    CliRun run = CliRun.of("import", "--store", store, "--collection", "docs", file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).startsWith("attune: " + file + problem);
    assertThat(Stores.documents(store, "docs")).isEmpty();
  }

  @Test
  void import_fvecsWithoutIds_numbersTheVectorsOfAllFiles() throws IOException {
    int one = Float.floatToIntBits(1);
    Path first = fvecs("a.fvecs", new int[] {2, one, 0, 2, 0, one}, 24);
    Path empty = fvecs("b.fvecs", new int[0], 0);
    Path last = fvecs("c.FVECS", new int[] {2, one, one}, 12);

    CliRun run = CliRun.of("import", "--store", store, "--collection", "docs", first, empty, last);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Stores.documents(store, "docs"))
        .containsExactly(
            Document.of("0", Embedding.of(1, 0)),
            Document.of("1", Embedding.of(0, 1)),
            Document.of("2", Embedding.of(1, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n", "a\nb\nc\n", ""})
  void import_fvecsWithWrongNumberOfIds_isRefused(String lines) throws IOException {
    Path file = fvecs("v.fvecs", new int[] {2, 0, 0, 2, 0, 0}, 24);
    Path ids = Files.writeString(temp.resolve("ids"), lines);

    CliRun run = CliRun.of("import", "--store", store, "--collection", "docs", "--ids", ids, file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault())
        .contains(" ids, expected one for each of the 2 vectors of ")
        .startsWith("attune: " + ids + ": has " + lines.lines().count());
  }

  @Test
  void import_fvecsWithBlankId_isRefused() throws IOException {
    Path file = fvecs("v.fvecs", new int[] {2, 0, 0, 2, 0, 0}, 24);
    Path ids = Files.writeString(temp.resolve("ids"), "a\n\n");

    CliRun run = CliRun.of("import", "--store", store, "--collection", "docs", "--ids", ids, file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault()).startsWith("attune: " + file + ":2: document id is blank");
  }

  @Test
  void import_badBeirLine_namesFolderFileAndLine() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("ponds"));
    Files.writeString(
        folder.resolve("corpus.jsonl"),
        "{\"_id\":\"d1\",\"title\":\"Frogs\",\"text\":\"They leap.\"}\n{\"_id\":\"d2\"}\n");

    CliRun aborted = CliRun.of("import", "--store", store, "--collection", "docs", folder);
    CliRun skipped =
        CliRun.of("import", "--store", store, "--collection", "docs", "--on-error", "skip", folder);

    assertThat(aborted.code()).isEqualTo(2);
    assertThat(aborted.fault())
        .isEqualTo(
            "attune: %s:2: field 'text' is missing, expected a string"
                .formatted(folder.resolve("corpus.jsonl")));
    assertThat(skipped.out()).startsWith("imported 1 documents into 'docs', rejected 1");
    assertThat(Stores.documents(store, "docs"))
        .extracting(Document::text)
        .containsExactly("Frogs\nThey leap.");
  }

  @Test
  void import_standardInput_isReadTwiceAndNamed() {
    CliRun good = withInput("{\"id\":\"a\",\"text\":\"x\"}\n");
    CliRun bad = withInput("{\"id\":\"b\",\"text\":\"x\"}\n\n{\"id\":7}\n");

    assertThat(good.out())
        .as(good.err())
        .isEqualTo("imported 1 documents into 'docs'%n".formatted());
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.fault())
        .isEqualTo("attune: <stdin>:3: field 'id' is a number, expected a string");
    assertThat(Stores.documents(store, "docs")).extracting(Document::id).containsExactly("a");
  }

  private CliRun withInput(String text) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      return CliRun.of("import", "--store", store, "--collection", "docs", "-");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  @DisplayName("row 69: more than a batch of rows is written in several")
  void import_moreThanABatch_isWrittenInSeveral() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("many.jsonl"),
            IntStream.range(0, 10_001)
                .mapToObj(
                    i ->
                        String.format(Locale.ROOT, "{\"id\":\"d%05d\",\"embedding\":[%d,1]}", i, i))
                .collect(Collectors.joining("\n")));

    CliRun run = CliRun.of("import", "--store", store, "--collection", "docs", file);

    assertThat(run.out())
        .as(run.err())
        .isEqualTo("imported 10001 documents into 'docs'%n".formatted());
    assertThat(run.err()).contains("checking 100%", "importing 100%");
    assertThat(Stores.documents(store, "docs"))
        .hasSize(10_001)
        .last()
        .isEqualTo(Document.of("d10000", Embedding.of(10_000, 1)));
  }

  @Test
  @DisplayName("row 69: empty file")
  void import_emptyFile_importsNothing() throws IOException {
    Path file = Files.createFile(temp.resolve("empty.jsonl"));

    CliRun run = CliRun.of("import", "--store", store, "--collection", "docs", file);

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo("imported 0 documents into 'docs'%n".formatted());
  }

  private Path fvecs(String name, int[] words, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(words);
    byte[] kept = new byte[bytes];
    buffer.get(kept);
    return Files.write(temp.resolve(name), kept);
  }
}
