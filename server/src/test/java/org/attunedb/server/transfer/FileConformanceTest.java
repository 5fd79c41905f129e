package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;
import org.attunedb.core.codec.DocumentJson;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.index.CollectionSpec;
import org.attunedb.server.CliRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Line 57 of 100 is bad (row 70 of the project's table of bad input): nothing is imported, or all
 * but that line. Names begin with the row of the fault.
 */
class FileConformanceTest {
  private static final int ROWS = 100;
  private static final int BAD = 57;

  @TempDir private Path temp;
  private Path store = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void createCollection() {
    store = temp.resolve("store");
    file = temp.resolve("docs.jsonl");
    Stores.create(
        store,
        "docs",
        CollectionSpec.vectors(2, Similarity.COSINE),
        List.of(Document.of("row1", Embedding.of(0, 1)), Document.of("old", Embedding.of(0, 1))));
  }

  static Stream<Arguments> badLines() {
    String deep = "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000);
    String keys =
        Stream.iterate(0, i -> i + 1)
            .limit(257)
            .map(i -> "\"k" + i + "\":1")
            .reduce((a, b) -> a + "," + b)
            .orElseThrow();
    return Stream.of(
        bad(1, "vector_not_finite", "\"embedding\":[1,NaN]"),
        bad(2, "vector_not_finite", "\"embedding\":[1,Infinity]"),
        bad(3, "vector_not_finite", "\"embedding\":[1,-Infinity]"),
        bad(4, "vector_not_finite", "\"embedding\":[1,1e39]"),
        bad(5, "vector_element_type", "\"embedding\":[1,\"NaN\"]"),
        bad(5, "vector_element_type", "\"embedding\":[1,null]"),
        bad(6, "zero_vector", "\"embedding\":[0,0]"),
        bad(9, "dimension_mismatch", "\"embedding\":[1]"),
        bad(9, "dimension_mismatch", "\"embedding\":[1,2,3]"),
        bad(11, "dimension_mismatch", "\"embedding\":[]"),
        bad(13, "vector_norm_overflow", "\"embedding\":[3e38,0]"),
        bad(14, "vector_element_type", "\"embedding\":\"AACAPwAAAEA=\""),
        badId(21, "id_invalid", "\"\""),
        badId(21, "id_invalid", "\" \""),
        badId(21, "id_invalid", "null"),
        badId(22, "id_too_long", "\"" + "é".repeat(257) + "\""),
        badId(23, "id_invalid", "\"a\\u0000b\""),
        badId(23, "id_invalid", "\"a\\nb\""),
        badId(23, "id_invalid", "\"a\\udc00b\""),
        badId(25, "type_mismatch", "7"),
        badId(26, "duplicate_id", "\"row3\""),
        bad(52, "json_limit", "\"text\":\"x\",\"metadata\":" + deep),
        bad(35, "metadata_too_large", "\"text\":\"x\",\"metadata\":{" + keys + "}"),
        bad(
            35,
            "metadata_too_large",
            "\"text\":\"x\",\"metadata\":{\"a\":\"" + "x".repeat(70_000) + "\"}"),
        bad(36, "metadata_invalid", "\"text\":\"x\",\"metadata\":{\"\":1}"),
        bad(36, "metadata_invalid", "\"text\":\"x\",\"metadata\":{\"_dm.a\":1}"),
        bad(36, "metadata_invalid", "\"text\":\"x\",\"metadata\":{\"__proto__\":1}"),
        bad(
            38,
            "metadata_too_large",
            "\"text\":\"x\",\"metadata\":{\"a\":\"" + "x".repeat(40_000) + "\"}"),
        bad(39, "metadata_invalid", "\"text\":\"x\",\"metadata\":{\"a\":1e400}"),
        bad(0, "metadata_invalid", "\"text\":\"x\",\"metadata\":{\"a\":[1]}"),
        bad(40, "text_too_large", "\"text\":\"" + "x".repeat(Document.MAX_TEXT_LENGTH + 1) + "\""),
        bad(49, "json_invalid", "\"text\":\"x"),
        bad(49, "json_invalid", "\"text\":x"),
        bad(50, "json_duplicate_key", "\"text\":\"x\",\"text\":\"x\""),
        bad(51, "json_trailing", "\"text\":\"x\"} {\"id\":\"other\""),
        bad(52, "json_limit", "\"embedding\":[1," + "1".repeat(1_001) + "]"),
        bad(0, "unknown_field", "\"vector\":[1,2]"),
        bad(25, "type_mismatch", "\"text\":7"),
        bad(0, "document_empty", "\"metadata\":{}"),
        line(0, "missing_field", "{\"text\":\"x\"}"),
        line(0, "type_mismatch", "[]"),
        line(49, "json_invalid", "\uFEFF{\"id\":\"a\",\"text\":\"x\"}"),
        line(71, "json_invalid", "PAR1\u0015\u0004"));
  }

  private static Arguments bad(int row, String code, String members) {
    return line(row, code, "{\"id\":\"bad\"," + members + "}");
  }

  private static Arguments badId(int row, String code, String id) {
    return line(row, code, "{\"id\":" + id + ",\"text\":\"x\"}");
  }

  /** Row 0 stands for what the table of bad input does not have. */
  private static Arguments line(int row, String code, String line) {
    String shown = line.substring(0, Math.min(50, line.length())).replaceAll("[^ -~]", "?");
    return Arguments.argumentSet(
        (row == 0 ? "no row: " : "row " + row + ": ") + code + " " + shown, code, line);
  }

  @ParameterizedTest
  @MethodSource("badLines")
  void import_badLine_abortsAndLeavesTheCollectionAsItWas(String code, String line)
      throws IOException {
    List<Document> before = Stores.documents(store, "docs");
    write(line);

    CliRun run = importing();

    assertThat(run.code()).as(code).isEqualTo(2);
    assertThat(run.fault()).startsWith("attune: " + file + ":" + BAD + ": ");
    assertThat(run.fault()).hasSizeLessThan(600);
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
    assertThat(Stores.documents(store, "docs")).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("badLines")
  void import_badLineSkipped_importsTheRestAndTellsWhy(String code, String line)
      throws IOException {
    write(line);
    Path rejects = temp.resolve("rejects.jsonl");

    CliRun run = importing("--on-error", "skip", "--rejects", rejects);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo("imported 99 documents into 'docs', rejected 1 (%s)%n".formatted(rejects));
    List<String> rejected = Files.readAllLines(rejects);
    assertThat(rejected).hasSize(1);
    ObjectNode reject = StrictJson.readObject(rejected.getFirst(), "rejects");
    assertThat(reject.get("code").asText()).isEqualTo(code);
    assertThat(reject.get("file").asText()).isEqualTo(file.toString());
    assertThat(reject.get("row").asInt()).isEqualTo(BAD);
    assertThat(reject.get("reason").asText()).startsWith(file + ":" + BAD + ": ");
    assertThat(reject.get("source").asText()).isEqualTo(line);
    assertThat(run.err()).contains("rejected " + file + ":" + BAD + ": ");
    assertThat(Stores.documents(store, "docs"))
        .extracting(Document::id)
        .hasSize(ROWS - 1 + 1)
        .contains("old", "row1", "row56", "row58", "row100")
        .doesNotContain("bad", "row57");
  }

  @Test
  void import_duplicateId_namesBothPlaces() throws IOException {
    write("{\"id\":\"row3\",\"text\":\"x\"}");

    assertThat(importing().fault())
        .isEqualTo("attune: %s:57: document 'row3' is a duplicate of %s:3".formatted(file, file));
  }

  @Test
  void import_duplicateIdInAnotherFile_namesBothPlaces() throws IOException {
    write(good(BAD));
    Path second = Files.writeString(temp.resolve("more.jsonl"), "\n" + good(9) + "\n");

    CliRun run = importing(second);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.fault())
        .isEqualTo("attune: %s:2: document 'row9' is a duplicate of %s:9".formatted(second, file));
    assertThat(Stores.documents(store, "docs")).hasSize(2);
  }

  @Test
  @DisplayName("row 11: an empty vector is told with the dimension that is expected")
  void import_emptyVector_namesTheCollectionsDimension() throws IOException {
    write("{\"id\":\"bad\",\"embedding\":[]}");

    assertThat(importing().fault())
        .isEqualTo(
            "attune: %s:57: embedding has 0 dimensions, expected 1 to 4096 (the collection has 2)"
                .formatted(file));
  }

  static Stream<Arguments> foreignFiles() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bomb)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    }
    String header = "{'descr': '|O', 'fortran_order': False, 'shape': (2147483647, 4096), }\n";
    return Stream.of(
        Arguments.argumentSet("row 55: gzip bomb", bomb.toByteArray(), "gzip"),
        Arguments.argumentSet(
            "row 71: .npy of objects",
            ("\u0093NUMPY\u0001\u0000F\u0000" + header).getBytes(StandardCharsets.ISO_8859_1),
            "NumPy"),
        Arguments.argumentSet(
            "row 71: .npy of numbers",
            ("\u0093NUMPY\u0001\u0000F\u0000" + header.replace("|O", "<f4"))
                .getBytes(StandardCharsets.ISO_8859_1),
            "NumPy"),
        Arguments.argumentSet(
            "row 71: pickle",
            "\u0080\u0004\u0095cposix\nsystem\n".getBytes(StandardCharsets.ISO_8859_1),
            "pickle"),
        Arguments.argumentSet(
            "row 71: parquet under another name",
            "PAR1\u0015\u0004".getBytes(StandardCharsets.ISO_8859_1),
            "Parquet"));
  }

  @ParameterizedTest
  @MethodSource("foreignFiles")
  void import_fileOfAnotherKind_isRefusedAsAWhole(byte[] content, String kind) throws IOException {
    List<Document> before = Stores.documents(store, "docs");
    for (String format : List.of("jsonl", "fvecs")) {
      Files.write(file, content);

      for (CliRun run :
          List.of(
              importing("--format", format), importing("--format", format, "--on-error", "skip"))) {
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.fault()).startsWith("attune: " + file + ": is ").contains(kind);
        assertThat(run.out()).isEmpty();
      }
    }
    assertThat(Stores.documents(store, "docs")).isEqualTo(before);
  }

  @Test
  void import_manyBadLinesSkipped_showsTenOfThem() throws IOException {
    Files.writeString(file, "nothing\n".repeat(30) + good(1) + "\n");

    CliRun run = importing("--on-error", "skip");

    assertThat(run.out()).isEqualTo("imported 1 documents into 'docs', rejected 30%n".formatted());
    assertThat(run.err().lines().filter(line -> line.startsWith("rejected " + file))).hasSize(10);
    assertThat(run.err()).contains("no further ones are shown");
  }

  @Test
  void import_linesThatAreNotTextOrTooLong_areRejectedAlone() throws IOException {
    try (var out = Files.newOutputStream(file)) {
      out.write((good(1) + "\n").getBytes(StandardCharsets.UTF_8));
      out.write("{\"id\":\"é\",\"text\":\"x\"}\n".getBytes(StandardCharsets.ISO_8859_1));
      out.write(
          ("{\"id\":\"a\",\"text\":\"" + "x".repeat(20 << 20) + "\"}\n")
              .getBytes(StandardCharsets.UTF_8));
      out.write(good(4).getBytes(StandardCharsets.UTF_8));
    }

    CliRun aborted = importing();
    Path rejects = temp.resolve("rejects.jsonl");
    CliRun skipped = importing("--on-error", "skip", "--rejects", rejects);

    assertThat(aborted.code()).isEqualTo(2);
    assertThat(aborted.fault()).startsWith("attune: " + file + ":2: ").contains("not UTF-8");
    assertThat(skipped.err())
        .contains(file + ":2: holds bytes that are not UTF-8", file + ":3: line is longer than");
    assertThat(codes(rejects)).containsExactly("file_malformed", "json_limit");
    assertThat(Stores.documents(store, "docs"))
        .extracting(Document::id)
        .containsExactly("old", "row1", "row4");
  }

  @Test
  void import_existingRejectsFile_isRefusedAndKept() throws IOException {
    write("nothing");
    Path rejects = Files.writeString(temp.resolve("rejects.jsonl"), "precious");

    CliRun run = importing("--on-error", "skip", "--rejects", rejects);

    assertThat(run.code()).isEqualTo(4);
    assertThat(rejects).hasContent("precious");
    assertThat(Stores.documents(store, "docs")).hasSize(2);
  }

  private CliRun importing(Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("import", "--store", store, "--collection", "docs", file));
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray());
  }

  private static List<String> codes(Path rejects) throws IOException {
    return Files.readAllLines(rejects).stream()
        .map(line -> StrictJson.readObject(line, "rejects").get("code").asText())
        .toList();
  }

  private void write(String badLine) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= ROWS; i++) {
      lines.append(i == BAD ? badLine : good(i)).append('\n');
    }
    Files.writeString(file, lines);
  }

  private static String good(int row) {
    return DocumentJson.write(Document.of("row" + row, Embedding.of(row, 1)));
  }
}
