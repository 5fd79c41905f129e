package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.LoggedRequest;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The real client over real HTTP against the mock server. */
class OpenAiChatClientTest {
  private static final String PASSAGE =
      "<passage id=\"p7\">The purser issues remittance reversals. Invoices are sent on Mondays."
          + " Überfällige Rechnungen 😀 werden gemahnt.</passage>";
  private static final ChatPrompt ASK =
      ChatPrompt.of("Answer.", PASSAGE + "<question>Who issues remittance reversals?</question>");
  private static final String ANSWER = "The purser issues remittance reversals. [p7]";

  private final MockOpenAi server =
      MockOpenAi.start(
          MockOpenAiSettings.defaults().withKeys(Set.of(Mocks.SECRET)).withRetryAfter(0));
  private final OpenAiChatClient client =
      new OpenAiChatClient(Mocks.settings(server), "gpt-4o-mini");

  /** How hard a question is. */
  public enum Level {
    EASY,
    HARD
  }

  /** One of {@link Questions}. */
  public record Question(String question, int difficulty, Level level, Optional<String> note) {}

  /** An answer's form. */
  public record Questions(List<Question> questions) {}

  /** An answer's form. */
  public record Verdict(String statement, String reason, int attributed) {}

  /** An answer's form. */
  public record Attribution(List<Verdict> verdicts) {}

  /** An answer's form. */
  public record Answerability(boolean answerable, String reason) {}

  /** An answer's form. */
  public record Answer(String answer, List<String> citations, boolean answered) {}

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void structured_questions_areAsManyAsAskedAboutThePassage() {
    ChatReply<Questions> reply =
        client.structured(
            ChatPrompt.of("Write questions.", PASSAGE + "<count>2</count>"), Questions.class);

    assertThat(reply.value().questions())
        .extracting(Question::question)
        .containsExactly(
            "What is known about purser, remittance and reversals?",
            "How do invoices, sent and mondays belong together?");
    assertThat(reply.inputTokens()).isPositive();
    assertThat(client.usage())
        .isEqualTo(new Usage(1, 0, reply.inputTokens(), reply.outputTokens()));
  }

  @Test
  void structured_attribution_followsTheTextsOverlap() {
    Attribution judged =
        client
            .structured(
                ChatPrompt.of(
                    "",
                    PASSAGE
                        + "<answer>The purser issues reversals. The captain sails ships.</answer>"),
                Attribution.class)
            .value();

    assertThat(judged.verdicts())
        .containsExactly(
            new Verdict(
                "The purser issues reversals.", "100 % of its words are in the context.", 1),
            new Verdict("The captain sails ships.", "0 % of its words are in the context.", 0));
  }

  @Test
  void structured_answerability_isTrueOnlyWithTheWordsThere() {
    assertThat(client.structured(ASK, Answerability.class).value().answerable()).isTrue();
    ChatPrompt other = ChatPrompt.of("", PASSAGE + "<question>Which planets orbit?</question>");
    assertThat(client.structured(other, Answerability.class).value().answerable()).isFalse();
  }

  @Test
  void structured_answer_quotesAndCites() {
    assertThat(client.structured(ASK, Answer.class).value())
        .isEqualTo(new Answer(ANSWER, List.of("p7"), true));
    ChatPrompt other = ChatPrompt.of("", PASSAGE + "<question>Which planets orbit?</question>");
    assertThat(client.structured(other, Answer.class).value())
        .isEqualTo(new Answer("The text does not say.", List.of(), false));
  }

  @Test
  void text_question_isAnsweredFromThePassage() {
    assertThat(client.text(ASK).value()).isEqualTo(ANSWER);
  }

  @Test
  void stream_pieces_addUpToTheTextWithUsage() {
    List<String> pieces = new ArrayList<>();
    ChatPrompt prompt =
        ChatPrompt.of(
            "", PASSAGE + "<question>Was passiert mit überfällige Rechnungen?</question>");

    ChatReply<String> reply = client.stream(prompt, pieces::add);

    assertThat(pieces).hasSizeGreaterThan(1);
    assertThat(String.join("", pieces))
        .isEqualTo(reply.value())
        .isEqualTo("Überfällige Rechnungen 😀 werden gemahnt. [p7]");
    assertThat(reply).isEqualTo(client.text(prompt));
  }

  @Test
  void prompt_options_areSent() {
    client.text(ASK.withMaxTokens(50).withTemperature(0.5));

    LoggedRequest request = server.requests().getFirst();
    var body = StrictJson.readObject(request.body(), "body");
    assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(50);
    assertThat(body.path("temperature").asDouble()).isEqualTo(0.5);
    assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("system");
  }

