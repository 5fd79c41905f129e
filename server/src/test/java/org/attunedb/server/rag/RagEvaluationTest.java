package org.attunedb.server.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.attunedb.core.Document;
import org.attunedb.core.Metadata;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchMode;
import org.attunedb.index.AdapterVersion;
import org.attunedb.index.Attune;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.llm.Models;
import org.attunedb.server.llm.OrderedCalls;
import org.attunedb.server.llm.Passage;
import org.attunedb.server.llm.PriceTable;
import org.attunedb.server.llm.StopSignal;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.rag.ScoreComparison.Kind;
import org.attunedb.server.rag.ScoreComparison.Pair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RagEvaluationTest {
  private static final int QUESTIONS = 24;

  @TempDir private Path folder;
  private final MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults());
  private final ChatClient model = Models.of(server);
  private final Attune attune = Attune.inMemory();
  private final List<RagQuestion> questions = new ArrayList<>();
  private VectorCollection notes;

  /** Question i asks for document i, whose two statements no other document has. */
  @BeforeEach
  void fill() {
    notes = attune.createCollection("notes", CollectionSpec.lexical());
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      String answer =
          "Harbour%s keeps lighthouse%s burning. Captain%s steers vessel%s.".formatted(i, i, i, i);
      documents.add(Document.of("d" + i, answer, Metadata.of("part", i % 2 == 0 ? "even" : "odd")));
      questions.add(
          new RagQuestion(
              "q" + i,
              "Which lighthouse" + i + " burns?",
              answer,
              Relevance.of(Map.of("d" + i, 1.0))));
    }
    notes.upsert(documents);
  }

  @AfterEach
  void close() {
    model.close();
    server.close();
    attune.close();
  }

  private static RagSettings settings(int k) {
    return new RagSettings(k, null, SearchMode.VECTOR, AdapterChoice.active(), 0, 42);
  }

  private RagReport judged(RagSettings settings) {
    return new RagEvaluation(notes, questions, settings)
        .compare(new ContextRecallJudge(model), folder, RagListener.none(), new StopSignal());
  }

  @Test
  void recall_followsThePublishedDefinition() {
    ContextRecallJudge judge = new ContextRecallJudge(model);
    String answer = "Harbour1 keeps lighthouse1 burning. Captain1 steers vessel1.";

    assertThat(judge.judge("?", answer, List.of(new Passage("p", answer))).recall()).isEqualTo(1);
    Judgement half =
        judge.judge("?", answer, List.of(new Passage("p", "Captain1 steers vessel1 home.")));
    assertThat(half.recall()).isEqualTo(0.5);
    assertThat(half.verdicts())
        .extracting(AttributionVerdict::attributed)
        .containsExactly(false, true);
    assertThat(judge.judge("?", answer, List.of()).recall()).isZero();
  }

  @Test
  void compare_noAdapter_judgesEachContextOnce() {
    RagReport report = judged(settings(1));

    assertThat(report.score(Kind.LLM).orElseThrow().without()).isEqualTo(1);
    assertThat(report.score(Kind.LLM).orElseThrow().questions()).isEqualTo(QUESTIONS);
    assertThat(server.requests()).hasSize(QUESTIONS);
    assertThat(report.spending().requests()).isEqualTo(QUESTIONS);
    assertThat(report.adapterVersion()).isNull();
    assertThat(new RagText(report, PriceTable.builtIn(), "gpt-4o-mini").write())
        .contains("No adapter was applied: none is active, or searches of this mode leave it out.");
  }

  /** An adapter that turns every query away from what it asks for. */
  private void breakSearch() {
    int dimension = notes.spec().dimension();
    float[] other = Objects.requireNonNull(notes.get("d0").orElseThrow().embedding()).toArray();
    byte[] file = npyOfRankOne(dimension, other);
    AdapterVersion version =
        notes
            .deepMemory()
            .importVersion(file, "matrix", org.attunedb.index.AdapterImport.defaults());
    notes.deepMemory().activate(version.name());
  }

  /** The matrix by which every query becomes (nearly) the one vector. */
  private static byte[] npyOfRankOne(int dimension, float[] target) {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s, %s), }"
            .formatted(dimension, dimension);
    int padding = 64 - (10 + header.length() + 1) % 64;
    String padded = header + " ".repeat(padding) + "\n";
    java.nio.ByteBuffer bytes =
        java.nio.ByteBuffer.allocate(10 + padded.length() + 4 * dimension * dimension)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) padded.length());
    bytes.put(padded.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    for (int row = 0; row < dimension; row++) {
      for (int column = 0; column < dimension; column++) {
        // Symmetric, so that it does not matter from which side it is multiplied.
        bytes.putFloat(target[row] * target[column] + (row == column ? 1e-6f : 0));
      }
    }
    return bytes.array();
  }

  @Test
  void compare_adapterThatHurts_showsItInEveryScoreAndInTheSaving() {
    breakSearch();

    RagReport report = judged(settings(1));

    for (Kind kind : Kind.values()) {
      ScoreComparison score = report.score(kind).orElseThrow();
      assertThat(score.without()).as("%s", kind).isEqualTo(1);
      assertThat(score.with()).as("%s", kind).isLessThan(0.6);
      assertThat(score.difference().mean()).isCloseTo(score.with() - 1, within(1e-12));
    }
    assertThat(report.adapterVersion()).isEqualTo("v1");
    assertThat(report.saving().orElseThrow().k()).isEqualTo(1);
    assertThat(report.saving().orElseThrow().equal().map(s -> s.k()).orElse(99)).isGreaterThan(1);
  }

  /** It has no vector, so that no adapter is applied to it; it is to the others. */
  @Test
  void compare_firstQuestionOfUnknownWords_stillTellsTheAdapterAndTheSaving() {
    breakSearch();
    questions.addFirst(
        new RagQuestion("q", "zyzzyva quux?", "Harbour0.", Relevance.of(Map.of("d0", 1.0))));

    RagReport report = new RagEvaluation(notes, questions, settings(1)).compare();

    assertThat(report.adapterVersion()).isEqualTo("v1");
    assertThat(report.saving()).isPresent();
  }

  @Test
  void compare_judgeOfTheSameNameElsewhere_isAnotherJudge() {
    judged(settings(1));

    try (MockOpenAi real = MockOpenAi.start(MockOpenAiSettings.defaults());
        ChatClient other = Models.of(real)) {
      ContextRecallJudge judge = new ContextRecallJudge(other);
      RagEvaluation evaluation = new RagEvaluation(notes, questions, settings(1));

      assertThatThrownBy(
              () -> evaluation.compare(judge, folder, RagListener.none(), new StopSignal()))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining(
              "service \"" + server.baseUrl() + "\", now \"" + real.baseUrl() + "\"");
    }
  }

  @Test
  void compare_filter_leavesOutDocumentsAndTheirQuestions() {
    breakSearch();
    Filter odd = Filter.eq("part", "odd");

    RagReport report =
        new RagEvaluation(
                notes,
                questions,
                new RagSettings(2, odd, SearchMode.VECTOR, AdapterChoice.active(), 0, 42))
            .compare();

    assertThat(report.questions()).isEqualTo(QUESTIONS / 2);
    assertThat(report.results())
        .allSatisfy(
            result -> {
              assertThat(result.with().passages()).allMatch(RagEvaluationTest::isOdd);
              assertThat(result.without().passages()).allMatch(RagEvaluationTest::isOdd);
            });
    assertThat(report.saving().orElseThrow().queries()).isEqualTo(QUESTIONS / 2);
    assertThat(report.saving().orElseThrow().recall())
        .isEqualTo(report.score(Kind.IDS).orElseThrow().without());
    assertThatThrownBy(
            () ->
                new RagEvaluation(
                    notes,
                    questions,
                    new RagSettings(
                        2,
                        Filter.eq("part", "none"),
                        SearchMode.VECTOR,
                        AdapterChoice.active(),
                        0,
                        42)))
        .hasMessageContaining("relevant document here that matches the filter");
  }

  private static boolean isOdd(String id) {
    return Integer.parseInt(id.substring(1)) % 2 == 1;
  }

  @Test
  void compare_again_asksNothingAndSaysTheSame() {
    RagReport first = judged(settings(2));
    int asked = server.requests().size();

    RagReport second = judged(settings(2));

    assertThat(server.requests()).hasSize(asked);
    assertThat(second.scores()).usingRecursiveComparison().isEqualTo(first.scores());
    assertThat(second.spending()).isEqualTo(first.spending());
  }

  @Test
  void compare_stoppedAndRunAgain_judgesTheRestOnly() {
    StopSignal stop = new StopSignal();
    RagReport part =
        new RagEvaluation(notes, questions, settings(1))
            .compare(
                new ContextRecallJudge(model),
                folder,
                (done, total) -> {
                  if (done == 2) {
                    stop.request();
                  }
                },
                stop);

    RagReport rest = judged(settings(1));

    assertThat(part.complete()).isFalse();
    assertThat(part.score(Kind.LLM).orElseThrow().questions()).isBetween(2, 2 + OrderedCalls.AHEAD);
    assertThat(rest.complete()).isTrue();
    assertThat(rest.score(Kind.LLM).orElseThrow().questions()).isEqualTo(QUESTIONS);
    assertThat(rest.spending().requests()).isEqualTo(QUESTIONS);
  }

  @Test
  void compare_changedDocument_isJudgedAnew() {
    judged(settings(1));
    int asked = server.requests().size();
    notes.upsert(List.of(Document.of("d1", "Which lighthouse1 burns? Nobody knows.")));

    RagReport report = judged(settings(1));

    assertThat(server.requests()).hasSize(asked + 1);
    assertThat(report.score(Kind.LLM).orElseThrow().without()).isLessThan(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"SERVER_ERROR", "HANG", "CUT_OFF", "INVALID_JSON", "REFUSAL", "WRONG_SCHEMA"})
  void compare_judgeFailsOnce_skipsAndSaysSoAndTriesAgainLater(Fault fault) {
    server.failNext(fault);

    RagReport report = judged(settings(1));

    assertThat(report.failures()).hasSize(1);
    assertThat(report.score(Kind.LLM).orElseThrow().questions()).isEqualTo(QUESTIONS - 1);
    RagReport again = judged(settings(1));
    assertThat(again.failures()).isEmpty();
    assertThat(again.score(Kind.LLM).orElseThrow().questions()).isEqualTo(QUESTIONS);
  }

  @Test
  void compare_judgeAlwaysFails_isAnError() {
    Fault[] always = new Fault[QUESTIONS];
    java.util.Arrays.fill(always, Fault.UNAUTHORIZED);
    server.failNext(always);

    assertThatThrownBy(() -> judged(settings(1)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("401");
  }

  @Test
  void compare_questionWithoutAnswer_isScoredWithoutTheJudge() {
    questions.set(
        0, new RagQuestion("q0", questions.get(0).text(), "", questions.get(0).relevance()));

    RagReport report = judged(settings(1));

    assertThat(report.unanswered()).isEqualTo(1);
    assertThat(report.score(Kind.LLM).orElseThrow().questions()).isEqualTo(QUESTIONS - 1);
    assertThat(report.score(Kind.IDS).orElseThrow().questions()).isEqualTo(QUESTIONS);
  }

  @Test
  void byText_sameTextInAnotherDocument_counts() {
    String text = "The harbour master keeps every lighthouse burning all night long.";
    List<Passage> elsewhere = List.of(new Passage("copy", "Chapter one. " + text + " And more."));

    assertThat(ReferenceScores.byText(List.of(text), elsewhere)).isEqualTo(1);
    assertThat(ReferenceScores.byIds(List.of("original"), List.of("copy"))).isZero();
    assertThat(ReferenceScores.byText(List.of("Nothing of this is said there at all."), elsewhere))
        .isZero();
  }

  @Test
  void scores_pairs_giveMeansAndAnExactTest() {
    ScoreComparison score =
        ScoreComparison.of(
            Kind.IDS,
            List.of(new Pair(0, 1), new Pair(0, 1), new Pair(1, 1), new Pair(1, 0.5)),
            42);

    assertThat(score.without()).isEqualTo(0.5);
    assertThat(score.with()).isEqualTo(0.875);
    assertThat(score.difference().mean()).isEqualTo(0.375);
    assertThat(score.sign().wins()).isEqualTo(2);
    assertThat(score.sign().losses()).isEqualTo(1);
  }

  @Test
  void evaluation_questionsAboutOtherCollections_areRefused() {
    RagQuestion foreign = new RagQuestion("f", "Who?", "He.", Relevance.of(Map.of("gone", 1.0)));

    assertThatThrownBy(() -> new RagEvaluation(notes, List.of(foreign), settings(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none of 1 questions");
    assertThat(
            new RagEvaluation(
                    notes,
                    questions,
                    new RagSettings(1, null, SearchMode.VECTOR, AdapterChoice.none(), 2, 1))
                .compare()
                .questions())
        .isEqualTo(2);
  }

  @Test
  void estimate_isNearWhatIsUsed() throws IOException {
    RagEvaluation evaluation = new RagEvaluation(notes, questions, settings(2));

    long estimated = evaluation.estimate().inputTokens();
    long used = judged(settings(2)).spending().inputTokens();

    assertThat(estimated).isBetween(used * 8 / 10, used * 12 / 10);
    assertThat(Files.readAllLines(folder.resolve("judgements.jsonl"))).hasSize(QUESTIONS + 1);
  }
}
