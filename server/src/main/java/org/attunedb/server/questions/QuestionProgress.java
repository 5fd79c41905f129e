package org.attunedb.server.questions;

/**
 * How far a generation is.
 *
 * @param kept questions so far, earlier runs' too
 * @param wanted the most that will be kept
 * @param documents that were asked about
 * @param dropped questions
 * @param failed documents at which the model failed
 */
public record QuestionProgress(int kept, int wanted, int documents, int dropped, int failed) {}
