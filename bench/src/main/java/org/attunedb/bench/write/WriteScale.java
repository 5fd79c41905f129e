package org.attunedb.bench.write;

/**
 * How much is measured.
 *
 * @param dimension of the vectors in batches and single writes
 * @param documents in the store that is opened
 * @param operations in the log that is replayed
 * @param batches of each kind in a round
 * @param rounds after the warm-up
 * @param singleWrites of each writer, and of each latency
 */
record WriteScale(
    int dimension, int documents, int operations, int batches, int rounds, int singleWrites) {
  /** Documents in a batch. */
  static final int BATCH = 100;

  /** Concurrent writers. */
  static final int WRITERS = 32;

  /** For figures to compare: minutes. */
  static WriteScale full() {
    return new WriteScale(1_024, 100_000, 40_000, 60, 3, 400);
  }

  /** To see that it runs: seconds. */
  static WriteScale quick() {
    return new WriteScale(1_024, 5_000, 2_000, 10, 1, 50);
  }

  WriteScale withDimension(int newDimension) {
    return new WriteScale(newDimension, documents, operations, batches, rounds, singleWrites);
  }

  WriteScale withDocuments(int newDocuments) {
    return new WriteScale(dimension, newDocuments, operations, batches, rounds, singleWrites);
  }

  WriteScale withOperations(int newOperations) {
    return new WriteScale(dimension, documents, newOperations, batches, rounds, singleWrites);
  }

  /** Documents that are written in all. */
  long total() {
    long inBatches = 2L * (rounds + 1) * batches * BATCH;
    long concurrently = 2L * (1 + WRITERS) * singleWrites;
    return inBatches + concurrently + 3L * singleWrites + documents + operations;
  }
}
