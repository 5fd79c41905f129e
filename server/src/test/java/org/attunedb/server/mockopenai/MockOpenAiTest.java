package org.attunedb.server.mockopenai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.InvalidInputException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain HTTP, as any client would send it. */
class MockOpenAiTest {
  private static final String TEXT = "{\"model\": \"mock-embedding\", \"input\": \"a bill\"}";

  private final HttpClient http = HttpClient.newHttpClient();
  private MockOpenAi server = MockOpenAi.start(MockOpenAiSettings.defaults());

  @AfterEach
  void close() {
    server.close();
    http.close();
  }

  private void restart(MockOpenAiSettings settings) {
    server.close();
    server = MockOpenAi.start(settings);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + server.baseUrl().getAuthority() + path));
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder builder = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void embeddings_floatAndBase64_areTheSameVector() throws Exception {
    var floats = StrictJson.readObject(post("/v1/embeddings", TEXT).body(), "x");
    var encoded =
        StrictJson.readObject(
            post("/v1/embeddings", TEXT.replace("}", ", \"encoding_format\": \"base64\"}")).body(),
            "x");

    var bytes =
        java.nio.ByteBuffer.wrap(encoded.at("/data/0/embedding").binaryValue())
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    assertThat(floats.at("/data/0/embedding")).hasSize(256);
    for (int i = 0; i < 256; i++) {
      assertThat(floats.at("/data/0/embedding/" + i).floatValue()).isEqualTo(bytes.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\": \"mock-embedding\", \"input\": []}",
        "{\"model\": \"mock-embedding\", \"input\": \"\"}",
        "{\"model\": \"mock-embedding\", \"input\": [1, 2]}",
        "{\"model\": \"mock-embedding\", \"input\": \"a\", \"dimensions\": 257}",
        "{\"model\": \"text-embedding-ada-002\", \"input\": \"a\", \"dimensions\": 10}",
        "not json",
      })
  void embeddings_badRequest_is400(String body) throws Exception {
    assertThat(post("/v1/embeddings", body).statusCode()).isEqualTo(400);
  }

  @Test
  void embeddings_unknownModel_is404() throws Exception {
    HttpResponse<String> response = post("/v1/embeddings", TEXT.replace("mock-embedding", "other"));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("model_not_found");
  }

  @Test
  void chat_schemaThatIsNotStrict_is400() throws Exception {
    String body =
        """
        {"model": "mock-chat", "messages": [{"role": "user", "content": "hi"}],
         "response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": true,
           "schema": {"type": "object", "properties": {"a": {"type": "string"}}%s}}}}
        """;
    assertThat(post("/v1/chat/completions", body.formatted("")).body())
        .contains("additionalProperties");
    assertThat(
            post("/v1/chat/completions", body.formatted(", \"additionalProperties\": false"))
                .body())
        .contains("'required' must name every property");
    assertThat(
            post(
                    "/v1/chat/completions",
                    body.formatted(", \"additionalProperties\": false, \"required\": [\"a\"]"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void models_list_namesThem() throws Exception {
    assertThat(get("/v1/models").body()).contains("text-embedding-3-small", "mock-chat");
    assertThat(get("/v1/other").statusCode()).isEqualTo(404);
  }

  @Test
  void keys_whereGiven_areNeeded() throws Exception {
    restart(MockOpenAiSettings.defaults().withKeys(Set.of("right")));

    assertThat(post("/v1/embeddings", TEXT).statusCode()).isEqualTo(401);
    assertThat(post("/v1/embeddings", TEXT, "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(401);
    assertThat(post("/v1/embeddings", TEXT, "Authorization", "Bearer right").statusCode())
        .isEqualTo(200);
    assertThat(MockOpenAiSettings.defaults().withKeys(Set.of("right")).toString())
        .doesNotContain("right");
  }

  @Test
  void faults_byNumberHeaderAndControl_areEachGivenOnce() throws Exception {
    restart(MockOpenAiSettings.defaults().withFaults(Map.of(2, Fault.SERVER_ERROR)));

    assertThat(post("/v1/embeddings", TEXT).statusCode()).isEqualTo(200);
    assertThat(post("/v1/embeddings", TEXT).statusCode()).isEqualTo(500);
    assertThat(post("/v1/embeddings", TEXT, "X-Mock-Fault", "unauthorized").statusCode())
        .isEqualTo(401);
    assertThat(post("/mock/faults", "{\"faults\": [\"none\", \"rate_limited\"]}").statusCode())
        .isEqualTo(200);
    assertThat(post("/v1/embeddings", TEXT).statusCode()).isEqualTo(200);
    HttpResponse<String> limited = post("/v1/embeddings", TEXT);
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("Retry-After")).contains("1");
    assertThat(post("/v1/embeddings", TEXT).statusCode()).isEqualTo(200);
    assertThat(post("/mock/faults", "{\"faults\": [\"nonsense\"]}").statusCode()).isEqualTo(400);
  }

  @Test
  void requests_log_showsBodiesAndCanBeEmptied() throws Exception {
    post("/v1/embeddings", TEXT, "Authorization", "Bearer hidden-key");

    HttpResponse<String> log = get("/mock/requests");
    assertThat(StrictJson.readObject(log.body(), "log").at("/requests/0/status").asInt())
        .isEqualTo(200);
    assertThat(log.body()).contains("a bill").doesNotContain("hidden-key");
    http.send(request("/mock/requests").DELETE().build(), HttpResponse.BodyHandlers.discarding());
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void limits_tooManyAtOnceOrInOneRequest_areRefused() throws Exception {
    restart(MockOpenAiSettings.defaults().withLatency(Duration.ofMillis(500)).withLimits(1, 1));
    HttpRequest one =
        request("/v1/embeddings").POST(HttpRequest.BodyPublishers.ofString(TEXT)).build();

    CompletableFuture<HttpResponse<String>> first =
        http.sendAsync(one, HttpResponse.BodyHandlers.ofString());
    CompletableFuture<HttpResponse<String>> second =
        http.sendAsync(one, HttpResponse.BodyHandlers.ofString());

    assertThat(Set.of(first.get().statusCode(), second.get().statusCode()))
        .isEqualTo(Set.of(200, 429));
    assertThat(post("/v1/embeddings", TEXT.replace("\"a bill\"", "[\"a\", \"b\"]")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void latency_isTheTimeToTheAnswer() throws Exception {
    restart(MockOpenAiSettings.defaults().withLatency(Duration.ofMillis(200)));

    long start = System.nanoTime();
    post("/v1/embeddings", TEXT);

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThatThrownBy(() -> MockOpenAiSettings.defaults().withPort(70_000))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> MockOpenAiSettings.defaults().withLimits(0, 0))
        .isInstanceOf(InvalidInputException.class);
  }
}
