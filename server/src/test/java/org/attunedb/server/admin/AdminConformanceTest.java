package org.attunedb.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups and stores that are not what they should be; names begin with the table's row. */
class AdminConformanceTest {
  private static final String DESCRIPTION = "collections/docs/collection.json";

  @TempDir private Path folder;
  private Path store = Path.of("");
  private Path backup = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void backUp() {
    store = folder.resolve("store");
    backup = folder.resolve("backup");
    target = folder.resolve("target");
    try (Attune attune = Attune.open(store)) {
      attune
          .createCollection("docs", CollectionSpec.lexical())
          .upsert(List.of(Document.of("a", "apple")));
    }
    assertThat(CliRun.of("backup", "--store", store, "--copy", backup).code()).isZero();
  }

  /** Done to a backup. */
  @FunctionalInterface
  interface Fault {
    void apply(Path backup) throws IOException;
  }

  private static void edit(Path file, Consumer<ObjectNode> edit) throws IOException {
    ObjectNode json = StrictJson.readObject(Files.readString(file), file.toString());
    json.remove("crc32c");
    edit.accept(json);
    SealedJson.write(new StoreFiles(new DiskFileOps()), file, json);
  }

  private static Fault entry(Consumer<ArrayNode> edit) {
    return backup ->
        edit(backup.resolve("backup.json"), json -> edit.accept((ArrayNode) json.get("files")));
  }

  private static Fault path(String path) {
    return entry(files -> ((ObjectNode) files.get(0)).put("path", path));
  }

  static Stream<Arguments> badBackups() {
    Fault symlink =
        backup -> {
          Path outside = backup.resolveSibling("outside.json");
          Files.move(backup.resolve(DESCRIPTION), outside);
          Files.createSymbolicLink(backup.resolve(DESCRIPTION), outside);
        };
    Fault checksum =
        backup -> {
          byte[] content = Files.readAllBytes(backup.resolve(DESCRIPTION));
          content[content.length / 2] ^= 1;
          Files.write(backup.resolve(DESCRIPTION), content);
        };
    return Stream.of(
        bad("entry ../x", path("../x")),
        bad("entry /abs", path("/tmp/abs")),
        bad("entry twice", entry(files -> files.add(files.get(0).deepCopy()))),
        bad(
            "10 GiB",
            entry(files -> ((ObjectNode) files.get(0)).put("bytes", 10L * 1024 * 1024 * 1024))),
        bad("symbolic link", symlink),
        bad("checksum", checksum),
        bad("no manifest", backup -> Files.delete(backup.resolve("backup.json"))));
  }

  private static Arguments bad(String what, Fault fault) {
    return Arguments.argumentSet("row 73: " + what, fault);
  }

  @ParameterizedTest
  @MethodSource("badBackups")
  void restore_badBackup_endsWithThreeAndWritesNothing(Fault fault) throws IOException {
    fault.apply(backup);
    List<Path> before = siblings();

    CliRun run = CliRun.of("restore", "--store", target, backup);

    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(run.fault()).contains(backup.toString());
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(siblings()).isEqualTo(before).doesNotContain(target);
  }

  private List<Path> siblings() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.sorted().toList();
    }
  }

  @Test
  @DisplayName("row 74: a store is not restored over without --force, nor while it is open")
  void restore_overAStore_isAConflict() {
    try (Attune held = Attune.open(store)) {
      assertThat(CliRun.of("restore", "--store", store, backup, "--force").code()).isEqualTo(4);
      held.collection("docs").upsert(List.of(Document.of("b", "pear")));
    }
    assertThat(CliRun.of("restore", "--store", store, backup).code()).isEqualTo(4);
    try (Attune attune = Attune.open(store)) {
      assertThat(attune.collection("docs").count(null)).isEqualTo(2);
    }

    assertThat(CliRun.of("restore", "--store", store, backup, "--force").code()).isZero();

    try (Attune attune = Attune.open(store)) {
      assertThat(attune.collection("docs").count(null)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("row 74: an open store is found out before anything is copied")
  void restore_overAnOpenStore_copiesNothing() {
    try (Attune held = Attune.open(store)) {
      CliRun run = CliRun.of("restore", "--store", store, backup, "--force");

      assertThat(run.fault()).contains("is open in process");
      assertThat(run.err()).doesNotContain("restoring");
      assertThat(held.collections()).containsExactly("docs");
    }
  }

  @ParameterizedTest(name = "row 80: {0} on a store of a newer format")
  @ValueSource(
      strings = {"stats", "compact", "collections list", "search x --collection docs", "verify"})
  void command_newerFormat_endsWithThreeAndNamesTheVersions(String command) throws IOException {
    edit(store.resolve("attune.json"), json -> json.put("formatVersion", 99));

    Object[] words = (command + " --store " + store).split(" ");
    CliRun run = CliRun.of(words);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out() + run.err()).contains("format version is 99", "reads 1 to");
  }

  @ParameterizedTest(name = "row 80: {0} on a folder that is no store")
  @ValueSource(strings = {"stats", "compact", "collections list", "verify"})
  void command_noStore_endsWithThreeAndLeavesTheFolderAlone(String command) throws IOException {
    Path mine = Files.writeString(Files.createDirectory(target).resolve("mine.txt"), "mine");

    Object[] words = (command + " --store " + target).split(" ");
    CliRun run = CliRun.of(words);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.fault()).contains(target.toString(), "is not an Attune store");
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).containsExactly(mine);
    }
  }
}
