package org.attunedb.server.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.dataset.JudgedQuery;
import org.attunedb.server.dataset.LabelFiles;
import org.attunedb.server.llm.Models;
import org.attunedb.server.llm.OrderedCalls;
import org.attunedb.server.llm.StopSignal;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.LoggedRequest;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.attunedb.server.openai.ChatClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real documents, a real client and the mock server. */
@Timeout(60)
class QuestionGeneratorTest {
  private static final int DOCUMENTS = 40;

  @TempDir private Path folder;
  private final MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults());
  private final ChatClient model = Models.of(server);
  private final Attune attune = Attune.inMemory();
  private VectorCollection notes;

  @BeforeEach
  void fill() {
    notes = attune.createCollection("notes", CollectionSpec.lexical());
    notes.upsert(IntStream.range(0, DOCUMENTS).mapToObj(QuestionGeneratorTest::document).toList());
  }

  /** Two sentences with words of its own; four documents a page. */
  private static Document document(int i) {
    String text =
        "Harbour%s keeps lighthouse%s burning nightly. Captain%s steers vessel%s towards island%s."
            .formatted(i, i, i, i, i);
    Metadata metadata =
        Metadata.builder()
            .put("title", "Chapter" + i + " of seas")
            .put("source", "p" + i / 4)
            .build();
    return Document.of("d" + i, text, metadata);
  }

  @AfterEach
  void close() {
    model.close();
    server.close();
    attune.close();
  }

  private QuestionGenerator generator(QuestionSettings settings) {
    return QuestionGenerator.withModel("notes", notes, settings, model);
  }

  private QuestionSet generate(QuestionSettings settings, String name) {
    return generator(settings)
        .generate(folder.resolve(name), QuestionListener.none(), new StopSignal());
  }

  private String content(String name) throws IOException {
    Path in = folder.resolve(name);
    return Files.readString(in.resolve("queries.jsonl"))
        + Files.readString(in.resolve("qrels/train.tsv"))
        + Files.readString(in.resolve("qrels/test.tsv"));
  }

  @Test
  void generate_model_writesLabelsThatTrainingReads() throws IOException {
    QuestionSet set = generate(QuestionSettings.of(30), "q");

    assertThat(set.queries()).hasSize(30);
    assertThat(set.complete()).isTrue();
    assertThat(set.spending().requests()).isEqualTo(30);
    assertThat(set.spending().inputTokens()).isPositive();
    List<JudgedQuery> train = LabelFiles.training(folder.resolve("q"));
    List<JudgedQuery> test = LabelFiles.split(folder.resolve("q"), "test");
    assertThat(train.size() + test.size()).isEqualTo(30);
    assertThat(train).extracting(JudgedQuery::text).isEqualTo(QuestionSet.texts(set.split(false)));
    assertThat(QuestionSet.relevance(set.split(false)).getFirst().getFirst().documentId())
        .isEqualTo(set.split(false).getFirst().documentId());
    assertThat(test).isNotEmpty();
    // The mock asks with words of the document and answers with its sentence.
    GeneratedQuery first = set.queries().getFirst();
    assertThat(first.text()).contains("harbour" + first.documentId().substring(1));
    assertThat(LabelFiles.answers(folder.resolve("q").resolve("queries.jsonl")).get(first.id()))
        .isEqualTo(
            "Harbour%s keeps lighthouse%1$s burning nightly."
                .formatted(first.documentId().substring(1)));
  }

  @Test
  void generate_stoppedAndRunAgain_endsAsIfNeverStopped() throws IOException {
    QuestionSettings settings = QuestionSettings.of(DOCUMENTS);
    generate(settings, "whole");
    int once = server.requests().size();
    StopSignal stop = new StopSignal();

    QuestionSet part =
        generator(settings)
            .generate(
                folder.resolve("q"),
                progress -> {
                  if (progress.kept() >= 10) {
                    stop.request();
                  }
                },
                stop);
    assertThat(part.complete()).isFalse();
    // Calls that were under way are taken in, for they are paid for; no further ones are begun.
    assertThat(part.queries()).hasSizeBetween(10, 10 + OrderedCalls.AHEAD);
    assertThat(LabelFiles.training(folder.resolve("q"))).isNotEmpty();
    QuestionSet rest = generate(settings, "q");

    assertThat(rest.complete()).isTrue();
    assertThat(content("q")).isEqualTo(content("whole"));
    int before = server.requests().size();
    generate(settings, "q");
    assertThat(server.requests()).as("nothing is left to ask").hasSize(before);
    assertThat(once).isEqualTo(DOCUMENTS);
  }

  /** Whatever was on the disk when the process was killed. */
  @Test
  void generate_severalPerDocumentCutOffAfterAnyDocument_endsAsIfNeverStopped() throws IOException {
    // The mock finds two questions in a document, so that three are never full.
    QuestionSettings settings = QuestionSettings.of(15).withPerDocument(3);
    QuestionSet set = generate(settings, "whole");
    List<String> lines = Files.readAllLines(folder.resolve("whole/documents.jsonl"));

    assertThat(set.queries()).hasSize(15);
    assertThat(lines).hasSize(1 + 8);
    for (int kept = 1; kept < lines.size(); kept++) {
      Path journal = Files.createDirectories(folder.resolve("q" + kept)).resolve("documents.jsonl");
      Files.writeString(journal, String.join("\n", lines.subList(0, kept)) + "\n");

      generate(settings, "q" + kept);

      assertThat(content("q" + kept)).as("%d lines", kept).isEqualTo(content("whole"));
      assertThat(Files.readAllLines(journal)).isEqualTo(lines);
    }
  }

  @Test
  void generate_longDocument_isShownToWriterAndCheckAlike() {
    notes.truncate();
    String text =
        "Harbours keep lighthouses burning nightly. " + "Other words follow. ".repeat(900);
    notes.upsert(List.of(Document.of("a", text + "The very end.")));

    QuestionSet set = generate(QuestionSettings.of(1).withCheckAnswers(true), "q");

    assertThat(set.spending().requests()).isEqualTo(2);
    assertThat(server.requests())
        .extracting(LoggedRequest::body)
        .allMatch(body -> body.contains("Harbours keep"))
        .allMatch(body -> !body.contains("very end") && body.length() < 15_000);
  }

  @Test
  void generate_recordCutAnywhereInItsLastLine_endsTheSame() throws IOException {
    QuestionSettings settings = QuestionSettings.of(12);
    generate(settings, "q");
    String whole = content("q");
    Path journal = folder.resolve("q").resolve("documents.jsonl");
    byte[] bytes = Files.readAllBytes(journal);

    Files.write(journal, java.util.Arrays.copyOf(bytes, bytes.length - 20));
    Files.delete(folder.resolve("q").resolve("queries.jsonl"));
    generate(settings, "q");

    assertThat(content("q")).isEqualTo(whole);
    assertThat(journal).hasBinaryContent(bytes);
  }

  @Test
  void generate_moreLater_keepsWhatWasThere() {
    QuestionSet few = generate(QuestionSettings.of(10), "q");
    int asked = server.requests().size();

    QuestionSet more = generate(QuestionSettings.of(25), "q");

    assertThat(more.queries().subList(0, 10)).isEqualTo(few.queries());
    assertThat(more.queries()).hasSize(25);
    assertThat(server.requests()).hasSize(asked + 15);
  }

  @Test
  void generate_otherSettingsInTheSameFolder_isRefused() {
    generate(QuestionSettings.of(5), "q");

    assertThatThrownBy(() -> generate(QuestionSettings.of(5).withSeed(7), "q"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("seed 42, now 7");
  }

  @Test
  void generate_modelOfTheSameNameElsewhere_isAnotherModel() throws IOException {
    generate(QuestionSettings.of(5), "q");
    assertThat(Files.readAllLines(folder.resolve("q").resolve("documents.jsonl")).getFirst())
        .contains("\"service\":\"" + server.baseUrl() + "\"");

    try (MockOpenAi real = MockOpenAi.start(MockOpenAiSettings.defaults());
        ChatClient other = Models.of(real)) {
      QuestionGenerator again =
          QuestionGenerator.withModel("notes", notes, QuestionSettings.of(10), other);

      assertThatThrownBy(
              () -> again.generate(folder.resolve("q"), QuestionListener.none(), new StopSignal()))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining(
              "service \"" + server.baseUrl() + "\", now \"" + real.baseUrl() + "\"");
      assertThat(real.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "SERVER_ERROR",
        "CUT_OFF",
        "INVALID_JSON",
        "REFUSAL",
        "LENGTH",
        "CONTENT_FILTER",
        "WRONG_SCHEMA",
        "RATE_LIMITED",
        "HANG"
      })
  void generate_modelFailsOnce_skipsThatDocumentAndSaysSo(Fault fault) {
    server.failNext(fault);

    QuestionSet set = generate(QuestionSettings.of(DOCUMENTS), "q");

    assertThat(set.queries()).hasSize(DOCUMENTS - 1);
    assertThat(set.failures()).hasSize(1);
    assertThat(set.failures().values().iterator().next()).contains("gpt-4o-mini");
    assertThat(generate(QuestionSettings.of(DOCUMENTS), "q").failures()).isEqualTo(set.failures());
  }

  @Test
  void generate_keyIsRefused_endsWithTheErrorAndBlamesNoDocument() throws IOException {
    Fault[] always = new Fault[DOCUMENTS];
    java.util.Arrays.fill(always, Fault.UNAUTHORIZED);
    server.failNext(always);

    assertThatThrownBy(() -> generate(QuestionSettings.of(30), "q"))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHAT_FAILED))
        .hasMessageContaining("401");
    assertThat(Files.readAllLines(folder.resolve("q").resolve("documents.jsonl"))).hasSize(1);
  }

  @Test
  void generate_oneDocumentThatFails_isAnErrorNotAnEmptyResult() {
    server.failNext(Fault.REFUSAL);

    assertThatThrownBy(
            () ->
                generate(
                    QuestionSettings.of(1).withFilter(Filter.eq("title", "Chapter3 of seas")), "q"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("refuses");
  }

  @Test
  void generate_groupBy_keepsAPageOnOneSide() {
    QuestionSet set =
        generate(QuestionSettings.of(DOCUMENTS).withGroupBy("source").withTestShare(0.5), "q");

    Map<Integer, Set<Boolean>> sides = new HashMap<>();
    for (GeneratedQuery query : set.queries()) {
      int page = Integer.parseInt(query.documentId().substring(1)) / 4;
      sides.computeIfAbsent(page, p -> new HashSet<>()).add(query.test());
    }
    assertThat(sides.values()).allMatch(side -> side.size() == 1);
    assertThat(set.split(true)).isNotEmpty();
    assertThat(set.split(false)).isNotEmpty();
  }

  @Test
  void generate_severalPerDocument_stayOnOneSide() {
    QuestionSet set = generate(QuestionSettings.of(60).withPerDocument(2).withTestShare(0.5), "q");

    assertThat(set.queries()).hasSize(60);
    Set<String> train = documents(set.split(false));
    assertThat(train).isNotEmpty().doesNotContainAnyElementsOf(documents(set.split(true)));
  }

  private static Set<String> documents(List<GeneratedQuery> queries) {
    Set<String> ids = new HashSet<>();
    queries.forEach(query -> ids.add(query.documentId()));
    return ids;
  }

  @Test
  void generate_styles_reachTheModelAndTheRecord() {
    QuestionSet set =
        generate(QuestionSettings.of(30).withStyles(List.of("keywords", "beginners")), "q");

    assertThat(set.queries()).extracting(GeneratedQuery::style).contains("keywords", "beginners");
    assertThat(server.requests())
        .extracting(LoggedRequest::body)
        .anyMatch(body -> body.contains("like this: beginners"));
  }

  @Test
  void generate_checkAnswers_asksASecondTime() {
    QuestionSet set = generate(QuestionSettings.of(5).withCheckAnswers(true), "q");

    assertThat(set.queries()).hasSize(5);
    assertThat(set.spending().requests()).isEqualTo(10);
    assertThat(server.requests())
        .extracting(LoggedRequest::body)
        .anyMatch(body -> body.contains("Answerability"));
  }

  /** The mock asks "What is known about harbours, lighthouses and pirates?". */
  @Test
  void generate_maxOverlap_decidesWhatIsACopy() {
    notes.truncate();
    notes.upsert(
        List.of(Document.of("a", "What is known about harbours: lighthouses, and pirates.")));

    QuestionSet strict = generateOne(0.5, "a");
    QuestionSet loose = generateOne(1, "b");

    assertThat(strict.rejected()).containsEntry(Rejection.COPIES_THE_TEXT, 1);
    assertThat(strict.queries()).isEmpty();
    assertThat(loose.queries()).hasSize(1);
  }

  private QuestionSet generateOne(double maxOverlap, String name) {
    return generate(QuestionSettings.of(1).withMaxOverlap(maxOverlap), name);
  }

  @Test
  void generate_sameQuestionTwice_isKeptOnce() {
    notes.truncate();
    notes.upsert(
        List.of(
            Document.of("a", "Harbours keep lighthouses burning."),
            Document.of("b", "Lighthouses keep burning harbours.")));

    QuestionSet set = generate(QuestionSettings.of(2), "q");

    assertThat(set.queries()).hasSize(1);
    assertThat(set.rejected()).containsEntry(Rejection.DUPLICATE, 1);
  }

  @Test
  void generate_withoutModel_cutsQuestionsOutOfDocumentsAndMarksThem() {
    List<QuestionProgress> heard = new ArrayList<>();
    QuestionSet set =
        QuestionGenerator.withoutModel("notes", notes, QuestionSettings.of(100).withPerDocument(3))
            .generate(folder.resolve("q"), heard::add, new StopSignal());

    assertThat(set.queries()).hasSizeGreaterThan(80);
    assertThat(set.queries())
        .extracting(GeneratedQuery::origin)
        .contains(Origin.HEADING, Origin.FIRST_SENTENCE, Origin.CROP)
        .doesNotContain(Origin.LLM);
    for (GeneratedQuery query : set.queries()) {
      Document of = notes.get(query.documentId()).orElseThrow();
      assertThat(of.text() + " " + of.metadata().text("title").orElse("")).contains(query.text());
      assertThat(query.answer()).isEmpty();
    }
    assertThat(heard.getLast().kept()).isEqualTo(set.queries().size());
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void withoutModel_wishesForAModel_areRefused() {
    assertThatThrownBy(
            () ->
                QuestionGenerator.withoutModel(
                    "notes", notes, QuestionSettings.of(5).withCheckAnswers(true)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void estimate_isNearWhatIsUsed() {
    QuestionSettings settings = QuestionSettings.of(20);

    long estimated = generator(settings).estimate().inputTokens();
    long used = generate(settings, "q").spending().inputTokens();

    assertThat(estimated).isBetween(used * 8 / 10, used * 12 / 10);
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThatThrownBy(() -> QuestionSettings.of(0)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> QuestionSettings.of(1).withPerDocument(101))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> QuestionSettings.of(1).withTestShare(Double.NaN))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> QuestionSettings.of(1).withStyles(List.of(" ")))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void generate_emptyCollection_isRefused() {
    notes.truncate();

    assertThatThrownBy(() -> generate(QuestionSettings.of(5), "q"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_FEW_LABELS));
  }
}
