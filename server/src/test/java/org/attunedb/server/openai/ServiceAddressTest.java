package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.ModelException;
import org.attunedb.server.mockopenai.Fault;
import org.attunedb.server.mockopenai.LoggedRequest;
import org.attunedb.server.mockopenai.MockOpenAi;
import org.attunedb.server.mockopenai.MockOpenAiSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people are told when the service is not where they say, over real HTTP. */
class ServiceAddressTest {
  private static final EmbeddingModel MODEL = new EmbeddingModel("mock-embedding", 64, true);
  private static final List<String> TEXTS = List.of("chasing an overdue bill");
  private static final String HINT = "but the base URL of such a service mostly ends with /v1: ";

  private final MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults());
  private final FakeTime time = new FakeTime();
  private final List<RetryListener.Retry> retries = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    server.close();
  }

  private String host() {
    return "http://" + server.baseUrl().getAuthority();
  }

  private OpenAiEmbedder embedder(URI base, RetryListener listener) {
    return new OpenAiEmbedder(
        OpenAiSettings.of(base, null),
        MODEL,
        BatchLimits.defaults(),
        null,
        listener,
        time,
        new SplittableRandom(1));
  }

  private String fault(String base) {
    try (OpenAiEmbedder embedder = embedder(URI.create(base), retries::add)) {
      AtomicReference<String> message = new AtomicReference<>();
      assertThatThrownBy(() -> embedder.embedDocuments(TEXTS))
          .isInstanceOfSatisfying(
              ModelException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.EMBEDDING_FAILED);
                message.set(e.getMessage());
              });
      return message.get();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/openai", "/video"})
  void embed_baseUrlWithoutVersion_tellsWhatWasAskedAndWhatItMayLack(String path) {
    String asked = path.equals("/") ? "" : path;

    String message = fault(host() + path);

    assertThat(message)
        .startsWith(
            "model 'mock-embedding' at "
                + host()
                + path
                + ": status 404 (unknown_url): Unknown request URL")
        .endsWith(
            "; asked was POST " + host() + asked + "/embeddings, " + HINT + host() + asked + "/v1");
    assertThat(server.requests())
        .extracting(LoggedRequest::method, LoggedRequest::path)
        .containsExactly(tuple("POST", asked + "/embeddings"));
  }

  @ParameterizedTest
  @CsvSource({"/v1/other, /v1/other", "/v1beta/openai/, /v1beta/openai"})
  void embed_baseUrlWithVersion_tellsOnlyWhatWasAsked(String path, String asked) {
    assertThat(fault(host() + path)).endsWith("; asked was POST " + host() + asked + "/embeddings");
  }

  @Test
  void embed_modelThatIsNotThere_isNotTakenForAWrongAddress() {
    server.failNext(Fault.MODEL_NOT_FOUND);

    assertThat(fault(server.baseUrl().toString()))
        .contains("status 404 (model_not_found)")
        .doesNotContain("asked was");
  }

  @Test
  void chat_baseUrlWithoutVersion_tellsWhatWasAsked() {
    try (OpenAiChatClient client =
        new OpenAiChatClient(OpenAiSettings.of(URI.create(host()), null), "mock-chat")) {
      assertThatThrownBy(() -> client.text(ChatPrompt.of("", "hello")))
          .isInstanceOfSatisfying(
              ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHAT_FAILED))
          .hasMessageContaining("; asked was POST " + host() + "/chat/completions, " + HINT);
    }
  }

  /** Servers that speak the API below /v1 only, and what they say elsewhere. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404|404 page not found|status 404",
        "405|{\"detail\":\"Method Not Allowed\"}|status 405",
        "200|{\"error\":\"Unexpected endpoint or method.\"}|the answer has 0 vectors for 1 texts",
        "200|<!doctype html><title>hello</title>|the answer is not what the API promises",
      })
  void embed_answerOfSomethingElse_tellsWhatTheAddressMayLack(
      int status, String body, String problem) throws IOException {
    HttpServer other = answering(status, body);
    try {
      String base = "http://127.0.0.1:" + other.getAddress().getPort();

      assertThat(fault(base))
          .contains(problem)
          .endsWith("; asked was POST " + base + "/embeddings, " + HINT + base + "/v1");
      assertThat(fault(base + "/v1")).contains(problem).doesNotContain(HINT);
    } finally {
      other.stop(0);
    }
  }

  private static HttpServer answering(int status, String body) throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    other.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    other.start();
    return other;
  }

  @Test
  void embed_nobodyListens_failsAtOnceAndSaysSo() {
    server.close();

    String message = fault(server.baseUrl().toString());

    assertThat(message)
        .isEqualTo(
            "model 'mock-embedding' at %s: no connection (Connection refused); does the service run there?"
                .formatted(server.baseUrl()));
    assertThat(time.slept()).isZero();
    assertThat(retries).isEmpty();
  }

  @Test
  void embed_hostThatIsNot_failsAtOnce() {
    assertThat(fault("https://nowhere.invalid/v1"))
        .contains("no connection (nowhere.invalid")
        .endsWith("; does the service run there?");
    assertThat(time.slept()).isZero();
  }

  @Test
  void embed_serviceThatIsStartedAgain_isWaitedForAndPeopleAreTold() {
    int port = server.baseUrl().getPort();
    List<MockOpenAi> again = new ArrayList<>();
    RetryListener restart =
        retry -> {
          retries.add(retry);
          if (retry.number() == 2) {
            again.add(MockOpenAi.start(MockOpenAiSettings.defaults().withPort(port)));
          }
        };
    try (OpenAiEmbedder embedder = embedder(server.baseUrl(), restart)) {
      embedder.embedDocuments(TEXTS);
      server.close();

      assertThat(embedder.embedDocuments(List.of("printing a draft manifest"))).hasSize(1);

      assertThat(embedder.usage().service().retries()).isEqualTo(2);
    } finally {
      again.forEach(MockOpenAi::close);
    }
    assertThat(retries)
        .extracting(RetryListener.Retry::number, RetryListener.Retry::most)
        .containsExactly(tuple(1, 5), tuple(2, 5));
    assertThat(retries)
        .allSatisfy(
            retry -> {
              assertThat(retry.problem())
                  .startsWith("model 'mock-embedding' at " + server.baseUrl() + ": ");
              assertThat(retry.pause()).isPositive();
            });
    assertThat(time.slept())
        .isEqualTo(
            retries.stream().map(RetryListener.Retry::pause).reduce(Duration.ZERO, Duration::plus));
  }
}
