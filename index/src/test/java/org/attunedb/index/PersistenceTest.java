package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.Similarity;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Query;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is on disk: found again, owned by one process, and refused where it is not ours or whole.
 */
@Timeout(60)
class PersistenceTest extends StoreTest {
  private static final String CHILD_ENDED = "the child's output ended";

  private final SplittableRandom random = new SplittableRandom(17);

  private VectorCollection fill(String name) {
    VectorCollection collection =
        attune.createCollection(name, CollectionSpec.vectors(3, Similarity.COSINE));
    RandomMetadata metadata = new RandomMetadata(random);
    for (int batch = 0; batch < 3; batch++) {
      int start = batch * 40;
      collection.upsert(
          IntStream.range(start, start + 50)
              .mapToObj(
                  i ->
                      new Document(
                          "d" + i, "word " + i, metadata.metadata(), Vectors.random(3, random)))
              .toList());
    }
    collection.delete(List.of("d5", "d77"));
    return collection;
  }

  private static List<Object> answers(VectorCollection collection) {
    List<Object> answers = new ArrayList<>(collection.scan(null, 1_000, null));
    answers.add(collection.spec());
    answers.add(collection.count(null));
    for (SearchMode mode : SearchMode.values()) {
      collection
          .search(
              SearchRequest.of(new Query.ByTextAndEmbedding("word 7", Embedding.of(1, 2, 3)))
                  .mode(mode)
                  .k(30)
                  .build())
          .hits()
          .stream()
          .map(SearchHit::id)
          .forEach(answers::add);
    }
    return answers;
  }

  @Test
  void reopen_everything_answersAsBefore() {
    List<Object> one = answers(fill("one"));
    List<Object> two = answers(fill("two"));

    reopen();

    assertThat(attune.collections()).containsExactly("one", "two");
    assertThat(answers(attune.collection("one"))).isEqualTo(one);
    assertThat(answers(attune.collection("two"))).isEqualTo(two);
    assertThat(one).isNotEqualTo(two);
    attune.collection("one").upsert(List.of(Document.of("more", Embedding.of(1, 1, 1))));
    assertThat(attune.collection("one").count(null)).isEqualTo(129);
  }

  @Test
  void open_acknowledgedWritesWithoutClose_areThere() throws IOException {
    fill("one");
    Path copy = folder.resolveSibling(folder.getFileName() + "-copy");
    copy(folder, copy);

    // What a process leaves behind that ends without closing.
    try (Attune second = Attune.open(copy)) {
      assertThat(answers(second.collection("one"))).isEqualTo(answers(attune.collection("one")));
    } finally {
      delete(copy);
    }
  }

  @Test
  void collection_sameName_isTheSameObject() {
    VectorCollection collection = fill("one");

    assertThat(attune.collection("one")).isSameAs(collection);
  }

