package org.attunedb.server.openai;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Makes settings of environment variables and of what was given on a command line, which has the
 * first say. Immutable.
 *
 * @param variables of the process
 */
public record OpenAiEnvironment(Map<String, String> variables) {
  /** The key itself. */
  public static final String KEY = "OPENAI_API_KEY";

  /** A file with the key. */
  public static final String KEY_FILE = "OPENAI_API_KEY_FILE";

  static final String BASE_URL = "OPENAI_BASE_URL";
  static final String CHAT_KEY = "ATTUNE_CHAT_API_KEY";
  static final String CHAT_KEY_FILE = "ATTUNE_CHAT_API_KEY_FILE";
  static final String CHAT_BASE_URL = "ATTUNE_CHAT_BASE_URL";
  static final String ORGANIZATION = "OPENAI_ORG_ID";
  static final String ALLOWED_HOSTS = "ATTUNE_OPENAI_ALLOWED_HOSTS";
  static final String TIMEOUT = "ATTUNE_OPENAI_TIMEOUT_SECONDS";
  static final String CONCURRENCY = "ATTUNE_OPENAI_CONCURRENCY";
  static final String RETRIES = "ATTUNE_OPENAI_RETRIES";
  static final String REQUESTS_PER_MINUTE = "ATTUNE_OPENAI_REQUESTS_PER_MINUTE";
  static final String TOKENS_PER_MINUTE = "ATTUNE_OPENAI_TOKENS_PER_MINUTE";

  static final String BATCH_TEXTS = "ATTUNE_OPENAI_BATCH_TEXTS";
  static final String BATCH_TOKENS = "ATTUNE_OPENAI_BATCH_TOKENS";
  static final String CACHE = "ATTUNE_EMBEDDING_CACHE";

  /** In place of the cache's folder: no cache. */
  static final String OFF = "off";

  /** Copies the variables. */
  public OpenAiEnvironment {
    variables = Map.copyOf(variables);
  }

  /** The environment of this process. */
  public static OpenAiEnvironment ofProcess() {
    return new OpenAiEnvironment(System.getenv());
  }

  /**
   * The settings.
   *
   * @param baseUrl in place of the variable's; null for that
   * @param keyFile in place of the variables' key; null for that
   * @throws InvalidInputException {@code url_not_allowed}, {@code api_key_missing}, {@code
   *     file_unreadable} or {@code option_out_of_range} naming the variable
   */
  public OpenAiSettings settings(@Nullable URI baseUrl, @Nullable Path keyFile) {
    return settings(
        baseUrl == null ? baseUrl() : baseUrl,
        keyFile == null ? key(KEY, KEY_FILE) : ApiKey.read(keyFile),
        variables.get(ORGANIZATION));
  }

  /**
   * The settings for chat models, which may be another service's. That service gets the common key
   * only if it is at the same host or OpenAI itself: nobody wants to hand a key to somebody else by
   * leaving an option out.
   *
   * @param baseUrl as above, where chat models have no address of their own
   * @param keyFile as above, where chat models have no key of their own
   * @param chatBaseUrl in place of the chat models' variable; null for that
   * @param chatKeyFile in place of the chat models' variables' key; null for that
   * @throws InvalidInputException as above
   */
  public OpenAiSettings chatSettings(
      @Nullable URI baseUrl,
      @Nullable Path keyFile,
      @Nullable URI chatBaseUrl,
      @Nullable Path chatKeyFile) {
    URI common = baseUrl == null ? baseUrl() : baseUrl;
    URI chat = chatBaseUrl == null ? url(CHAT_BASE_URL, common) : chatBaseUrl;
    boolean sameHost =
        Objects.equals(chat.getScheme(), common.getScheme())
            && Objects.equals(chat.getRawAuthority(), common.getRawAuthority());
    @Nullable ApiKey key =
        chatKeyFile == null ? key(CHAT_KEY, CHAT_KEY_FILE) : ApiKey.read(chatKeyFile);
    if (key == null && (sameHost || OpenAiSettings.OPENAI.getHost().equals(chat.getHost()))) {
      key = keyFile == null ? key(KEY, KEY_FILE) : ApiKey.read(keyFile);
    }
    return settings(chat, key, sameHost ? variables.get(ORGANIZATION) : null);
  }

