package org.attunedb.server.dataset;

import org.attunedb.core.evaluation.Relevance;

/**
 * A query and the documents that were judged for it.
 *
 * @param id as in {@code queries.jsonl}
 * @param text what somebody asked
 * @param relevance judgments of documents that the corpus holds; at least one
 */
public record JudgedQuery(String id, String text, Relevance relevance) {}
