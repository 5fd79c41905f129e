package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.attunedb.core.Document;
import org.attunedb.core.Embedding;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.index.Attune;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The real client over real HTTP against the mock server. */
class OpenAiEmbedderTest {
  private static final EmbeddingModel MODEL = new EmbeddingModel("mock-embedding", 64, true);
  private static final List<String> TEXTS =
      List.of("printing a draft manifest", "chasing an overdue bill", "issuing a reversal");

  @TempDir private Path cache;

  private final MockOpenAi server =
      MockOpenAi.start(MockOpenAiSettings.defaults().withRetryAfter(0));

  @AfterEach
  void close() {
    server.close();
  }

  private OpenAiEmbedder embedder(OpenAiSettings settings, int batch) {
    return new OpenAiEmbedder(settings, MODEL, new BatchLimits(batch, 1_000_000), cache);
  }

  private OpenAiEmbedder embedder() {
    return embedder(Mocks.settings(server), 100);
  }

  private static List<String> texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> "text number " + i).toList();
  }

  /** What each text alone gives. */
  private List<Embedding> oneByOne(List<String> texts) {
    try (OpenAiEmbedder single =
        new OpenAiEmbedder(Mocks.settings(server), MODEL, BatchLimits.defaults(), null)) {
      return texts.stream().map(text -> single.embedDocuments(List.of(text)).getFirst()).toList();
    }
  }

  @Test
  void embedDocuments_manyBatches_areAnsweredInOrder() {
    List<String> texts = texts(95);

    try (OpenAiEmbedder embedder = embedder(Mocks.settings(server), 10)) {
      assertThat(embedder.embedDocuments(texts)).isEqualTo(oneByOne(texts));
      assertThat(embedder.usage().service().requests()).isEqualTo(10);
      assertThat(embedder.usage().service().inputTokens())
          .isEqualTo(texts.stream().mapToInt(text -> (text.length() + 3) / 4).sum());
    }
  }

  @Test
  void embedDocuments_answersOutOfOrder_areSortedByIndex() {
    server.failNext(Fault.REORDERED);

    try (OpenAiEmbedder embedder = embedder()) {
      assertThat(embedder.embedDocuments(TEXTS)).isEqualTo(oneByOne(TEXTS));
    }
  }

  /** As many servers answer that speak the API without being OpenAI's. */
  @Test
  void embedDocuments_compatibleAnswerWithoutWhatIsNotUsed_isTakenAtOnce() {
    server.failNext(Fault.SPARSE);

    try (OpenAiEmbedder embedder = embedder()) {
      List<Embedding> vectors = embedder.embedDocuments(TEXTS);
      assertThat(server.requests()).hasSize(1);
      assertThat(vectors).isEqualTo(oneByOne(TEXTS));
      assertThat(embedder.usage().service().retries()).isZero();
    }
  }

  /** Batches that wait for a place must not slip past the pause that a 429 asks for. */
  @Test
  void embedDocuments_moreBatchesThanPlacesAndOneIsLimited_holdsBackAllOfThem() throws Exception {
    SteppedTime time = new SteppedTime();
    try (MockOpenAi limited = MockOpenAi.start(MockOpenAiSettings.defaults().withRetryAfter(20));
        OpenAiEmbedder embedder =
            new OpenAiEmbedder(
                Mocks.settings(limited)
                    .withConcurrency(2)
                    .withRetry(
                        new RetrySettings(2, Duration.ofSeconds(30), Duration.ofSeconds(60))),
                MODEL,
                new BatchLimits(1, 1_000_000),
                null,
                RetryListener.none(),
                time,
                new SplittableRandom(1))) {
      limited.failNext(Fault.RATE_LIMITED, Fault.RATE_LIMITED);
      List<String> texts = texts(6);
      CompletableFuture<List<Embedding>> running =
          CompletableFuture.supplyAsync(() -> embedder.embedDocuments(texts));

      // Two were refused and wait; two have their places and wait for the end of the pause.
      time.awaitSleepers(4);
      assertThat(limited.requests()).hasSize(2);
      time.pass(Duration.ofSeconds(60));

      assertThat(running.get(30, TimeUnit.SECONDS)).hasSize(6);
      assertThat(limited.requests()).hasSize(8);
    }
  }

  @Test
  void embedDocuments_blankTexts_areZeroWithoutARequest() {
    try (OpenAiEmbedder embedder = embedder()) {
      assertThat(embedder.embedDocuments(List.of("", " \n")))
          .allSatisfy(vector -> assertThat(vector.isZero()).isTrue());
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void embedQueries_sameTextTwice_isAskedOnce() {
    try (OpenAiEmbedder embedder = embedder()) {
      List<Embedding> vectors = embedder.embedQueries(List.of("a bill", "a bill", "a bill"));
      assertThat(vectors).hasSize(3).containsOnly(vectors.getFirst());
    }
    assertThat(sentTexts()).isEqualTo(1);
  }

  private int sentTexts() {
    return server.requests().stream()
        .mapToInt(r -> StrictJson.readObject(r.body(), "body").path("input").size())
        .sum();
  }

  @Test
  void embedDocuments_serviceThatKnowsNoBase64_isUnderstood() {
    try (OpenAiEmbedder embedder = embedder()) {
      server.failNext(Fault.DECIMAL);
      assertThat(embedder.embedDocuments(TEXTS)).isEqualTo(oneByOne(TEXTS));
    }
    assertThat(server.requests())
        .allMatch(request -> request.body().contains("\"encoding_format\":\"base64\""));
  }

  @Test
  void embedDocuments_dimensions_areSentOnlyWhereAskedFor() {
    EmbeddingModel own =
        OpenAiEmbedder.probe(Mocks.settings(server), "mock-embedding", RetryListener.none());
    try (OpenAiEmbedder shortened = embedder()) {
      shortened.embedDocuments(TEXTS);
    }

    assertThat(own).isEqualTo(new EmbeddingModel("mock-embedding", 256, false));
    assertThat(server.requests().get(0).body()).doesNotContain("dimensions");
    assertThat(server.requests().get(1).body()).contains("\"dimensions\":64");
  }

  @Test
  void embedDocuments_secondRun_asksOnlyForWhatIsNew() {
    List<Embedding> first;
    try (OpenAiEmbedder embedder = embedder()) {
      first = embedder.embedDocuments(TEXTS);
    }
    List<String> more = new ArrayList<>(TEXTS);
    more.add("something new");

    try (OpenAiEmbedder again = embedder()) {
      assertThat(again.embedDocuments(more).subList(0, 3)).isEqualTo(first);
      assertThat(again.usage().cachedTexts()).isEqualTo(3);
    }
    assertThat(sentTexts()).isEqualTo(4);
  }

  @Test
  void embedDocuments_otherServiceOfTheSameNames_doesNotUseTheCache() {
    try (OpenAiEmbedder embedder = embedder()) {
      embedder.embedDocuments(TEXTS);
    }
    try (MockOpenAi other = MockOpenAi.start(MockOpenAiSettings.defaults());
        OpenAiEmbedder elsewhere = embedder(Mocks.settings(other), 100)) {
      elsewhere.embedDocuments(TEXTS);
      assertThat(other.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RATE_LIMITED", "SERVER_ERROR", "CUT_OFF", "INVALID_JSON"})
  void embedDocuments_passingFault_isRepeated(Fault fault) {
    server.failNext(fault, fault);

    try (OpenAiEmbedder embedder = embedder()) {
      assertThat(embedder.embedDocuments(TEXTS)).isEqualTo(oneByOne(TEXTS));
      assertThat(embedder.usage().service().retries()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNAUTHORIZED, status 401 (invalid_api_key), 1",
    "MODEL_NOT_FOUND, status 404 (model_not_found), 1",
    "QUOTA, status 429 (insufficient_quota), 1",
    "RATE_LIMITED, status 429 (rate_limit_exceeded), 3",
    "SERVER_ERROR, status 500 (server_error), 3",
    "CUT_OFF, (after 3 attempts), 3",
    "INVALID_JSON, the answer is not what the API promises (after 3 attempts), 3",
    "WRONG_DIMENSION, 'embedding has 63 dimensions, expected 64', 1",
    "FEWER_ITEMS, the answer has 2 vectors for 3 texts, 1",
    "SAME_INDEX, the answer has the index 0 twice or out of place, 1",
    "NOT_FINITE, the vector of text 0 can't be used: embedding component 0 is NaN, 1",
  })
  void upsert_faultThatLasts_isTypedAndNothingIsWritten(Fault fault, String message, int requests) {
    server.failNext(fault, fault, fault, fault);

    try (OpenAiEmbedder embedder = embedder();
        Attune attune = Attune.inMemory()) {
      VectorCollection notes = attune.createCollection("notes", embedder);
      assertThatThrownBy(
              () ->
                  notes.upsert(
                      TEXTS.stream().map(text -> Document.of("d" + text.length(), text)).toList()))
          .isInstanceOfSatisfying(
              ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EMBEDDING_FAILED))
          .hasMessageContaining("model 'mock-embedding' at http://127.0.0.1:")
          .hasMessageContaining(message)
          .satisfies(e -> assertThat(trace(e)).doesNotContain(Mocks.SECRET));
      assertThat(notes.count(null)).isZero();
    }
    assertThat(server.requests()).hasSize(requests);
  }

  private static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  @Test
  void embedDocuments_serverThatHangs_endsAtTheTimeout() {
    server.failNext(Fault.HANG);
    OpenAiSettings impatient =
        Mocks.settings(server)
            .withTimeout(Duration.ofMillis(300))
            .withRetry(new RetrySettings(0, Duration.ZERO, Duration.ZERO));

    try (OpenAiEmbedder embedder = embedder(impatient, 100)) {
      assertThatThrownBy(() -> embedder.embedDocuments(TEXTS))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("no whole answer within 300 ms");
    }
  }

  @Test
  void embedDocuments_redirect_isNotFollowed() {
    server.failNext(Fault.REDIRECT);

    try (OpenAiEmbedder embedder = embedder()) {
      assertThatThrownBy(() -> embedder.embedDocuments(TEXTS))
          .isInstanceOfSatisfying(
              InvalidInputException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.URL_NOT_ALLOWED));
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void embedDocuments_interrupt_endsTheCallAtOnce() throws Exception {
    server.failNext(Fault.HANG, Fault.HANG, Fault.HANG);
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    try (OpenAiEmbedder embedder =
        embedder(Mocks.settings(server).withTimeout(Duration.ofMinutes(5)), 1)) {
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      embedder.embedDocuments(TEXTS);
                      outcome.complete(new AssertionError("was answered"));
                    } catch (ModelException e) {
                      boolean still = Thread.currentThread().isInterrupted();
                      outcome.complete(still ? e : new AssertionError("interrupt was lost", e));
                    }
                  });
      thread.join(Duration.ofMillis(500));
      thread.interrupt();

      assertThat(outcome.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("interrupted");
    }
  }

  @Test
  void embedDocuments_oneBatchFails_theOthersAreKept() {
    server.failNext(Fault.NONE, Fault.NONE, Fault.QUOTA);
    OpenAiSettings oneAtATime = Mocks.settings(server).withConcurrency(1);

    try (OpenAiEmbedder embedder = embedder(oneAtATime, 1)) {
      assertThatThrownBy(() -> embedder.embedDocuments(TEXTS)).isInstanceOf(ModelException.class);
    }
    try (OpenAiEmbedder again = embedder()) {
      again.embedDocuments(TEXTS);
      assertThat(again.usage().cachedTexts()).isEqualTo(2);
    }
  }

  @Test
  void embedDocuments_concurrency_isUsedAndKept() {
    try (MockOpenAi slow =
            MockOpenAi.start(
                MockOpenAiSettings.defaults()
                    .withLatency(Duration.ofMillis(50))
                    .withLimits(3, 10));
        OpenAiEmbedder embedder = embedder(Mocks.settings(slow).withConcurrency(3), 10)) {
      embedder.embedDocuments(texts(120));

      assertThat(slow.peakConcurrency()).isEqualTo(3);
      assertThat(slow.requests()).hasSize(12).allMatch(request -> request.status() == 200);
    }
  }

  @Test
  void embedDocuments_tokenLimit_splitsBatches() {
    try (OpenAiEmbedder embedder =
        new OpenAiEmbedder(Mocks.settings(server), MODEL, new BatchLimits(100, 10), null)) {
      // Five estimated tokens each.
      embedder.embedDocuments(List.of("a".repeat(20), "b".repeat(20), "c".repeat(20)));
    }
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "RATE_LIMITED, 7",
    // Dates have whole seconds: the answer's own may be one later than that of the header.
    "RATE_LIMITED_UNTIL, 6",
  })
  void embedDocuments_retryAfter_isHonoured(Fault fault, int atLeast) {
    try (MockOpenAi strict = MockOpenAi.start(MockOpenAiSettings.defaults().withRetryAfter(7))) {
      strict.failNext(fault);
      FakeTime time = new FakeTime();
      OpenAiSettings patient =
          Mocks.settings(strict)
              .withRetry(new RetrySettings(1, Duration.ofMillis(1), Duration.ofSeconds(10)));

      try (OpenAiEmbedder embedder =
          new OpenAiEmbedder(
              patient,
              MODEL,
              BatchLimits.defaults(),
              null,
              RetryListener.none(),
              time,
              new SplittableRandom(1))) {
        embedder.embedDocuments(TEXTS);
      }

      assertThat(time.slept()).isBetween(Duration.ofSeconds(atLeast), Duration.ofSeconds(8));
    }
  }

  @Test
  void embedDocuments_retryAfterBeyondThePatience_failsAtOnce() {
    try (MockOpenAi strict = MockOpenAi.start(MockOpenAiSettings.defaults().withRetryAfter(3_600));
        OpenAiEmbedder embedder = embedder(Mocks.settings(strict), 100)) {
      strict.failNext(Fault.RATE_LIMITED);

      assertThatThrownBy(() -> embedder.embedDocuments(TEXTS))
          .hasMessageContaining("it asks to wait 3600 s, more than the 2 s allowed");
    }
  }

  @Test
  void search_textInACollectionOfTheModel_findsItsDocument() {
    try (OpenAiEmbedder embedder = embedder();
        Attune attune = Attune.inMemory()) {
      VectorCollection notes = attune.createCollection("notes", embedder);
      notes.upsert(
          IntStream.range(0, 3).mapToObj(i -> Document.of("d" + i, TEXTS.get(i))).toList());

      assertThat(notes.spec().embedder()).isEqualTo("openai:mock-embedding@64");
      assertThat(notes.search(SearchRequest.text("overdue bill").k(1).build()).ids())
          .isEqualTo(Arrays.asList("d1"));
    }
  }

  @Test
  void settings_toString_showNoKey() {
    assertThat(Mocks.settings(server).toString()).doesNotContain(Mocks.SECRET).contains("hidden");
  }
}
