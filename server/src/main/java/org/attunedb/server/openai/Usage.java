package org.attunedb.server.openai;

/**
 * What a client has used so far, as the service counted it.
 *
 * @param requests that were answered
 * @param retries attempts that failed and were repeated
 * @param inputTokens of the answered requests
 * @param outputTokens of the answered requests; 0 for embeddings
 */
public record Usage(long requests, long retries, long inputTokens, long outputTokens) {}
