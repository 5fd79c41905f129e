package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The command line against the project's table of bad input; names begin with its row. */
class CliConformanceTest {
  @TempDir private Path temp;
  private Path store = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void createStore() throws IOException {
    store = temp.resolve("store");
    file = Files.writeString(temp.resolve("new.jsonl"), "{\"id\":\"new\",\"text\":\"x\"}\n");
    Stores.create(
        store,
        "docs",
        CollectionSpec.lexical(),
        List.of(
            new Document("a", "red apple", Metadata.of("lang", "en"), null),
            new Document("b", "green pear", Metadata.of("lang", "de"), null)));
    Stores.create(store, "empty", CollectionSpec.lexical(), List.of());
  }

  static Stream<Arguments> refused() {
    String deep = "{\"$not\":".repeat(5_000) + "{}" + "}".repeat(5_000);
    return Stream.of(
        refused("row 12: dimension 0", 2, "1 to 4096", "import --create 0:cosine --collection n"),
        refused("row 12: dimension 4097", 2, "4097", "import --create 4097:cosine --collection n"),
        refused("row 15: k 0", 2, "k is 0, expected 1 to 10000", "search -k 0"),
        refused("row 16: k -1", 2, "k is -1, expected 1 to 10000", "search -k -1"),
        refused("row 17: k 10001", 2, "k is 10001, expected 1 to 10000", "search -k 10001"),
        refused("row 17: k 2^31-1", 2, "k is 2147483647", "search -k 2147483647"),
        refused("row 17: k 2^31", 2, "-k", "search -k 2147483648"),
        refused("row 29: name ..", 2, "'..'", "search --collection .."),
        refused("row 30: encoded name", 2, "'..%2f'", "delete --all --yes --collection ..%2f"),
        refused("row 31: name A", 2, "'A'", "export --collection A"),
        refused("row 32: unknown collection", 5, "'other'", "search --collection other"),
        refused("row 32: unknown version", 5, "'v7'", "search --adapter v7"),
        refused("row 42: operator", 2, "/n/$near", "search --filter {\"n\":{\"$near\":1}}"),
        refused("row 42: operator", 2, "/n/$near", "delete --filter {\"n\":{\"$near\":1}}"),
        refused("row 46: deep filter", 2, "levels deep", "search --filter " + deep),
        refused("no row: two selections", 2, "exactly one", "delete --ids a --all --yes"),
        refused("no row: no selection", 2, "exactly one", "delete"),
        refused("no row: all without yes", 2, "--yes", "delete --all"));
  }

  private static Arguments refused(String name, int code, String message, String command) {
    return Arguments.argumentSet(name, code, message, command);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void command_badInput_isRefusedAndNothingChanges(int code, String message, String command) {
    List<Document> before = Stores.documents(store, "docs");

    CliRun run = run(command);

    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.fault()).contains(message).hasSizeLessThan(600);
    assertThat(run.err()).doesNotContain("\tat ", "red apple");
    assertThat(run.out()).isEmpty();
    assertThat(Stores.documents(store, "docs")).isEqualTo(before);
    try (Attune attune = Attune.openReadOnly(store)) {
      assertThat(attune.collections()).containsExactly("docs", "empty");
    }
  }

  private CliRun run(String command) {
    List<Object> arguments = new ArrayList<>(List.of(command.split(" ")));
    String name = arguments.getFirst().toString();
    arguments.addAll(List.of("--store", store));
    if (!arguments.contains("--collection")) {
      arguments.addAll(List.of("--collection", "docs"));
    }
    switch (name) {
      case "search" -> arguments.add("red fruit");
      case "import" -> arguments.add(file);
      case "export" -> arguments.add("-");
      default -> {}
    }
    return CliRun.of(arguments.toArray());
  }

  @Test
  @DisplayName("row 18: k beyond the documents gives all that match")
  void search_kBeyondTheDocuments_givesAll() {
    assertThat(run("search --mode vector -k 10000 --output json").out())
        .contains("\"a\"", "\"b\"", "red apple");
  }

  @Test
  @DisplayName("row 20: an empty collection answers with an empty list")
  void search_emptyCollection_printsNoHit() {
    CliRun run = run("search --collection empty --output json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("\"hits\" : [ ]");
  }

  @Test
  @DisplayName("row 28: deleting an unknown id deletes nothing")
  void delete_unknownId_countsZero() {
    CliRun run = run("delete --ids nowhere");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("deleted 0 documents of 'docs'%n".formatted());
    assertThat(Stores.documents(store, "docs")).hasSize(2);
  }

  @Test
  @DisplayName("row 43: an unknown field gives no hits and a warning on stderr")
  void search_unknownField_warns() {
    CliRun run = run("search --filter {\"lnag\":\"en\"}");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(2);
    assertThat(run.err()).contains("'lnag'");
  }

  @Test
  @DisplayName("row 78: a store in use is searched, and not deleted from")
  void command_storeInUse_readsAndRefusesToDelete() {
    try (Attune held = Attune.open(store)) {
      assertThat(run("search --filter {\"lang\":\"en\"}").out()).contains("| a ", "red apple");
      CliRun refused = run("delete --ids a");
      assertThat(refused.code()).isEqualTo(4);
      assertThat(refused.fault())
          .contains(store.toString(), Long.toString(ProcessHandle.current().pid()));
      assertThat(held.collection("docs").count(null)).isEqualTo(2);
    }
  }

  @Test
  void delete_idsFilterAndAll_deleteThose() {
    assertThat(run("delete --ids a,x").out()).startsWith("deleted 1 ");
    assertThat(run("delete --filter {\"lang\":\"de\"}").out()).startsWith("deleted 1 ");
    Stores.create(store, "more", CollectionSpec.lexical(), List.of(Document.of("c", "plum")));
    assertThat(run("delete --all --yes --collection more").out()).startsWith("deleted 1 ");
    assertThat(Stores.documents(store, "docs")).isEmpty();
    assertThat(Stores.documents(store, "more")).isEmpty();
  }
}
