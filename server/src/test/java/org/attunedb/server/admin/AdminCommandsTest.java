package org.attunedb.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.VectorFormat;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The four commands, on the disk, as a user runs them. */
class AdminCommandsTest {
  @TempDir private Path folder;

  private Path store;
  private Path backup;

  @BeforeEach
  void fill() {
    store = folder.resolve("store");
    backup = folder.resolve("backup");
    try (Attune attune = Attune.open(store)) {
      VectorCollection notes = attune.createCollection("notes", CollectionSpec.lexical());
      notes.upsert(
          IntStream.range(0, 40).mapToObj(i -> Document.of("n" + i, "note number " + i)).toList());
      notes.delete(List.of("n3", "n4"));
      attune.createCollection("empty", CollectionSpec.lexical());
    }
  }

  private Path description() {
    return store.resolve("collections/notes/collection.json");
  }

  @Test
  void compact_format_rewritesTheVectorsAndStatsShowsIt() {
    assertThat(CliRun.of("stats", "--store", store, "--output", "json").out())
        .contains("\"format\" : \"float32\"")
        .contains("\"simd\" : \"panama\"");

    CliRun run =
        CliRun.of("compact", "--store", store, "--collection", "notes", "--format", "int8");

    assertThat(run.code()).isZero();
    assertThat(CliRun.of("stats", "--store", store, "--collection", "notes").out())
        .contains("int8")
        .doesNotContain("float32");
    assertThat(
            CliRun.of("stats", "--store", store, "--collection", "notes", "--output", "json").out())
        .contains("\"int8\" : 38");
  }

  @Test
  void create_format_isTheCollections() {
    assertThat(
            CliRun.of("collections", "create", "--store", store, "--format", "jvector", "more")
                .code())
        .isZero();

    try (Attune attune = Attune.open(store)) {
      assertThat(attune.collection("more").spec().vectorFormat()).isEqualTo(VectorFormat.JVECTOR);
    }
  }

  @Test
  void verify_soundStore_endsWithZeroAndPrintsASummary() {
    CliRun run = CliRun.of("verify", "--store", store);

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .matches("\\d+ files, \\d+ bytes: \\d+ sound, 0 unreferenced, 0 damaged\\R");
    assertThat(run.err()).contains("verifying 100%");
  }

  @Test
  void verify_verbose_listsEveryFile() {
    assertThat(CliRun.of("verify", "--store", store, "--verbose").out())
        .contains("collections/notes/collection.json", "collections/empty/index/", " 0 damaged");
  }

  @Test
  void verify_damagedFile_isTheOnlyOneListed() throws IOException {
    Files.writeString(description(), Files.readString(description()).replace("1024", "1025"));

    CliRun run = CliRun.of("verify", "--store", store);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .containsPattern(
            "collections/notes/collection.json +\\| +\\d+ \\| damaged \\| content does")
        .contains(" 1 damaged")
        .doesNotContain("collections/empty");
  }

  @Test
  void verify_damagedIndexFiles_areDescribedWithoutLucenesWords() throws IOException {
    List<Path> index;
    try (Stream<Path> files = Files.list(store.resolve("collections/notes/index"))) {
      index = files.filter(file -> Files.isRegularFile(file)).sorted().toList();
    }
    for (int i = 0; i < index.size(); i++) {
      byte[] bytes = Files.readAllBytes(index.get(i));
      switch (i % 4) {
        case 0 -> Files.write(index.get(i), Arrays.copyOf(bytes, bytes.length / 2));
        case 1 -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(index.get(i), bytes);
        }
        case 2 -> Files.write(index.get(i), Arrays.copyOf(bytes, bytes.length + 7));
        default -> Files.write(index.get(i), new byte[0]);
      }
    }