  @Test
  void text_limitOfTokens_isAnErrorAndNoHalfAnswer() {
    assertThatThrownBy(() -> client.text(ASK.withMaxTokens(2)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("limit of tokens");
  }

  @ParameterizedTest
  @EnumSource(names = {"RATE_LIMITED", "SERVER_ERROR", "CUT_OFF", "INVALID_JSON"})
  void text_passingFault_isRepeated(Fault fault) {
    server.failNext(fault, fault);

    assertThat(client.text(ASK).value()).isEqualTo(ANSWER);
    assertThat(server.requests()).hasSize(3);
    assertThat(client.usage().retries()).isEqualTo(2);
    assertThat(client.usage().requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"RATE_LIMITED", "SERVER_ERROR", "CUT_OFF", "INVALID_JSON"})
  void text_faultThatLasts_endsAfterTheAllowedAttempts(Fault fault) {
    server.failNext(fault, fault, fault, fault);

    assertThatThrownBy(() -> client.text(ASK))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model 'gpt-4o-mini' at http://127.0.0.1:")
        .hasMessageEndingWith("(after 3 attempts)");
    assertThat(server.requests()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAUTHORIZED, status 401 (invalid_api_key)",
    "MODEL_NOT_FOUND, status 404 (model_not_found)",
    "QUOTA, status 429 (insufficient_quota)",
    "REFUSAL, the model refuses to answer",
    "CONTENT_FILTER, content filter",
    "LENGTH, limit of tokens",
  })
  void text_lastingFault_isNotRepeatedAndTyped(Fault fault, String message) {
    server.failNext(fault);

    assertThatThrownBy(() -> client.text(ASK))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHAT_FAILED))
        .hasMessageContaining(message);
    assertThat(server.requests()).hasSize(1);
  }

  /** As many servers answer that speak the API without being OpenAI's. */
  @Test
  void anyCall_compatibleAnswerWithoutWhatIsNotUsed_isTakenAtOnce() {
    server.failNext(Fault.SPARSE, Fault.SPARSE, Fault.SPARSE);
    StringBuilder streamed = new StringBuilder();

    assertThat(client.text(ASK)).isEqualTo(new ChatReply<>(ANSWER, 0, 0));
    assertThat(client.structured(ASK, Answer.class).value().answer()).isEqualTo(ANSWER);
    assertThat(client.stream(ASK, streamed::append).value()).isEqualTo(ANSWER);
    assertThat(streamed).hasToString(ANSWER);
    assertThat(server.requests()).hasSize(3);
    assertThat(client.usage()).isEqualTo(new Usage(3, 0, 0, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSAL", "CONTENT_FILTER", "LENGTH"})
  void text_answerThatIsOfNoUse_isCountedAllTheSame(Fault fault) {
    server.failNext(fault, fault);

    assertThatThrownBy(() -> client.text(ASK)).isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> client.stream(ASK, piece -> {})).isInstanceOf(ModelException.class);

    assertThat(client.usage().requests()).isEqualTo(2);
    assertThat(client.usage().inputTokens()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSAL", "CONTENT_FILTER", "LENGTH", "UNAUTHORIZED", "QUOTA"})
  void stream_lastingFault_isTyped(Fault fault) {
    server.failNext(fault);

    assertThatThrownBy(() -> client.stream(ASK, piece -> {})).isInstanceOf(ModelException.class);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void stream_cutOffAfterTheFirstPiece_isNotRepeated() {
    server.failNext(Fault.CUT_OFF);
    List<String> pieces = new ArrayList<>();

    assertThatThrownBy(() -> client.stream(ASK, pieces::add)).isInstanceOf(ModelException.class);
    assertThat(pieces).isNotEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void structured_answerOfAnotherForm_isAnError() {
    server.failNext(Fault.WRONG_SCHEMA);

    assertThatThrownBy(() -> client.structured(ASK, Answer.class))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the answer does not have the form of Answer");
  }

  @Test
  void text_serverThatHangs_endsAtTheTimeout() {
    server.failNext(Fault.HANG);
    OpenAiSettings impatient =
        Mocks.settings(server)
            .withTimeout(Duration.ofMillis(300))
            .withRetry(new RetrySettings(0, Duration.ZERO, Duration.ZERO));

    try (OpenAiChatClient hasty = new OpenAiChatClient(impatient, "gpt-4o-mini")) {
      assertThatThrownBy(() -> hasty.text(ASK))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("no whole answer within 300 ms");
    }
  }

  @Test
  void text_redirect_isNotFollowed() {
    server.failNext(Fault.REDIRECT);

    assertThatThrownBy(() -> client.text(ASK))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.URL_NOT_ALLOWED));
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void text_anyFault_showsNoKeyEvenInTheTrace(Fault fault) {
    server.failNext(fault, fault, fault);
    OpenAiSettings settings = Mocks.settings(server).withTimeout(Duration.ofMillis(300));

    StringWriter trace = new StringWriter();
    try (OpenAiChatClient shown = new OpenAiChatClient(settings, "gpt-4o-mini")) {
      shown.text(ASK);
    } catch (ModelException | InvalidInputException e) {
      e.printStackTrace(new PrintWriter(trace));
    }

    assertThat(trace + settings.toString()).doesNotContain(Mocks.SECRET);
  }

  @Test
  void structured_wrongKeyThatTheServerEchoes_isNotShown() {
    try (OpenAiChatClient wrong =
        new OpenAiChatClient(
            OpenAiSettings.of(server.baseUrl(), ApiKey.of("sk-other", "test")), "gpt-4o-mini")) {
      assertThatThrownBy(() -> wrong.text(ASK))
          .hasMessageContaining("401")
          .hasMessageNotContaining("sk-other");
    }
  }
}