  @Test
  void drop_collection_isGoneAndItsNameIsFree() throws IOException {
    VectorCollection dropped = fill("one");
    fill("two");

    attune.dropCollection("one");

    assertThat(attune.collections()).containsExactly("two");
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> attune.collection("one"))
        .withMessageContaining("one")
        .withMessageContaining("[two]");
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> attune.dropCollection("one"));
    assertThatIllegalStateException().isThrownBy(() -> dropped.count(null));
    try (Stream<Path> left = Files.list(folder.resolve("collections"))) {
      assertThat(left).hasSize(1);
    }
    VectorCollection again =
        attune.createCollection("one", CollectionSpec.vectors(2, Similarity.EUCLIDEAN));
    assertThat(again.count(null)).isZero();
    assertThat(again.spec().dimension()).isEqualTo(2);
  }

  @Test
  void drop_collectionThatWasNotOpened_isGone() {
    fill("one");
    reopen();

    attune.dropCollection("one");

    assertThat(attune.collections()).isEmpty();
  }

  @Test
  void open_leftoversOfACrash_areRemoved() throws IOException {
    fill("one");
    close();
    Path half = Files.createDirectories(folder.resolve("collections/half.tmp/index"));
    Files.writeString(half.resolve("x"), "y");
    Files.writeString(folder.resolve("attune.json.tmp"), "{");

    open();

    assertThat(attune.collections()).containsExactly("one");
    assertThat(half.getParent()).doesNotExist();
  }

  @Test
  void open_crashWhileTheStoreWasMade_isMadeAgain(@TempDir Path other) throws IOException {
    Files.writeString(other.resolve("attune.lock"), "123");
    Files.writeString(other.resolve("attune.json.tmp"), "{");

    try (Attune made = Attune.open(other)) {
      assertThat(made.collections()).isEmpty();
    }
  }

  @Test
  void open_missingFolders_areMade(@TempDir Path other) {
    try (Attune made = Attune.open(other.resolve("a/b/c"))) {
      assertThat(made.collections()).isEmpty();
    }
    assertThat(other.resolve("a/b/c/attune.json")).exists();
  }

  @Test
  void open_sameFolderInThisProcess_isRefusedNamingFolderAndProcess() {
    for (Path path : List.of(folder, folder.resolve("../" + folder.getFileName()))) {
      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> Attune.open(path))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_LOCKED))
          .withMessageContaining(folder.toString())
          .withMessageContaining("process " + ProcessHandle.current().pid());
    }
    assertThat(fill("still").count(null)).isEqualTo(128);
  }

  @Test
  void open_folderThatThisProcessHolds_isRefusedInAnother()
      throws IOException, InterruptedException {
    Process child = StoreHolder.start(folder);
    try (BufferedReader output = child.inputReader()) {
      assertThat(output.readLine())
          .startsWith("STORE_LOCKED ")
          .contains(folder.toString())
          .endsWith("process " + ProcessHandle.current().pid());
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).as(CHILD_ENDED).isTrue();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void open_refusedInThisProcess_stillKeepsOthersOut() throws IOException {
    assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> Attune.open(folder));

    Process child = StoreHolder.start(folder);
    try (BufferedReader output = child.inputReader()) {
      assertThat(output.readLine()).startsWith("STORE_LOCKED ");
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void open_folderThatAnotherProcessHolds_isRefusedUntilThatEnds()
      throws IOException, InterruptedException {
    fill("one");
    close();
    Process child = StoreHolder.start(folder);
    try (BufferedReader output = child.inputReader()) {
      assertThat(output.readLine()).isEqualTo("open [one]");

      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(this::open)
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_LOCKED))
          .withMessageContaining("process " + child.pid());

      // Killed, so that nothing can tidy up behind it.
      child.destroyForcibly().waitFor();
    }
    open();
    assertThat(attune.collection("one").count(null)).isEqualTo(128);
  }

  @Test
  void open_folderWithOtherContent_isRefusedAndLeftAlone(@TempDir Path other) throws IOException {
    Files.writeString(other.resolve("notes.txt"), "mine");

    assertNotOpened(other, ErrorCode.NOT_A_STORE, other.toString());

    try (Stream<Path> content = Files.list(other)) {
      assertThat(content.map(p -> p.getFileName().toString())).containsExactly("notes.txt");
    }
  }

  @Test
  void open_file_isRefused(@TempDir Path other) throws IOException {
    Path file = Files.writeString(other.resolve("file"), "mine");

    assertNotOpened(file, ErrorCode.NOT_A_STORE, file.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"format":"attune-store","formatVersion":2} | UNSUPPORTED_FORMAT | is 2, this version of Attune reads 1 to 1
          {"format":"attune-store","formatVersion":0} | UNSUPPORTED_FORMAT | is 0
          {"format":"attune-store","formatVersion":"x"} | STORE_CORRUPT | formatVersion
          {"format":"attune-store"} | STORE_CORRUPT | formatVersion
          {"format":"other","formatVersion":1} | STORE_CORRUPT | checksum
          {"formatVersion":1} | STORE_CORRUPT | checksum
          [] | STORE_CORRUPT | array
          {"format":"attune-store" | STORE_CORRUPT | malformed JSON
          """)
  void open_otherStoreFile_isRefusedNamingIt(String content, ErrorCode code, String message)
      throws IOException {
    close();
    Path file = Files.writeString(folder.resolve("attune.json"), content);

    assertNotOpened(folder, code, file.toString(), message);
  }

  private static void assertNotOpened(Path path, ErrorCode code, String... message) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> Attune.open(path))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage()).contains(message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "formatVersion" : 1 | "formatVersion" : 4 | UNSUPPORTED_FORMAT
          "formatVersion" : 1 | "formatVersion" : 2 | STORE_CORRUPT
          "formatVersion" : 1 | "x" : 1 | STORE_CORRUPT
          "dimension" : 3 | "dimension" : 0 | STORE_CORRUPT
          "dimension" : 3 | "dimension" : "three" | STORE_CORRUPT
          "dimension" : 3 | "dimension" : null | STORE_CORRUPT
          "dimension" : 3 | "dimension" : 4 | STORE_CORRUPT
          "COSINE" | "EUCLIDEAN" | STORE_CORRUPT
          "COSINE" | "MANHATTAN" | STORE_CORRUPT
          "COSINE" | 7 | STORE_CORRUPT
          "m" : 16 | "m" : 1 | STORE_CORRUPT
          "m" : 16 | "mm" : 16 | STORE_CORRUPT
          "embedder" : "caller" | "embedder" : " " | STORE_CORRUPT
          "embedder" : "caller" | "embedder" : 7 | STORE_CORRUPT
          { | [ | STORE_CORRUPT
          } | , | STORE_CORRUPT
          """)
  void collection_damagedDescription_isRefusedNamingItAndOthersOpen(
      String original, String damaged, ErrorCode code) throws IOException {
    fill("one");
    fill("two");
    close();
    Path file = folder.resolve("collections/one/collection.json");
    String content = Files.readString(file);
    assertThat(content).contains(original);
    Files.writeString(file, content.replace(original, damaged));

    open();

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> attune.collection("one"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .withMessageContaining(file.toString());
    assertThat(attune.collection("two").count(null)).isEqualTo(128);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> attune.collection("one"))
        .withMessageContaining(file.toString());
    Files.writeString(file, content);
    reopen();
    assertThat(attune.quarantined()).isEmpty();
    assertThat(attune.collection("one").count(null)).isEqualTo(128);
  }

  @Test
  void collection_missingDescription_isRefusedNamingIt() throws IOException {
    fill("one");
    close();
    Path file = folder.resolve("collections/one/collection.json");
    Files.delete(file);

    open();

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> attune.collection("one"))
        .withMessageContaining(file.toString());
  }

  @Test
  void write_failureOfTheLog_publishesNothingAndEndsAllWritesUntilTheStoreIsOpenedAgain()
      throws IOException {
    fill("one");
    fill("two");
    reopen();
    VectorCollection collection = attune.collection("one");
    Files.delete(folder.resolve("collections/one/log"));
    Document more = Document.of("more", Embedding.of(1, 1, 1));

    assertStoreRefuses(ErrorCode.STORE_IO, () -> collection.upsert(List.of(more)))
        .withMessageContaining("collections/one")
        .withMessageContaining("unknown");
    for (VectorCollection each : List.of(collection, attune.collection("two"))) {
      assertStoreRefuses(ErrorCode.READ_ONLY, () -> each.upsert(List.of(more)))
          .withMessageContaining("'one'");
      assertStoreRefuses(ErrorCode.READ_ONLY, each::truncate);
      assertStoreRefuses(ErrorCode.READ_ONLY, each::checkpoint);
      assertThat(each.get("more")).isEmpty();
      assertThat(each.count(null)).isEqualTo(128);
    }
    Files.createDirectory(folder.resolve("collections/one/log"));
    reopen();
    attune.collection("one").upsert(List.of(more));
    assertThat(attune.collection("one").count(null)).isEqualTo(129);
  }

  private static ThrowableAssertAlternative<StoreException> assertStoreRefuses(
      ErrorCode code, ThrowableAssert.ThrowingCallable call) {
    return assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void upsert_interruptedThread_isWholeOrAbsentAfterReopening() {
    VectorCollection collection = fill("one");
    List<Document> batch =
        IntStream.range(0, 20).mapToObj(i -> Document.of("i" + i, Embedding.of(1, 2, 3))).toList();

    boolean written = true;
    Thread.currentThread().interrupt();
    try {
      collection.upsert(batch);
    } catch (StoreException e) {
      written = false;
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(collection.count(null)).isEqualTo(written ? 148 : 128);
    reopen();
    assertThat(attune.collection("one").count(null)).isEqualTo(written ? 148 : 128);
    attune.collection("one").upsert(batch);
    assertThat(attune.collection("one").count(null)).isEqualTo(148);
  }

  static Stream<Consumer<VectorCollection>> uses() {
    return Stream.of(
        c -> c.upsert(List.of(Document.of("a", Embedding.of(1, 2, 3)))),
        c -> c.get("d1"),
        c -> c.delete(List.of("d1")),
        c -> c.delete(Filter.eq("a", 1)),
        c -> c.count(null),
        c -> c.scan(null, 1, null),
        c -> c.search(SearchRequest.vector(Embedding.of(1, 2, 3)).build()),
        VectorCollection::stats);
  }

  @ParameterizedTest
  @MethodSource("uses")
  void use_afterClose_isRefused(Consumer<VectorCollection> use) {
    VectorCollection collection = fill("one");
    assertThatNoException().isThrownBy(() -> use.accept(collection));
    attune.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> use.accept(collection))
        .withMessageContaining("one");
  }

  @Test
  void store_afterClose_isRefused() {
    CollectionSpec spec = CollectionSpec.vectors(3, Similarity.COSINE);
    fill("one");
    attune.close();

    assertThatIllegalStateException().isThrownBy(() -> attune.collections());
    assertThatIllegalStateException().isThrownBy(() -> attune.collection("one"));
    assertThatIllegalStateException().isThrownBy(() -> attune.createCollection("new", spec));
    assertThatIllegalStateException().isThrownBy(() -> attune.dropCollection("one"));
  }

  @Test
  void close_twice_doesNothing() {
    attune.close();

    assertThatNoException().isThrownBy(attune::close);
    open();
    assertThat(attune.collections()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "a-b_c",
        "con",
        "nul",
        "x23456789012345678901234567890123456789012345678901234567890123"
      })
  void create_allowedNames_areKept(String name) {
    attune.createCollection(name, CollectionSpec.vectors(1, Similarity.COSINE));
    reopen();

    assertThat(attune.collections()).containsExactly(name);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
