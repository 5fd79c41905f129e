package org.attunedb.server.rag;

/**
 * What a judge says of one statement; public because the schema is made of it.
 *
 * @param statement of the answer
 * @param reason before the verdict, because models judge better after they have reasoned
 * @param attributed whether the passages support it
 */
public record AttributionVerdict(String statement, String reason, boolean attributed) {}
