package org.attunedb.bench.training;

/**
 * How large a training is.
 *
 * @param pairs queries, each about one document
 * @param dimension of the vectors
 * @param documents in the corpus
 * @param seed of every random choice
 */
record TrainingScale(int pairs, int dimension, int documents, long seed) {}
