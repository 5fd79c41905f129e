package org.attunedb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.core.DocumentId;
import org.attunedb.core.Embedding;
import org.attunedb.core.Metadata;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.error.NotFoundException;
import org.attunedb.core.error.SearchTimeoutException;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.Mmr;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchTuning;
import org.attunedb.index.CollectionReads;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.Feedback;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.dataset.LineReader;
import org.attunedb.server.terminal.TerminalKind;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/errors.md} to the code. */
class ErrorsDocTest {
  private static final Path DOC = Path.of("..", "docs", "errors.md");
  private static final Pattern THROWN =
      Pattern.compile("new (\\w+Exception)\\(\\s*ErrorCode\\.(\\w+)");

  @Test
  void codes_ofTheTable_areThoseOfTheEnumInItsOrder() throws IOException {
    assertThat(rows("## Codes", 4).stream().map(row -> code(row.get(0))))
        .containsExactlyElementsOf(Arrays.asList(ErrorCode.values()));
  }

  @Test
  void exceptions_ofTheTable_areThoseThatTheSourcesThrow() throws IOException {
    Map<ErrorCode, Set<String>> thrown = new TreeMap<>();
    for (Path source : sources()) {
      Matcher matcher = THROWN.matcher(Files.readString(source));
      while (matcher.find()) {
        thrown
            .computeIfAbsent(ErrorCode.valueOf(matcher.group(2)), code -> new TreeSet<>())
            .add(matcher.group(1));
      }
    }
    assertThat(thrown).hasSizeGreaterThan(40);
    for (List<String> row : rows("## Codes", 4)) {
      Set<String> classes = thrown.getOrDefault(code(row.get(0)), Set.of(unquoted(row.get(2))));
      assertThat(classes).as(row.get(0)).containsExactly(unquoted(row.get(2)));
    }
  }

  @Test
  void exitCodes_ofTheTableAndOfHelp_areTheNumbersThereAre() throws IOException {
    List<Integer> numbers = Arrays.stream(ExitCode.values()).map(ExitCode::number).toList();
    ByteArrayOutputStream help = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(help, true, StandardCharsets.UTF_8);

    AttuneCli.run(new Out(stream, stream, TerminalKind.PLAIN), List.of(), "--help");

    assertThat(rows("# Errors", 2).stream().map(row -> Integer.valueOf(row.get(0))))
        .containsExactlyElementsOf(numbers);
    assertThat(
            help.toString(StandardCharsets.UTF_8)
                .split("Exit codes:", 2)[1]
                .lines()
                .filter(line -> line.matches(" +\\d+  .*"))
                .map(line -> Integer.valueOf(line.strip().split(" ", 2)[0])))
        .containsExactlyElementsOf(numbers);
  }

  @Test
  void exitCodes_ofTheTable_areThoseOfTheCommandLine() throws IOException {
    for (List<String> row : rows("## Codes", 4)) {
      PrintStream nowhere =
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
      ErrorHandler handler =
          new ErrorHandler(new Out(nowhere, nowhere, TerminalKind.PLAIN), () -> false);

      assertThat(handler.report(exception(unquoted(row.get(2)), code(row.get(0)))))
          .as(row.get(0))
          .isEqualTo(Integer.parseInt(row.get(3)));
    }
  }

  private static RuntimeException exception(String name, ErrorCode code) {
    return switch (name) {
      case "InvalidInputException" -> new InvalidInputException(code, "x");
      case "NotFoundException" -> new NotFoundException(code, "x");
      case "ConflictException" -> new ConflictException(code, "x");
      case "StoreException" -> new StoreException(code, "x");
      case "ModelException" -> new ModelException(code, "x");
      case "TrainingException" -> new TrainingException(code, "x");
      case "SearchTimeoutException" -> new SearchTimeoutException("x");
      default -> throw new AssertionError("unknown class " + name);
    };
  }

  @Test
  void limits_ofTheTable_areTheConstants() throws IOException {
    Map<String, Integer> documented = new LinkedHashMap<>();
    for (List<String> row : rows("## Limits", 3)) {
      documented.put(row.get(0), Integer.valueOf(row.get(1)));
      assertThat(code(row.get(2))).isNotNull();
    }

    assertThat(documented).isEqualTo(limits());
  }

  private static Map<String, Integer> limits() throws IOException {
    Map<String, Integer> limits = new LinkedHashMap<>();
    limits.put("hits of a search (k), and k with the offset", SearchRequest.MAX_K);
    limits.put("ef of a search", SearchTuning.MAX_EF);
    limits.put("candidates of a diversified search", Mmr.MAX_CANDIDATES);
    limits.put("requests of one batch of searches", CollectionReads.MAX_SEARCHES);
    limits.put("documents of one batch", VectorCollection.MAX_BATCH);
    limits.put("bytes of one batch", VectorCollection.MAX_BATCH_BYTES);
    limits.put("documents of one page of a scan", CollectionReads.MAX_PAGE);
    limits.put("dimension of a vector", Embedding.MAX_DIMENSION);
    limits.put("UTF-8 bytes of a document id", DocumentId.MAX_BYTES);
    limits.put("characters of a text", Document.MAX_TEXT_LENGTH);
    limits.put("metadata keys of a document", Metadata.MAX_KEYS);
    limits.put("characters of a metadata key", Metadata.MAX_KEY_LENGTH);
    // Internal to other modules; a test of import holds these against what upsert refuses.
    limits.put("bytes of a document's metadata as JSON", rule("MAX_METADATA_BYTES", "64 * 1024"));
    limits.put("UTF-8 bytes of one metadata value", rule("MAX_VALUE_BYTES", "32_000"));
    limits.put("levels of a filter", Filter.MAX_DEPTH);
    limits.put("terms of a filter", Filter.MAX_TERMS);
    limits.put("nesting of JSON", StrictJson.MAX_DEPTH);
    limits.put("characters of a string in JSON", StrictJson.MAX_STRING_LENGTH);
    limits.put("characters of a number in JSON", StrictJson.MAX_NUMBER_LENGTH);
    limits.put("scopes with adapters in a collection", DeepMemory.MAX_SCOPES);
    limits.put("documents of a feedback entry", Feedback.MAX_SHOWN);
    limits.put("UTF-8 bytes of the query of a feedback entry", Feedback.MAX_TEXT_BYTES);
    limits.put("bytes of a line of a file", LineReader.MAX_LINE_BYTES);
    return limits;
  }

  private static int rule(String constant, String expression) throws IOException {
    assertThat(Path.of("src/main/java/org/attunedb/server/transfer/IntakeRules.java"))
        .content()
        .contains("static final int " + constant + " = " + expression + ";");
    return expression.equals("32_000") ? 32_000 : 64 * 1024;
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("core", "index", "adapter-training", "server")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  /** The cells of the table under a heading. */
  private static List<List<String>> rows(String heading, int columns) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    String section = Files.readString(DOC).split(heading + "\n", 2)[1].split("\n## ", 2)[0];
    for (String line : section.lines().filter(line -> line.startsWith("| ")).skip(1).toList()) {
      String[] cells = line.substring(1, line.length() - 1).split("\\|");
      assertThat(cells).as(line).hasSize(columns);
      rows.add(Stream.of(cells).map(String::strip).toList());
    }
    assertThat(rows).isNotEmpty();
    return rows;
  }

  private static ErrorCode code(String cell) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.wireName().equals(unquoted(cell)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no code " + cell));
  }

  private static String unquoted(String cell) {
    return cell.replace("`", "");
  }
}
