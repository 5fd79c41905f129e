package org.attunedb.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code attune collections}, and the commands that go on beside a damaged collection. */
class CollectionsCommandTest {
  private static final String TERMINAL = "attune.stdin.terminal";

  @TempDir private Path folder;

  private Path store() {
    return folder.resolve("store");
  }

  private void fill() {
    try (Attune attune = Attune.open(store())) {
      attune
          .createCollection("notes", CollectionSpec.lexical())
          .upsert(List.of(Document.of("a", "one note"), Document.of("b", "another")));
      attune
          .createCollection("points", CollectionSpec.vectors(3, Similarity.EUCLIDEAN))
          .upsert(List.of(Document.of("p", Embedding.of(1, 2, 3))));
    }
  }

  private void damageNotes() throws IOException {
    Path description = store().resolve("collections/notes/collection.json");
    Files.writeString(description, Files.readString(description).replace("1024", "1025"));
  }

  private CliRun collections(String command, Object... more) {
    List<Object> arguments =
        Stream.concat(Stream.of("collections", command, "--store", store()), Stream.of(more))
            .toList();
    return CliRun.of(arguments.toArray());
  }

  private List<String> names() {
    try (Attune attune = Attune.openReadOnly(store())) {
      return attune.collections();
    }
  }

  @Test
  void list_table_showsWhatTheCollectionsAreMadeFor() throws IOException {
    fill();

    CliRun run = collections("list");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().skip(2))
        .satisfiesExactly(
            notes ->
                assertThat(notes)
                    .matches("notes +\\| +2 \\| +1024 \\| cosine .*\\| none +\\| +\\d+ \\| ok"),
            points ->
                assertThat(points)
                    .matches(
                        "points +\\| +1 \\| +3 \\| euclidean \\| caller .*\\| none +\\| +%s \\| ok"
                            .formatted(bytes("points"))));
  }

  @Test
  void list_json_isWhatTheStoreSays() throws IOException {
    fill();
    damageNotes();

    CliRun run = collections("list", "--output", "json");

    assertThat(run.code()).isEqualTo(3);
    JsonNode rows = StrictJson.readObject(run.out(), "stdout").get("collections");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("state").asText()).isEqualTo("quarantined");
    assertThat(rows.get(0).get("reason").asText()).contains("collection.json");
    assertThat(rows.get(0).get("bytesOnDisk").asLong()).isEqualTo(bytes("notes"));
    assertThat(rows.get(1).toString())
        .isEqualTo(
            "{\"collection\":\"points\",\"documents\":1,\"dimension\":3,\"metric\":\"euclidean\",\"embedder\":\"caller\",\"adapter\":null,\"scopedAdapters\":0,\"state\":\"ok\",\"bytesOnDisk\":%s}"
                .formatted(bytes("points")));
  }

  private long bytes(String collection) throws IOException {
    try (Stream<Path> files = Files.walk(store().resolve("collections").resolve(collection))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void create_inMissingFolder_makesStoreAndCollections() {
    assertThat(collections("create", "notes").out())
        .startsWith("created collection 'notes': dimension 1024, cosine, embedder ");
    assertThat(collections("create", "given", "--dimension", 7, "--metric", "dot_product").code())
        .isZero();
    CliRun model = collections("create", "model", "--embedder", "acme/small", "--dimension", 9);

    assertThat(model.code()).as(model.err()).isZero();
    CollectionSpec vectors = CollectionSpec.vectors(9, Similarity.COSINE);
    try (Attune attune = Attune.open(store())) {
      assertThat(attune.collection("notes").spec()).isEqualTo(CollectionSpec.lexical());
      assertThat(attune.collection("given").spec())
          .isEqualTo(CollectionSpec.vectors(7, Similarity.DOT_PRODUCT));
      assertThat(attune.collection("model").spec())
          .isEqualTo(
              new CollectionSpec(
                  "acme/small", 9, Similarity.COSINE, vectors.m(), vectors.efConstruction()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPPER",
        "a --dimension 0",
        "a --dimension 4097",
        "a --dimension x",
        "a --embedder caller",
        "a --embedder lexical --dimension 7",
        "a --metric euclidean",
        "a --dimension 3 --metric manhattan",
        "a b"
      })
  void create_badArguments_areRefusedAndNoStoreIsMade(String arguments) {
    CliRun run = collections("create", (Object[]) arguments.split(" "));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.fault()).isNotEmpty();
    assertThat(store()).doesNotExist();
  }

  @Test
  void create_unknownMetric_namesThoseThatThereAreAsTheyAreTyped() {
    CliRun run = collections("create", "a", "--dimension", 3, "--metric", "Manhattan");

    assertThat(run.fault()).contains("--metric", "'Manhattan'", "cosine, dot_product, euclidean");
    assertThat(collections("create", "a", "--dimension", 3, "--metric", "COSINE").code()).isZero();
  }

  @Test
  void create_takenName_isAConflict() {
    fill();

    assertThat(collections("create", "notes").code()).isEqualTo(4);
    assertThat(names()).containsExactly("notes", "points");
  }

  @Test
  void create_folderWithOtherContent_isLeftAlone() throws IOException {
    Path mine = Files.writeString(Files.createDirectory(store()).resolve("mine.txt"), "mine");

    assertThat(collections("create", "notes").code()).isEqualTo(3);
    assertThat(store()).isDirectoryContaining(mine::equals);
    try (Stream<Path> left = Files.list(store())) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void rename_collection_keepsItsDocuments() {
    fill();

    assertThat(collections("rename", "notes", "letters").code()).isZero();
    assertThat(collections("rename", "letters", "points").code()).isEqualTo(4);
    assertThat(collections("rename", "notes", "other").code()).isEqualTo(5);
    assertThat(collections("rename", "letters", "../x").code()).isEqualTo(2);

    assertThat(names()).containsExactly("letters", "points");
    try (Attune attune = Attune.open(store())) {
      assertThat(attune.collection("letters").count(null)).isEqualTo(2);
    }
  }

  @Test
  void drop_withoutYes_isRefusedUnlessAskedOnATerminal() {
    fill();

    CliRun refused = collections("drop", "notes");

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.fault()).contains("'notes' (2 documents)", "--yes");
    assertThat(names()).containsExactly("notes", "points");
  }

  @Test
  void drop_yes_deletesAlsoADamagedCollection() throws IOException {
    fill();
    damageNotes();

    assertThat(collections("drop", "notes", "--yes").code()).isZero();
    assertThat(collections("drop", "notes", "--yes").code()).isEqualTo(5);

    assertThat(names()).containsExactly("points");
  }

  @Test
  void drop_onATerminal_needsTheNameTyped() {
    fill();

    CliRun wrong = typing("y\n", "points");
    CliRun nothing = typing("", "points");
    assertThat(names()).containsExactly("notes", "points");
    CliRun right = typing("points\n", "points");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("Type points to confirm: ", "nothing was changed");
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(right.code()).as(right.err()).isZero();
    assertThat(names()).containsExactly("notes");
  }

  private CliRun typing(String text, String name) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      System.setProperty(TERMINAL, "true");
      return collections("drop", name);
    } finally {
      System.clearProperty(TERMINAL);
      System.setIn(before);
    }
  }

  @Test
  void stats_damagedCollection_isARowBesideTheHealthyOnes() throws IOException {
    fill();
    damageNotes();

    CliRun run = CliRun.of("stats", "--store", store());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out().lines().skip(2))
        .satisfiesExactly(
            notes ->
                assertThat(notes)
                    .startsWith("notes ")
                    .contains("| quarantined: ", "collection.json"),
            points -> assertThat(points).startsWith("points ").endsWith("| ok"));
  }

  @Test
  void compact_damagedCollection_isARowAndTheOthersAreMerged() throws IOException {
    fill();
    try (Attune attune = Attune.open(store())) {
      attune.collection("points").upsert(List.of(Document.of("q", Embedding.of(1, 0, 0))));
      attune.collection("points").delete(List.of("p"));
    }
    damageNotes();

    CliRun run = CliRun.of("compact", "--store", store());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out().lines().skip(2))
        .satisfiesExactly(
            notes -> assertThat(notes).startsWith("notes ").contains("| quarantined"),
            before -> assertThat(before).startsWith("points ").contains("| before"),
            after ->
                assertThat(after).matches("points +\\| after +\\| +1 \\| +0 \\| +1 \\| +\\d+"));
    assertThat(run.err()).contains("'notes' is quarantined: ", "compacting 100%");
  }

  @Test
  void backup_damagedCollection_isRefusedWithAdviceOrSkipped() throws IOException {
    fill();
    damageNotes();
    Path target = folder.resolve("backup");

    CliRun refused = CliRun.of("backup", "--store", store(), target);
    assertThat(target).doesNotExist();
    CliRun skipped = CliRun.of("backup", "--store", store(), target, "--skip-damaged");

    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.fault()).contains("'notes'", "--skip-damaged", "attune verify");
    assertThat(skipped.code()).isEqualTo(3);
    assertThat(skipped.out()).containsPattern("notes +\\| +\\| quarantined: .*collection.json");
    Path restored = folder.resolve("restored");
    assertThat(CliRun.of("restore", "--store", restored, target).code()).isZero();
    try (Attune attune = Attune.open(restored)) {
      assertThat(attune.collections()).containsExactly("points");
      assertThat(attune.collection("points").count(null)).isEqualTo(1);
    }
  }
}
