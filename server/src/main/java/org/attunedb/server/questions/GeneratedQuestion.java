package org.attunedb.server.questions;

/**
 * One question in a model's answer.
 *
 * @param question as a user would ask it
 * @param answer what the passage says to it
 */
public record GeneratedQuestion(String question, String answer) {}
