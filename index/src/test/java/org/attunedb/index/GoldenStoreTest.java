package org.attunedb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stores that earlier versions wrote are still read, and answer as they did. The files of a
 * released version are never made again: a change that breaks this test breaks its users' stores.
 */
@Timeout(60)
class GoldenStoreTest {
  private static final String VERSION = "v1";
  private static final double TOLERANCE = 1e-5;

  @TempDir Path temporary;

  private ObjectNode expected = StrictJson.object();

  static List<String> variants() {
    return GoldenStores.VARIANTS;
  }

  @BeforeEach
  void readAnswers() throws IOException {
    try (InputStream in = GoldenStores.resource(VERSION, GoldenStores.ANSWERS)) {
      expected = parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static ObjectNode parse(String json) {
    return StrictJson.readObject(json, "answers");
  }

  private Path store(String variant) {
    return GoldenStores.unzip(VERSION, variant, temporary.resolve(variant));
  }

  /** All answers, which needs compacted collections for scores of texts. */
  private void assertAnswers(Attune attune) {
    assertAnswers(attune, List.of(GoldenStores.TEXTS, GoldenStores.POINTS));
  }

  /** All answers but those that count words. */
  private void assertContent(Attune attune) {
    assertAnswers(attune, List.of(GoldenStores.POINTS));
  }

  private void assertAnswers(Attune attune, List<String> searched) {
    // Written and read, so that numbers are of the same types.
    ObjectNode actual = parse(StrictJson.pretty(GoldenStores.answers(attune)));
    assertThat(attune.quarantined()).isEmpty();
    for (String name : List.of(GoldenStores.TEXTS, GoldenStores.POINTS)) {
      for (String exact : List.of("documents", "versions", "active", "counts")) {
        assertThat(actual.path(name).path(exact))
            .as("%s %s", name, exact)
            .isEqualTo(expected.path(name).path(exact));
      }
    }
    searched.forEach(name -> assertSearches(name, actual.path(name).path("searches")));
  }

  private void assertSearches(String name, JsonNode actual) {
    JsonNode searches = expected.path(name).path("searches");
    assertThat(actual.size()).isEqualTo(searches.size()).isPositive();
    for (Map.Entry<String, JsonNode> search : searches.properties()) {
      JsonNode hits = actual.path(search.getKey());
      assertThat(hits.findValuesAsText("id"))
          .as(search.getKey())
          .isEqualTo(search.getValue().findValuesAsText("id"))
          .isNotEmpty();
      for (int i = 0; i < hits.size(); i++) {
        assertThat(hits.path(i).path("score").doubleValue())
            .as("%s, hit %d", search.getKey(), i)
            .isCloseTo(search.getValue().path(i).path("score").doubleValue(), within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void open_storeOfThisFormat_answersAsWhenItWasWritten(String variant) {
    try (Attune attune = Attune.open(store(variant))) {
      assertContent(attune);
      GoldenStores.compact(attune);
      assertAnswers(attune);
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void openReadOnly_storeOfThisFormat_answersAndTouchesNothing(String variant) {
    Path store = store(variant);
    Map<String, String> before = StoreTree.fingerprint(store);

    try (Attune attune = Attune.openReadOnly(store)) {
      assertContent(attune);
    }

    assertThat(StoreTree.fingerprint(store)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void write_storeOfThisFormat_isKeptBesideWhatWasThere(String variant) {
    Path store = store(variant);
    Document text = Document.of("new", "a zebra");
    Document point = Document.of("new", Embedding.of(9, 9, 9, 9, 9, 9, 9, 9));
    try (Attune attune = Attune.open(store)) {
      attune.collection(GoldenStores.TEXTS).insert(List.of(text));
      attune.collection(GoldenStores.POINTS).insert(List.of(point));
    }

    try (Attune attune = Attune.open(store)) {
      VectorCollection texts = attune.collection(GoldenStores.TEXTS);
      VectorCollection points = attune.collection(GoldenStores.POINTS);
      assertThat(texts.get("new").orElseThrow().text()).isEqualTo("a zebra");
      assertThat(points.get("new")).contains(point);
      texts.delete(List.of("new"));
      points.delete(List.of("new"));
      GoldenStores.compact(attune);
      assertAnswers(attune);
    }
    try (Attune attune = Attune.open(store)) {
      assertAnswers(attune);
    }
  }

  /** A file of the next version, as it would be whole: not damage, and never changed. */
  @ParameterizedTest
  @CsvSource({
    "attune.json, 2",
    "collections/texts/collection.json, 4",
    "collections/texts/adapters/active.json, 3",
    "collections/texts/adapters/v1/version.json, 2"
  })
  void open_newerFile_isRefusedNamingIt(String name, int version) throws IOException {
    Path store = store("closed");
    Path file = store.resolve(name);
    ObjectNode json = parse(Files.readString(file));
    json.remove("crc32c");
    json.put("formatVersion", version);
    SealedJson.write(new StoreFiles(new DiskFileOps()), file, json);

    assertRefused(store, file, version);
  }

  /**
   * A whole file of a release that keeps vectors in another way: not damage, and not to be
   * quarantined.
   */
  @Test
  void open_vectorFormatOfANewerRelease_isRefusedNamingIt() throws IOException {
    Path store = store("closed");
    Path file = store.resolve("collections/texts/collection.json");
    ObjectNode json = parse(Files.readString(file));
    json.remove("crc32c");
    json.put("formatVersion", 3).put("vectorFormat", "PQ4");
    SealedJson.write(new StoreFiles(new DiskFileOps()), file, json);

    try (Attune attune = Attune.open(store)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> attune.collection(GoldenStores.TEXTS))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT))
          .withMessageContaining(file.toString())
          .withMessageContaining("'PQ4'");
      assertThat(attune.quarantined()).isEmpty();
    }
  }

  @Test
  void open_newerLog_isRefusedNamingIt() throws IOException {
    Path store = store("log");
    Path log =
        StoreTree.walk(store.resolve("collections/texts/log")).stream()
            .filter(path -> path.toString().endsWith(".log"))
            .findFirst()
            .orElseThrow();
    byte[] content = Files.readAllBytes(log);
    // After docs/formats.md: magic, version, checksum, then what names the place.
    ByteBuffer header = ByteBuffer.wrap(content).putInt(8, 2);
    CRC32C crc = new CRC32C();
    crc.update(content, 16, 24);
    crc.update(content, 0, 12);
    header.putInt(12, (int) crc.getValue());
    Files.write(log, content);

    assertRefused(store, log, 2);
  }

  private static void assertRefused(Path store, Path file, int version) throws IOException {
    byte[] content = Files.readAllBytes(file);
    for (OpenMode mode : List.of(OpenMode.OPEN, OpenMode.READ_ONLY)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(
              () -> {
                try (Attune attune = Attune.open(store, AttuneOptions.defaults().withMode(mode))) {
                  attune.collection(GoldenStores.TEXTS);
                }
              })
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT))
          .withMessageContaining(file.toString())
          .withMessageContaining("version is " + version);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }
}
