package org.attunedb.server.mockopenai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.core.codec.StrictJson;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/chat/completions}: text or structured output, whole or as events. Stateless. */
final class ChatEndpoint {
  private static final String ID = "chatcmpl-mock";
  private static final int PIECE_LENGTH = 16;
  private static final String DONE = "[DONE]";

  /** Fixed, because answers are the same whenever they are asked for. */
  private static final long CREATED = 1_700_000_000L;

  /** The first that takes a request answers it. */
  private static final List<Behaviour> BEHAVIOURS =
      List.of(
          new AnswerabilityJudge(),
          new QuestionWriter(),
          new AttributionJudge(),
          new ContextAnswerer(),
          new Echo());

  private final MockOpenAiSettings settings;

  ChatEndpoint(MockOpenAiSettings settings) {
    this.settings = settings;
  }

  /** What the model says. */
  private record Said(@Nullable String content, @Nullable String refusal, String finishReason) {
    String text() {
      return content != null ? content : refusal != null ? refusal : "";
    }
  }

  Reply answer(ObjectNode body, Fault fault) {
    ChatRequest request = ChatRequest.of(body);
    if (!settings.chatModels().contains(request.model())) {
      return Reply.modelNotFound(request.model());
    }
    if (request.prompt().isBlank()) {
      return Reply.invalid("messages have no text");
    }
    ObjectNode schema = request.schema();
    String problem = schema == null ? null : StrictSchema.problem(schema);
    if (problem != null) {
      return Reply.invalid("Invalid schema for response_format: " + problem);
    }
    Said said = say(request, fault);
    boolean sparse = fault == Fault.SPARSE;
    if (request.stream()) {
      List<String> events = events(request, said);
      return Reply.events(sparse ? sparse(events) : events);
    }
    ObjectNode completion = completion(request, said);
    return Reply.json(sparse ? Reply.sparse(completion) : completion);
  }

  /** Without the last event, which holds nothing but the usage. */
  private static List<String> sparse(List<String> events) {
    List<String> sparse = new ArrayList<>();
    for (String event : events) {
      if (event.equals(DONE)) {
        sparse.add(event);
        continue;
      }
      ObjectNode json = StrictJson.readObject(event, "event");
      if (!json.has("usage")) {
        sparse.add(Reply.sparse(json).toString());
      }
    }
    return sparse;
  }

  private static Said say(ChatRequest request, Fault fault) {
    return switch (fault) {
      case REFUSAL -> new Said(null, "I can't help with that.", "stop");
      case CONTENT_FILTER -> new Said(null, null, "content_filter");
      case WRONG_SCHEMA -> new Said("{\"unexpected\":true}", null, "stop");
      case LENGTH -> {
        String content = content(request);
        yield new Said(prefix(content, content.length() / 2), null, "length");
      }
      default -> {
        String content = content(request);
        boolean fits = Tokens.of(content) <= request.maxTokens();
        yield fits
            ? new Said(content, null, "stop")
            : new Said(prefix(content, Tokens.characters(request.maxTokens())), null, "length");
      }
    };
  }

  private static String content(ChatRequest request) {
    Behaviour behaviour =
        BEHAVIOURS.stream().filter(each -> each.takes(request)).findFirst().orElseThrow();
    ObjectNode schema = request.schema();
    return schema == null
        ? behaviour.prose(request)
        : new SchemaWriter(schema, behaviour.values(request)).write().toString();
  }

  /** The first characters, never half of a surrogate pair unless one is all there is room for. */
  private static String prefix(String text, int length) {
    if (length >= text.length()) {
      return text;
    }
    boolean splits = length > 1 && Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, splits ? length - 1 : length);
  }

  private static ObjectNode completion(ChatRequest request, Said said) {
    ObjectNode body = head(request, "chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", said.content())
        .put("refusal", said.refusal());
    choice.put("finish_reason", said.finishReason()).putNull("logprobs");
    usage(body, request, said);
    return body;
  }

  private static ObjectNode head(ChatRequest request, String object) {
    return StrictJson.object()
        .put("id", ID)
        .put("object", object)
        .put("created", CREATED)
        .put("model", request.model());
  }

  private static void usage(ObjectNode body, ChatRequest request, Said said) {
    int prompt = Tokens.of(request.prompt());
    int completion = Tokens.of(said.text());
    body.putObject("usage")
        .put("prompt_tokens", prompt)
        .put("completion_tokens", completion)
        .put("total_tokens", prompt + completion);
  }

  private static List<String> events(ChatRequest request, Said said) {
    List<String> events = new ArrayList<>();
    String text = said.text();
    String member = said.refusal() == null ? "content" : "refusal";
    while (!text.isEmpty()) {
      String piece = prefix(text, PIECE_LENGTH);
      text = text.substring(piece.length());
      events.add(chunk(request, StrictJson.object().put(member, piece), null).toString());
    }
    events.add(chunk(request, StrictJson.object(), said.finishReason()).toString());
    if (request.streamUsage()) {
      ObjectNode last = head(request, "chat.completion.chunk");
      last.putArray("choices");
      usage(last, request, said);
      events.add(last.toString());
    }
    events.add(DONE);
    return events;
  }

  private static ObjectNode chunk(
      ChatRequest request, ObjectNode delta, @Nullable String finishReason) {
    ObjectNode chunk = head(request, "chat.completion.chunk");
    ArrayNode choices = chunk.putArray("choices");
    ObjectNode choice = choices.addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", finishReason);
    return chunk;
  }
}
