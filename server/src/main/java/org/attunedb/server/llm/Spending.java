package org.attunedb.server.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.server.openai.ChatReply;
import org.attunedb.server.openai.Usage;

/**
 * What answers of a model took, as the service counted them.
 *
 * @param requests answered
 * @param inputTokens of their prompts
 * @param outputTokens of the answers
 */
public record Spending(long requests, long inputTokens, long outputTokens) {
  /** Nothing. */
  public static Spending none() {
    return new Spending(0, 0, 0);
  }

  /** What one answer took. */
  public static Spending of(ChatReply<?> reply) {
    return new Spending(1, reply.inputTokens(), reply.outputTokens());
  }

  /** What a client used. */
  public static Spending of(Usage usage) {
    return new Spending(usage.requests(), usage.inputTokens(), usage.outputTokens());
  }

  /** Both together. */
  public Spending plus(Spending other) {
    return new Spending(
        requests + other.requests,
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens);
  }

  /** As JSON. */
  public ObjectNode json() {
    return StrictJson.object()
        .put("requests", requests)
        .put("inputTokens", inputTokens)
        .put("outputTokens", outputTokens);
  }

  /** What {@link #json()} wrote; missing members are 0. */
  public static Spending read(JsonNode json) {
    return new Spending(
        json.path("requests").asLong(),
        json.path("inputTokens").asLong(),
        json.path("outputTokens").asLong());
  }
}
