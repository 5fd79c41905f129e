package org.attunedb.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiEnvironmentTest {
  @TempDir private Path folder;

  private static OpenAiSettings settings(Map<String, String> variables) {
    return new OpenAiEnvironment(variables).settings(null, null);
  }

  private static ErrorCode code(Map<String, String> variables) {
    try {
      settings(variables);
      throw new AssertionError("was accepted");
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).doesNotContain(Mocks.SECRET);
      return e.code();
    }
  }

  @Test
  void settings_everyVariable_isTaken() {
    OpenAiSettings settings =
        settings(
            Map.of(
                "OPENAI_API_KEY", Mocks.SECRET,
                "OPENAI_BASE_URL", "http://box:8000/v1",
                "OPENAI_ORG_ID", "org",
                "ATTUNE_OPENAI_ALLOWED_HOSTS", "other, Box",
                "ATTUNE_OPENAI_TIMEOUT_SECONDS", "7",
                "ATTUNE_OPENAI_CONCURRENCY", "3",
                "ATTUNE_OPENAI_RETRIES", "1",
                "ATTUNE_OPENAI_REQUESTS_PER_MINUTE", "60",
                "ATTUNE_OPENAI_TOKENS_PER_MINUTE", "1000"));

    assertThat(settings.baseUrl()).isEqualTo(URI.create("http://box:8000/v1"));
    assertThat(settings.key()).extracting(ApiKey::value).isEqualTo(Mocks.SECRET);
    assertThat(settings.organization()).isEqualTo("org");
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.concurrency()).isEqualTo(3);
    assertThat(settings.retry().retries()).isEqualTo(1);
    assertThat(settings.rate()).isEqualTo(new RateLimit(60, 1000));
  }

  @Test
  void settings_withoutAnything_needAKeyForOpenAi() {
    assertThat(code(Map.of())).isEqualTo(ErrorCode.API_KEY_MISSING);
    assertThat(settings(Map.of("OPENAI_API_KEY", "k")).baseUrl()).isEqualTo(OpenAiSettings.OPENAI);
    assertThat(settings(Map.of("OPENAI_BASE_URL", "http://localhost:1/v1")).key()).isNull();
  }

  private static OpenAiSettings chat(Map<String, String> variables) {
    return new OpenAiEnvironment(variables).chatSettings(null, null, null, null);
  }

  private static @Nullable String key(OpenAiSettings settings) {
    ApiKey key = settings.key();
    return key == null ? null : key.value();
  }

  @Test
  void chatSettings_nothingOfTheirOwn_areTheCommonOnes() {
    Map<String, String> variables =
        Map.of(
            "OPENAI_API_KEY", "common", "OPENAI_BASE_URL", "https://one/v1", "OPENAI_ORG_ID", "o");

    assertThat(chat(variables).baseUrl()).isEqualTo(URI.create("https://one/v1"));
    assertThat(key(chat(variables))).isEqualTo("common");
    assertThat(chat(variables).organization()).isEqualTo("o");
  }

  @Test
  void chatSettings_anotherService_hasAKeyOfItsOwnOrNone() throws IOException {
    Map<String, String> variables = new HashMap<>();
    variables.put("OPENAI_API_KEY", "common");
    variables.put("OPENAI_BASE_URL", "https://one/v1");
    variables.put("OPENAI_ORG_ID", "o");
    variables.put("ATTUNE_CHAT_BASE_URL", "https://two/v1");

    assertThat(chat(variables).baseUrl()).isEqualTo(URI.create("https://two/v1"));
    assertThat(key(chat(variables))).as("of another host").isNull();
    assertThat(chat(variables).organization()).isNull();
    assertThat(settings(variables).baseUrl()).isEqualTo(URI.create("https://one/v1"));
    variables.put("ATTUNE_CHAT_API_KEY", "own");
    assertThat(key(chat(variables))).isEqualTo("own");
    variables.remove("ATTUNE_CHAT_API_KEY");
    variables.put("ATTUNE_CHAT_BASE_URL", "https://one/chat/v1");
    assertThat(key(chat(variables))).as("of the same host").isEqualTo("common");
    variables.put("ATTUNE_CHAT_BASE_URL", "https://api.openai.com/v1");
    assertThat(key(chat(variables))).as("OpenAI's own").isEqualTo("common");
    Path file = Files.writeString(folder.resolve("chat"), "of-file");
    variables.put("ATTUNE_CHAT_API_KEY_FILE", file.toString());
    assertThat(key(chat(variables))).isEqualTo("of-file");
    OpenAiSettings options =
        new OpenAiEnvironment(variables)
            .chatSettings(null, null, URI.create("https://three/v1"), file);
    assertThat(options.baseUrl()).isEqualTo(URI.create("https://three/v1"));
    assertThat(key(options)).isEqualTo("of-file");
  }

  @Test
  void settings_keyFiles_areReadOptionFirst() throws IOException {
    Path ofVariable = Files.writeString(folder.resolve("a"), "key-a\n");
    Path ofOption = Files.writeString(folder.resolve("b"), "key-b");
    Map<String, String> variables = Map.of("OPENAI_API_KEY_FILE", ofVariable.toString());

    assertThat(settings(variables).key()).extracting(ApiKey::value).isEqualTo("key-a");
    assertThat(new OpenAiEnvironment(variables).settings(null, ofOption).key())
        .extracting(ApiKey::value)
        .isEqualTo("key-b");
  }

  @Test
  void settings_addressWithoutAScheme_isRefusedSayingWhatIsExpected() {
    for (String address : List.of("localhost:8089/v1", "127.0.0.1:8089/v1", "host/v1")) {
      assertThatThrownBy(() -> settings(Map.of("OPENAI_BASE_URL", address)))
          .isInstanceOfSatisfying(
              InvalidInputException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.URL_NOT_ALLOWED))
          .hasMessageContaining("https://");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two\nlines", "with space", "umlaut-ü"})
  void settings_keyFileWithoutAKey_isRefused(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("k"), content);

    assertThatThrownBy(() -> ApiKey.read(file))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.API_KEY_MISSING))
        .hasMessageContaining(file.toString());
  }

  @Test
  void settings_keyFileThatIsNone_isUnreadable() {
    assertThat(code(Map.of("OPENAI_API_KEY_FILE", folder.toString())))
        .isEqualTo(ErrorCode.FILE_UNREADABLE);
    assertThat(code(Map.of("OPENAI_API_KEY_FILE", folder.resolve("none").toString())))
        .isEqualTo(ErrorCode.FILE_UNREADABLE);
    assertThatThrownBy(() -> ApiKey.read(folder.resolve("none")))
        .hasMessage(
            folder.resolve("none") + ": there is no such file, expected one with an API key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ATTUNE_OPENAI_TIMEOUT_SECONDS",
        "ATTUNE_OPENAI_CONCURRENCY",
        "ATTUNE_OPENAI_RETRIES",
        "ATTUNE_OPENAI_REQUESTS_PER_MINUTE",
        "ATTUNE_OPENAI_TOKENS_PER_MINUTE"
      })
  void settings_badNumber_isRefused(String variable) {
    Map<String, String> variables = new HashMap<>(Map.of("OPENAI_API_KEY", Mocks.SECRET));
    variables.put(variable, "many");
    assertThat(code(variables)).isEqualTo(ErrorCode.OPTION_OUT_OF_RANGE);
    variables.put(variable, "-1");
    assertThat(code(variables)).isEqualTo(ErrorCode.OPTION_OUT_OF_RANGE);
  }

  @Test
  void batchLimits_variables_areTaken() {
    assertThat(
            new OpenAiEnvironment(
                    Map.of("ATTUNE_OPENAI_BATCH_TEXTS", "5", "ATTUNE_OPENAI_BATCH_TOKENS", "6"))
                .batchLimits())
        .isEqualTo(new BatchLimits(5, 6));
  }

  @Test
  void cacheFolder_optionThenVariableThenXdgThenHome() {
    Map<String, String> variables = new HashMap<>(Map.of("HOME", "/h"));
    assertThat(new OpenAiEnvironment(variables).cacheFolder(null))
        .contains(Path.of("/h/.cache/attune/embeddings"));
    variables.put("XDG_CACHE_HOME", "/x");
    assertThat(new OpenAiEnvironment(variables).cacheFolder(null))
        .contains(Path.of("/x/attune/embeddings"));
    variables.put("ATTUNE_EMBEDDING_CACHE", "/v");
    assertThat(new OpenAiEnvironment(variables).cacheFolder(null)).contains(Path.of("/v"));
    assertThat(new OpenAiEnvironment(variables).cacheFolder("/o")).contains(Path.of("/o"));
    assertThat(new OpenAiEnvironment(variables).cacheFolder("off")).isEmpty();
    assertThat(new OpenAiEnvironment(Map.of()).cacheFolder(null)).isEmpty();
  }

  @Test
  void toString_ofEnvironment_showsNoVariable() {
    assertThat(new OpenAiEnvironment(Map.of("OPENAI_API_KEY", Mocks.SECRET)).toString())
        .doesNotContain(Mocks.SECRET);
  }
}