  private OpenAiSettings settings(URI url, @Nullable ApiKey key, @Nullable String organization) {
    OpenAiSettings defaults = OpenAiSettings.of(URI.create("http://localhost"), null);
    RetrySettings retry = defaults.retry();
    return new OpenAiSettings(
        url,
        key,
        organization,
        Duration.ofSeconds(number(TIMEOUT, (int) defaults.timeout().toSeconds())),
        number(CONCURRENCY, defaults.concurrency()),
        new RetrySettings(
            number(RETRIES, retry.retries()), retry.firstPause(), retry.longestPause()),
        new RateLimit(number(REQUESTS_PER_MINUTE, 0), number(TOKENS_PER_MINUTE, 0)),
        allowedHosts());
  }

  /** Whether there is any sign that a service is to be used: its address or a key. */
  public boolean namesService() {
    return !(given(KEY) + given(KEY_FILE) + given(BASE_URL)).isEmpty();
  }

  /** Whether there is any sign that a chat model is to be used. */
  public boolean namesChatService() {
    return namesService()
        || !(given(CHAT_KEY) + given(CHAT_KEY_FILE) + given(CHAT_BASE_URL)).isEmpty();
  }

  /** How much goes into one request. */
  BatchLimits batchLimits() {
    BatchLimits defaults = BatchLimits.defaults();
    return new BatchLimits(
        number(BATCH_TEXTS, defaults.texts()), number(BATCH_TOKENS, defaults.tokens()));
  }

  /** How many texts fill every request that may be under way at the same time. */
  public long textsAtATime() {
    OpenAiSettings defaults = OpenAiSettings.of(URI.create("http://localhost"), null);
    return (long) number(CONCURRENCY, defaults.concurrency()) * batchLimits().texts();
  }

  /**
   * Where vectors are kept; empty for nowhere. By default the user's cache folder, as the XDG Base
   * Directory Specification has it.
   *
   * @param given on a command line; null for the variable
   */
  Optional<Path> cacheFolder(@Nullable String given) {
    String folder = given == null ? given(CACHE) : given;
    if (folder.equals(OFF)) {
      return Optional.empty();
    }
    if (!folder.isEmpty()) {
      return Optional.of(Path.of(folder));
    }
    String home = given("HOME").isEmpty() ? given("USERPROFILE") : given("HOME");
    String base = given("XDG_CACHE_HOME");
    if (base.isEmpty() && home.isEmpty()) {
      return Optional.empty();
    }
    Path user = base.isEmpty() ? Path.of(home, ".cache") : Path.of(base);
    return Optional.of(user.resolve("attune").resolve("embeddings"));
  }

  private URI baseUrl() {
    return url(BASE_URL, OpenAiSettings.OPENAI);
  }

  private URI url(String variable, URI otherwise) {
    String given = given(variable);
    if (given.isEmpty()) {
      return otherwise;
    }
    try {
      return new URI(given);
    } catch (URISyntaxException e) {
      throw new InvalidInputException(
          ErrorCode.URL_NOT_ALLOWED,
          variable + " is no URL, expected one such as https://host/v1",
          e);
    }
  }

  private @Nullable ApiKey key(String variable, String fileVariable) {
    String key = given(variable);
    if (!key.isEmpty()) {
      return ApiKey.of(key, variable);
    }
    String file = given(fileVariable);
    return file.isEmpty() ? null : ApiKey.read(Path.of(file));
  }

  private Set<String> allowedHosts() {
    return Arrays.stream(given(ALLOWED_HOSTS).split(","))
        .map(String::strip)
        .filter(host -> !host.isEmpty())
        .collect(Collectors.toSet());
  }

  private int number(String variable, int otherwise) {
    String given = given(variable);
    if (given.isEmpty()) {
      return otherwise;
    }
    try {
      return Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "%s is '%s', expected a whole number".formatted(variable, given),
          e);
    }
  }

  private String given(String variable) {
    return variables.getOrDefault(variable, "").strip();
  }

  /** Names nothing of the environment, which holds keys. */
  @Override
  public String toString() {
    return "OpenAiEnvironment[" + variables.size() + " variables]";
  }
}
