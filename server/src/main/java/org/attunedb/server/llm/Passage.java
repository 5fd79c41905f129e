package org.attunedb.server.llm;

/**
 * A stored text as a language model gets it.
 *
 * @param id the document's
 * @param text what it says
 */
public record Passage(String id, String text) {}
