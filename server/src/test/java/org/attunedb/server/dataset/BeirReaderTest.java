package org.attunedb.server.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BeirReaderTest {
  private static final String HEADER = "query-id\tcorpus-id\tscore\n";

  @TempDir private Path temp;
  private Path folder = Path.of("");

  @BeforeEach
  void writeSmallDataset() throws IOException {
    folder = Files.createDirectories(temp.resolve("ponds"));
    write(
        "corpus.jsonl",
        """
        {"_id":"d1","title":"Frogs","text":"They leap.","metadata":{"pages":3,"ratio":0.5,"tags":["a","b"],"wet":true,"gone":null}}
        {"_id":"d2","title":"","text":"Newts swim."}
        {"_id":"d3","text":"Carp are fish.","metadata":{"title":"Carp"}}
        """);
    write(
        "queries.jsonl",
        """
        {"_id":"q1","text":"what leaps"}
        {"_id":"q2","text":"what swims"}
        {"_id":"q3","text":"what is a fish"}
        """);
    write("qrels/train.tsv", HEADER + "q1\td1\t1\n");
    write("qrels/test.tsv", HEADER + "q3\td3\t2\nq2\td2\t1\nq3\td2\t0\n");
  }

  @Test
  void open_wellFormedFolder_readsDocumentsAndSplits() {
    BeirDataset dataset = open();

    assertThat(dataset.name()).isEqualTo("ponds");
    assertThat(dataset.documentCount()).isEqualTo(3);
    assertThat(dataset.train()).extracting(JudgedQuery::text).containsExactly("what leaps");
    assertThat(dataset.test()).extracting(JudgedQuery::id).containsExactly("q3", "q2");
    assertThat(dataset.test().get(0).relevance().grades())
        .containsEntry("d3", 2.0)
        .containsEntry("d2", 0.0);
    assertThat(dataset.unknownIds().isEmpty()).isTrue();
  }

  @Test
  void documents_taggedMetadata_areUuidsAndTimes() throws IOException {
    write(
        "corpus.jsonl",
        """
        {"_id":"d1","text":"x","metadata":{"u":{"$uuid":"123e4567-e89b-12d3-a456-426614174000"},"t":{"$time":"2026-11-21T10:00:00Z"}}}
        """);

    try (DocumentFile file = DocumentFile.open(folder)) {
      assertThat(file.next())
          .isNotNull()
          .extracting(Document::metadata)
          .isEqualTo(
              Metadata.builder()
                  .put(
                      "u",
                      MetadataValue.of(UUID.fromString("123e4567-e89b-12d3-a456-426614174000")))
                  .put("t", MetadataValue.of(Instant.parse("2026-11-21T10:00:00Z")))
                  .build());
    }
  }

  @Test
  void documents_titleAndMetadata_becomeTextAndTypedValues() {
    Metadata frogs =
        Metadata.builder()
            .put("title", "Frogs")
            .put("pages", 3)
            .put("ratio", 0.5)
            .put("tags", List.of("a", "b"))
            .put("wet", true)
            .build();

    assertThat(allDocuments(open()))
        .containsExactly(
            Document.of("d1", "Frogs\nThey leap.", frogs),
            Document.of("d2", "Newts swim."),
            Document.of("d3", "Carp are fish.", Metadata.of("title", "Carp")));
  }

  @Test
  void documents_batchSizeTwo_endsWithTheRest() {
    try (Stream<List<Document>> batches = open().documents(2)) {
      assertThat(batches.map(List::size)).containsExactly(2, 1);
    }
  }

  @Test
  void documents_batchSizeZero_isRejected() {
    assertThatThrownBy(() -> open().documents(0)).hasMessageContaining("batch size is 0");
  }

  @Test
  void open_byteOrderMarkBlankLinesAndCarriageReturns_arePassedOver() throws IOException {
    write(
        "corpus.jsonl",
        "\uFEFF{\"_id\":\"d1\",\"text\":\"x\"}\r\n\r\n{\"_id\":\"d2\",\"text\":\"y\"}\r\n");
    write("qrels/train.tsv", HEADER.replace("\n", "\r\n") + "q1\td1\t1\r\n");
    write("qrels/test.tsv", HEADER + "q2\td2\t1");

    assertThat(allDocuments(open())).extracting(Document::text).containsExactly("x", "y");
  }

  @Test
  void open_withoutTrainingJudgments_hasEmptyTrainSplit() throws IOException {
    Files.delete(folder.resolve("qrels/train.tsv"));

    assertThat(open().train()).isEmpty();
  }

  @Test
  void open_otherQrelsFolder_readsThatOne() throws IOException {
    write("qrels-strict/test.tsv", HEADER + "q1\td2\t1\n");

    BeirDataset dataset =
        new BeirReader(BeirOptions.defaults().withQrelsFolder("qrels-strict")).open(folder);

    assertThat(dataset.test()).extracting(JudgedQuery::id).containsExactly("q1");
    assertThat(dataset.train()).isEmpty();
  }

  @Test
  void open_unknownIds_areCountedAndLeftOut() throws IOException {
    write("qrels/test.tsv", HEADER + "q1\tnowhere\t1\nq2\td2\t1\nq9\tnowhere\t1\nq2\tgone\t1\n");

    BeirDataset dataset = open();

    assertThat(dataset.test()).extracting(JudgedQuery::id).containsExactly("q2");
    assertThat(dataset.test().get(0).relevance().grades()).containsOnlyKeys("d2");
    assertThat(dataset.unknownIds())
        .isEqualTo(new UnknownIds(3, 1, 2, List.of("q9"), List.of("nowhere", "gone")));
    assertThat(dataset.unknownIds())
        .hasToString(
            "3 judgments name 1 unknown query (q9) and 2 unknown documents (nowhere, gone)");
  }

  @Test
  void open_unknownIdsWhereStrict_isRejected() throws IOException {
    write("qrels/test.tsv", HEADER + "q1\tnowhere\t1\n");
    BeirReader strict = new BeirReader(BeirOptions.defaults().withStrict(true));

    assertThatThrownBy(() -> strict.open(folder))
        .asInstanceOf(type(InvalidInputException.class))
        .returns(ErrorCode.LABELS_UNKNOWN_DOCUMENT, InvalidInputException::code)
        .extracting(Throwable::getMessage)
        .asString()
        .contains("1 judgment names 1 unknown document (nowhere)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"_id\":\"d2\",\"text\":\"x\"                      | malformed JSON at column",
        "[1]                                                 | expected a JSON object, got an array",
        "{\"text\":\"x\"}                                    | field '_id' is missing, expected a string",
        "{\"_id\":\"d2\"}                                    | field 'text' is missing, expected a string",
        "{\"_id\":2,\"text\":\"x\"}                          | field '_id' is a number, expected a string",
        "{\"_id\":\"d2\",\"text\":true}                      | field 'text' is a boolean, expected a string",
        "{\"_id\":\"d2\",\"text\":null}                      | field 'text' is null, expected a string",
        "{\"_id\":\"d2\",\"title\":[],\"text\":\"x\"}        | field 'title' is an array, expected a string",
        "{\"_id\":\"d1\",\"text\":\"x\"}                     | _id 'd1' appears a second time",
        "{\"_id\":\"d2\",\"_id\":\"d3\",\"text\":\"x\"}      | duplicate key at column",
        "{\"_id\":\"d2\",\"text\":\"x\"} {}                  | after the end of the JSON value",
        "{\"_id\":\" \",\"text\":\"x\"}                      | document id is blank",
        "{\"_id\":\"d2\",\"text\":\"x\",\"metadata\":1}      | field 'metadata' is a number, expected an object",
        "{\"_id\":\"d2\",\"text\":\"x\",\"metadata\":{\"a\":{}}}  | metadata 'a': got an object, expected a string",
        "{\"_id\":\"d2\",\"text\":\"x\",\"metadata\":{\"a\":[1]}} | metadata 'a': got an array with a number, expected a string",
        "{\"_id\":\"d2\",\"text\":\"x\",\"metadata\":{\"a\":1e999}} | expected a finite number",
        "{\"_id\":\"d2\",\"text\":\"x\",\"metadata\":{\"a\":9223372036854775808}} | metadata 'a': got an integer beyond 64 bits, expected a string, a 64-bit integer",
        "{\"_id\":\"d2\",\"text\":\"x\",\"metadata\":{\"_a\":1}}  | metadata key '_a'",
      })
  void open_badCorpusLine_isBlamedOnItsLine(String line, String problem) throws IOException {
    write("corpus.jsonl", "{\"_id\":\"d1\",\"text\":\"fine\"}\n\n" + line + "\n");

    assertThatThrownBy(this::open)
        .asInstanceOf(type(InvalidInputException.class))
        .returns(ErrorCode.FILE_MALFORMED, InvalidInputException::code)
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith("corpus.jsonl:3: ")
        .contains(problem)
        .doesNotContain("\n");
  }

  @Test
  void open_nestingBeyond64_isRejected() throws IOException {
    String deep = "[".repeat(70) + "]".repeat(70);
    write("corpus.jsonl", "{\"_id\":\"d1\",\"text\":\"x\",\"other\":" + deep + "}\n");

    assertThatThrownBy(this::open)
        .hasMessageStartingWith("corpus.jsonl:1: ")
        .hasMessageContaining("64")
        .asInstanceOf(type(InvalidInputException.class))
        .returns(ErrorCode.JSON_LIMIT, InvalidInputException::code);
  }

  @Test
  void open_overlongText_isRejected() throws IOException {
    String text = "x".repeat(Document.MAX_TEXT_LENGTH + 1);
    write("corpus.jsonl", "{\"_id\":\"d1\",\"text\":\"" + text + "\"}\n");

    assertThatThrownBy(this::open).hasMessageStartingWith("corpus.jsonl:1: ");
  }

  @Test
  void open_bytesThatAreNotUtf8_areBlamedOnTheirLine() throws IOException {
    Files.write(
        folder.resolve("queries.jsonl"),
        "{\"_id\":\"q1\",\"text\":\"fine\"}\n{\"_id\":\"q2\",\"text\":\"\u00e9\"}\n"
            .getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(this::open)
        .hasMessage("queries.jsonl:2: holds bytes that are not UTF-8, expected UTF-8 text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"_id\":\"q1\",\"text\":\"again\"}", "{\"_id\":\"q4\",\"text\":\" \"}"})
  void open_badQueryLine_isBlamedOnItsLine(String line) throws IOException {
    write("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"fine\"}\n" + line + "\n");

    assertThatThrownBy(this::open).hasMessageStartingWith("queries.jsonl:2: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "q1 d1 1          | has 1 columns, expected 3",
        "q1~0~d1~1        | has 4 columns, expected 3",
        "q1~d1~relevant   | score is 'relevant', expected a number",
        "q1~d1~-1         | score is '-1', expected a finite number of at least 0",
        "q1~d1~NaN        | score is 'NaN', expected a finite number of at least 0",
      })
  void open_badJudgment_isBlamedOnItsLine(String line, String problem) throws IOException {
    write("qrels/test.tsv", HEADER + "q2\td2\t1\n" + line.replace('~', '\t') + "\n");

    assertThatThrownBy(this::open)
        .asInstanceOf(type(InvalidInputException.class))
        .returns(ErrorCode.FILE_MALFORMED, InvalidInputException::code)
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith("qrels/test.tsv:3: ")
        .contains(problem);
  }

  @Test
  void open_judgmentsWithoutHeader_areRejected() throws IOException {
    write("qrels/train.tsv", "q1\td1\t1\n");

    assertThatThrownBy(this::open)
        .hasMessage(
            "qrels/train.tsv:1: expected the header query-id TAB corpus-id TAB score, got a judgment");
  }

  @Test
  void open_emptyJudgments_areRejected() throws IOException {
    write("qrels/test.tsv", "");

    assertThatThrownBy(this::open).hasMessageContaining("qrels/test.tsv:1: the file is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"corpus.jsonl", "queries.jsonl", "qrels/test.tsv"})
  void open_missingFile_isUnreadable(String name) throws IOException {
    Files.delete(folder.resolve(name));

    assertUnreadable(folder, "does not exist");
  }

  @Test
  void open_folderInPlaceOfFile_isUnreadable() throws IOException {
    Files.delete(folder.resolve("corpus.jsonl"));
    Files.createDirectory(folder.resolve("corpus.jsonl"));

    assertUnreadable(folder, "is a folder, expected a file");
  }

  @Test
  void open_fileInPlaceOfFolder_isUnreadable() {
    assertUnreadable(folder.resolve("corpus.jsonl"), "is a file, expected a folder");
  }

  @Test
  void open_missingFolder_isUnreadable() {
    assertUnreadable(folder.resolve("nowhere"), "does not exist, expected a folder");
  }

  private static void assertUnreadable(Path path, String problem) {
    assertThatThrownBy(() -> new BeirReader(BeirOptions.defaults()).open(path))
        .asInstanceOf(type(InvalidInputException.class))
        .returns(ErrorCode.FILE_UNREADABLE, InvalidInputException::code)
        .extracting(Throwable::getMessage)
        .asString()
        .contains(problem);
  }

  private BeirDataset open() {
    return new BeirReader(BeirOptions.defaults()).open(folder);
  }

  private static List<Document> allDocuments(BeirDataset dataset) {
    try (Stream<List<Document>> batches = dataset.documents(100)) {
      return batches.flatMap(List::stream).toList();
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
