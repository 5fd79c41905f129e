package org.attunedb.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.evaluation.Relevance.RelevantDocument;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.index.VectorCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the example in the README to the code that is compiled and run here. */
class ReadmeExampleTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path SOURCE =
      Path.of("src/test/java/org/attunedb/server/docs/ReadmeExampleTest.java");

  @Test
  void readme_javaBlock_isTheCodeBelow() throws IOException {
    String block = between(Files.readString(README), "```java\n", "```");
    String source = between(Files.readString(SOURCE), "// README begins\n", "    // README ends");

    assertThat(source.lines().map(String::strip).collect(Collectors.joining("\n")))
        .isEqualTo(block.lines().map(String::strip).collect(Collectors.joining("\n")));
  }

  @Test
  void example_run_findsByFilterAndSaysWhyItDidNotPublish(@TempDir Path temporary)
      throws Exception {
    String printed =
        run(temporary.resolve("store"), List.of("reversal, money back"), relevant("a1"));

    assertThat(printed)
        .startsWith("1 a2\n2 a3\n")
        .contains("1 usable labelled queries, at least 32 are needed");
  }

  private static List<List<RelevantDocument>> relevant(String id) {
    return List.of(List.of(RelevantDocument.of(id)));
  }

  private static String run(
      Path folder, List<String> queries, List<List<RelevantDocument>> relevance) throws Exception {
    var captured = new ByteArrayOutputStream();
    var original = System.out;
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      example(folder, queries, relevance);
    } finally {
      System.setOut(original);
    }
    return captured.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  private static void example(
      Path folder, List<String> queries, List<List<RelevantDocument>> relevance) throws Exception {
    // README begins
    try (Attune attune = Attune.open(folder)) {
      VectorCollection articles = attune.createCollection("articles", CollectionSpec.lexical());
      articles.upsert(
          List.of(
              Document.of("a1", "Issuing a remittance reversal", Metadata.of("section", "purser")),
              Document.of("a2", "Chasing an overdue bill", Metadata.of("section", "invoicing")),
              Document.of("a3", "Printing a draft manifest", Metadata.of("section", "invoicing"))));

      SearchResponse answer =
          articles.search(
              SearchRequest.text("overdue bill")
                  .mode(SearchMode.HYBRID)
                  .filter(Filter.eq("section", "invoicing"))
                  .k(2)
                  .build());
      answer.hits().forEach(hit -> System.out.println(hit.rank() + " " + hit.id()));

      TrainingJob job = articles.deepMemory().train(queries, relevance);
      if (job.await() instanceof JobState.Completed done) {
        System.out.println(done.decision().reason());
      }
    }
    // README ends
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from);
    assertThat(start).as("'%s' in the text", from).isNotNegative();
    return text.substring(start + from.length(), text.indexOf(to, start + from.length()));
  }
}
