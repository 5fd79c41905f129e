package org.attunedb.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.attunedb.core.Document;
import org.attunedb.server.dataset.BeirDataset;
import org.attunedb.server.dataset.BeirOptions;
import org.attunedb.server.dataset.BeirReader;
import org.attunedb.server.dataset.JudgedQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelpCentreTest {
  @TempDir private Path temp;
  private Path folder = Path.of("");

  @BeforeEach
  void extract() {
    folder = HelpCentre.extractInto(temp);
  }

  @Test
  void open_strict_hasTheSizesThatTheReadmeNames() {
    BeirDataset dataset = open();

    assertThat(dataset.name()).isEqualTo("helpcentre");
    assertThat(dataset.documentCount()).isEqualTo(128);
    assertThat(dataset.train()).hasSize(710);
    assertThat(dataset.test()).hasSize(302);
    assertThat(folder.resolve("README.md")).content().contains("128 articles", "1,012 questions");
  }

  @Test
  void documents_allSections_haveSixteenArticlesEach() {
    assertThat(
            documents().stream()
                .collect(
                    Collectors.groupingBy(
                        d -> d.metadata().text("section").orElseThrow(), Collectors.counting())))
        .hasSize(8)
        .allSatisfy((section, count) -> assertThat(count).as(section).isEqualTo(16));
  }

  @Test
  void documents_texts_areDistinct() {
    assertThat(documents()).extracting(Document::text).doesNotHaveDuplicates();
    assertThat(documents()).extracting(d -> d.metadata().text("title")).doesNotHaveDuplicates();
  }

  @Test
  void queries_bothSplits_shareNoQuestion() throws IOException {
    BeirDataset dataset = open();
    List<JudgedQuery> all =
        Stream.concat(dataset.train().stream(), dataset.test().stream()).toList();

    assertThat(all).extracting(JudgedQuery::id).doesNotHaveDuplicates();
    assertThat(all).extracting(JudgedQuery::text).doesNotHaveDuplicates();
    try (Stream<String> lines = Files.lines(folder.resolve("queries.jsonl"))) {
      assertThat(lines).as("every question is judged").hasSameSizeAs(all);
    }
  }

  @Test
  void split_testOnlyArticles_areThreeOfEachSection() {
    Set<String> trained = relevant(open().train());

    List<Document> testOnly = documents().stream().filter(d -> !trained.contains(d.id())).toList();

    assertThat(testOnly).hasSize(24);
    assertThat(relevant(open().test())).containsAll(testOnly.stream().map(Document::id).toList());
    assertThat(
            testOnly.stream()
                .collect(
                    Collectors.groupingBy(
                        d -> d.metadata().text("section").orElseThrow(), Collectors.counting())))
        .hasSize(8)
        .allSatisfy((section, count) -> assertThat(count).as(section).isEqualTo(3));
  }

  @Test
  void extractInto_fileInTheWay_namesTheTarget() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");

    assertThatThrownBy(() -> HelpCentre.extractInto(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("helpcentre");
  }

  private static Set<String> relevant(List<JudgedQuery> queries) {
    Set<String> ids = new HashSet<>();
    queries.forEach(q -> ids.addAll(q.relevance().grades().keySet()));
    return ids;
  }

  private BeirDataset open() {
    return new BeirReader(BeirOptions.defaults().withStrict(true)).open(folder);
  }

  private List<Document> documents() {
    try (Stream<List<Document>> batches = open().documents(50)) {
      return batches.flatMap(List::stream).toList();
    }
  }
}
