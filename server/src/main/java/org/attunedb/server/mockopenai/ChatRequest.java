package org.attunedb.server.mockopenai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A chat request, as far as the mock server looks at it.
 *
 * @param model asked
 * @param prompt all messages' texts, in order
 * @param marked what the prompt marks by tags
 * @param schemaName of the answer, in lower case; empty for a text
 * @param schema of the answer; null for a text
 * @param stream whether the answer is to come as events
 * @param streamUsage whether these end with the usage
 * @param maxTokens of the answer
 */
record ChatRequest(
    String model,
    String prompt,
    MarkedText marked,
    String schemaName,
    @Nullable ObjectNode schema,
    boolean stream,
    boolean streamUsage,
    int maxTokens) {
  static ChatRequest of(ObjectNode body) {
    String prompt =
        StreamSupport.stream(body.path("messages").spliterator(), false)
            .map(message -> text(message.path("content")))
            .collect(Collectors.joining("\n"));
    JsonNode format = body.path("response_format").path("json_schema");
    int limit =
        body.path("max_completion_tokens").asInt(body.path("max_tokens").asInt(Integer.MAX_VALUE));
    return new ChatRequest(
        body.path("model").asText(),
        prompt,
        MarkedText.of(prompt),
        format.path("name").asText().toLowerCase(Locale.ROOT),
        format.path("schema") instanceof ObjectNode schema ? schema : null,
        body.path("stream").asBoolean(),
        body.path("stream_options").path("include_usage").asBoolean(),
        limit);
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    return StreamSupport.stream(content.spliterator(), false)
        .map(part -> part.path("text").asText())
        .collect(Collectors.joining("\n"));
  }
}
