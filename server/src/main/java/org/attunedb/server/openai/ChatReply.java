package org.attunedb.server.openai;

/**
 * An answer of a chat model.
 *
 * @param value what it said
 * @param inputTokens of the prompt, as the service counted them; 0 if it did not
 * @param outputTokens of the answer, likewise
 */
public record ChatReply<T>(T value, long inputTokens, long outputTokens) {}
