package org.attunedb.server.openai;

/**
 * What embedding used so far.
 *
 * @param service requests and tokens
 * @param cachedTexts texts that needed no request, because they were embedded before
 */
public record EmbeddingUsage(Usage service, long cachedTexts) {}
