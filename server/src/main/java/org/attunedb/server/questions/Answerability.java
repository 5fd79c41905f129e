package org.attunedb.server.questions;

/**
 * The form in which a model answers the second call; public because the schema is made of it.
 *
 * @param reason before the verdict, because models judge better after they have reasoned
 */
public record Answerability(String reason, boolean answerable) {}