    CliRun run = CliRun.of("verify", "--store", store);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .contains(" %s damaged".formatted(index.size()))
        .doesNotContainIgnoringCase("exception", "lucene", "resource=", "hardware", "codec");
  }

  @Test
  void verify_twoDamagedFiles_endsWithThreeAndNamesBoth() throws IOException {
    Files.writeString(description(), Files.readString(description()).replace("1024", "1025"));
    Files.delete(store.resolve("collections/empty/adapters/active.json"));

    CliRun run = CliRun.of("verify", "--store", store, "--output", "json");

    assertThat(run.code()).isEqualTo(3);
    JsonNode json = StrictJson.readObject(run.out(), "output");
    assertThat(json.path("sound").booleanValue()).isFalse();
    List<String> damaged = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      if (file.path("state").asText().equals("damaged")) {
        damaged.add(file.path("path").asText());
      }
    }
    assertThat(damaged)
        .containsExactly(
            "collections/empty/adapters/active.json", "collections/notes/collection.json");
  }

  /** As an empty ATTUNE_STORE gives it: not the folder that the process runs in. */
  @Test
  void store_emptyName_isRefused() {
    for (String command : List.of("stats", "verify", "collections create")) {
      List<Object> arguments = new ArrayList<>(List.of((Object[]) command.split(" ")));
      arguments.addAll(List.of("--store", ""));
      if (command.endsWith("create")) {
        arguments.add("things");
      }
      CliRun run = CliRun.of(arguments.toArray());

      assertThat(run.code()).as(run.err()).isEqualTo(2);
      assertThat(run.fault()).contains("ATTUNE_STORE, is empty, expected the store's folder");
    }
  }

  @Test
  void verify_noStore_endsWithThree() {
    CliRun run = CliRun.of("verify", "--store", folder.resolve("nothing"));

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("nothing is not an Attune store").doesNotContain("\tat ");
  }

  @Test
  void backupAndRestore_store_givesTheSameAnswers() {
    assertThat(CliRun.of("backup", "--store", store, backup).code()).isZero();
    assertThat(CliRun.of("verify", "--store", backup).code()).isZero();
    Path restored = folder.resolve("restored");

    CliRun run = CliRun.of("restore", "--store", restored, backup);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("notes", "empty");
    try (Attune original = Attune.open(store);
        Attune copy = Attune.open(restored)) {
      assertThat(copy.collections()).isEqualTo(original.collections());
      assertThat(copy.collection("notes").scan(null, 100, null))
          .hasSize(38)
          .isEqualTo(original.collection("notes").scan(null, 100, null));
    }
  }

  @Test
  void backup_takenName_endsWithFour() throws IOException {
    Files.createDirectory(backup);

    CliRun run = CliRun.of("backup", "--store", store, backup);

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("exists");
  }

  @Test
  void backup_openStore_endsWithFourAndNamesTheStore() {
    try (Attune open = Attune.open(store)) {
      CliRun run = CliRun.of("backup", "--store", store, backup);

      assertThat(run.code()).isEqualTo(4);
      assertThat(run.err()).contains(store.toString(), "is open in process");
      assertThat(open.collections()).containsExactly("empty", "notes");
    }
    assertThat(backup).doesNotExist();
  }

  @Test
  void restore_storeThatExists_needsForce() {
    CliRun.of("backup", "--store", store, backup, "--copy");
    try (Attune attune = Attune.open(store)) {
      attune.dropCollection("notes");
    }

    CliRun refused = CliRun.of("restore", "--store", store, backup);
    CliRun forced = CliRun.of("restore", "--store", store, backup, "--force");

    assertThat(refused.code()).isEqualTo(4);
    assertThat(forced.code()).isZero();
    try (Attune attune = Attune.open(store)) {
      assertThat(attune.collection("notes").count(null)).isEqualTo(38);
    }
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
  }

  @Test
  void compact_oneCollection_printsBothStates() {
    CliRun run = CliRun.of("compact", "--store", store, "--collection", "notes");

    assertThat(run.code()).isZero();
    assertThat(run.out().lines().filter(line -> line.startsWith("notes")))
        .satisfiesExactly(
            before -> assertThat(before).contains("before", "38"),
            after -> assertThat(after).containsPattern("after +\\| +38 \\| +0 \\| +1 \\|"));
    assertThat(run.out()).doesNotContain("empty");
  }

  @Test
  void compact_unknownCollection_endsWithFive() {
    assertThat(CliRun.of("compact", "--store", store, "--collection", "other").code()).isEqualTo(5);
  }
}
