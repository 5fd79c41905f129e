package org.attunedb.server.openai;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.attunedb.server.openai.OpenAiConnection.Kind;
import org.jspecify.annotations.Nullable;

/** Chat over {@code /v1/chat/completions}. Thread-safe. */
public final class OpenAiChatClient implements ChatClient {
  /** The word by which the API says that an answer is whole. */
  private static final String WHOLE = "stop";

  private final String model;
  private final String service;
  private final OpenAiConnection connection;

  /** A client for one model. */
  public OpenAiChatClient(OpenAiSettings settings, String model) {
    this(settings, model, RetryListener.none());
  }

  /** A client for one model that tells of retries. */
  public OpenAiChatClient(OpenAiSettings settings, String model, RetryListener retries) {
    this(settings, model, retries, Waiting.real(), RandomGenerator.getDefault());
  }

  OpenAiChatClient(
      OpenAiSettings settings,
      String model,
      RetryListener retries,
      Waiting waiting,
      RandomGenerator random) {
    this.model = model;
    this.service = EndpointRules.shown(settings.baseUrl());
    this.connection = new OpenAiConnection(settings, model, Kind.CHAT, retries, waiting, random);
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public <T extends Record> ChatReply<T> structured(ChatPrompt prompt, Class<T> type) {
    ChatCompletionCreateParams params = params(prompt).responseFormat(type).build().rawParams();
    ChatReply<String> json = complete(prompt, params);
    T value =
        RecordReader.read(json.value(), type)
            .orElseThrow(
                () ->
                    connection.failed(
                        "the answer does not have the form of " + type.getSimpleName()));
    return new ChatReply<>(value, json.inputTokens(), json.outputTokens());
  }

  @Override
  public ChatReply<String> text(ChatPrompt prompt) {
    return complete(prompt, params(prompt).build());
  }

  private ChatReply<String> complete(ChatPrompt prompt, ChatCompletionCreateParams params) {
    ChatCompletion completion =
        connection.call(
            tokens(prompt), () -> true, client -> client.chat().completions().create(params));
    Spending spending = new Spending();
    completion._usage().asKnown().ifPresent(spending::set);
    spending.count();
    // Only what is used is looked at: compatible services leave out or add what they like.
    ChatCompletion.Choice choice =
        completion._choices().asKnown().stream()
            .flatMap(List::stream)
            .findFirst()
            .orElseThrow(() -> connection.failed("the answer is empty"));
    ChatCompletionMessage message =
        choice
            ._message()
            .asKnown()
            .orElseThrow(() -> connection.failed("the answer has no message"));
    requireWhole(
        message._refusal().asKnown().orElse(""),
        choice._finishReason().asKnown().flatMap(reason -> reason._value().asString()).orElse(""));
    return spending.reply(message._content().asKnown().orElse(""));
  }

  @Override
  public ChatReply<String> stream(ChatPrompt prompt, Consumer<String> pieces) {
    ChatCompletionCreateParams params =
        params(prompt)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    Stream stream = new Stream(pieces);
    try {
      connection.call(
          tokens(prompt),
          () -> !stream.hasBegun(),
          client -> {
            stream.read(client, params);
            return stream;
          });
    } finally {
      // Also of an answer that broke off: what the service counted is paid for.
      stream.count();
    }
    return stream.reply();
  }

  /** The pieces of one answer; used by one thread. */
  private final class Stream {
    private final Consumer<String> pieces;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final Spending spending = new Spending();
    private @Nullable String finishReason;
    private boolean answered;

    Stream(Consumer<String> pieces) {
      this.pieces = pieces;
    }

    boolean hasBegun() {
      return !text.isEmpty();
    }

    void read(OpenAIClient client, ChatCompletionCreateParams params) {
      try (StreamResponse<ChatCompletionChunk> chunks =
          client.chat().completions().createStreaming(params)) {
        for (Iterator<ChatCompletionChunk> all = chunks.stream().iterator(); all.hasNext(); ) {
          take(all.next());
        }
      }
    }

    private void take(ChatCompletionChunk chunk) {
      answered = true;
      chunk._usage().asKnown().ifPresent(spending::set);
      for (ChatCompletionChunk.Choice choice : chunk._choices().asKnown().orElse(List.of())) {
        choice
            ._finishReason()
            .asKnown()
            .flatMap(reason -> reason._value().asString())
            .ifPresent(reason -> finishReason = reason);
        choice._delta().asKnown().ifPresent(this::take);
      }
    }

    private void take(ChatCompletionChunk.Choice.Delta delta) {
      delta._refusal().asKnown().ifPresent(refusal::append);
      delta
          ._content()
          .asKnown()
          .filter(piece -> !piece.isEmpty())
          .ifPresent(
              piece -> {
                text.append(piece);
                pieces.accept(piece);
              });
    }

    void count() {
      if (answered) {
        spending.count();
      }
    }

    ChatReply<String> reply() {
      requireWhole(refusal.toString(), finishReason == null ? "" : finishReason);
      return spending.reply(text.toString());
    }
  }

  /** What one answer cost. */
  private final class Spending {
    private long input;
    private long output;

    void set(CompletionUsage usage) {
      input = usage._promptTokens().asKnown().orElse(input);
      output = usage._completionTokens().asKnown().orElse(output);
    }

    void count() {
      connection.meter().answered(input, output);
    }

    ChatReply<String> reply(String text) {
      return new ChatReply<>(text, input, output);
    }
  }

  private void requireWhole(String refusal, String finishReason) {
    if (!refusal.isEmpty()) {
      throw connection.failed("the model refuses to answer");
    }
    if (!finishReason.equals(WHOLE)) {
      throw connection.failed(
          switch (finishReason) {
            case "length" -> "the answer was cut short by the limit of tokens";
            case "content_filter" -> "the answer was held back by the service's content filter";
            case "" -> "the answer broke off";
            default -> "the answer ended with '" + finishReason + "', expected 'stop'";
          });
    }
  }

  private ChatCompletionCreateParams.Builder params(ChatPrompt prompt) {
    ChatCompletionCreateParams.Builder params = ChatCompletionCreateParams.builder().model(model);
    if (!prompt.system().isBlank()) {
      params.addSystemMessage(prompt.system());
    }
    params.addUserMessage(prompt.user());
    if (prompt.maxTokens() != null) {
      params.maxCompletionTokens(prompt.maxTokens().longValue());
    }
    if (prompt.temperature() != null) {
      params.temperature(prompt.temperature());
    }
    return params;
  }

  private static int tokens(ChatPrompt prompt) {
    int answer = prompt.maxTokens() == null ? 0 : prompt.maxTokens();
    return TokenEstimate.of(prompt.system()) + TokenEstimate.of(prompt.user()) + answer;
  }

  @Override
  public Usage usage() {
    return connection.meter().usage();
  }

  @Override
  public void close() {
    connection.close();
  }
}
