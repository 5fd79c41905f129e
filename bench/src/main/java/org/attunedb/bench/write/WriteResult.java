package org.attunedb.bench.write;

/**
 * What was measured.
 *
 * @param dimension of the vectors in batches and single writes
 * @param attuneRowsPerSecond SYNC, batches of 100
 * @param luceneRowsPerSecond the same with a Lucene commit for each batch
 * @param oneWriterPerSecond SYNC, one thread, one document at a time
 * @param manyWritersPerSecond SYNC, 32 threads, one document at a time
 * @param fsyncMillis median of appending 4 KiB to a file and forcing it
 * @param syncMillis median of one upsert, durable and visible
 * @param visibleMillis median of one upsert, visible, not forced
 * @param documents in the store that is opened after a crash
 * @param documentDimension of their vectors
 * @param emptyLogMillis to open it with an empty log
 * @param operations in the log of the second opening
 * @param fullLogMillis to open it with them
 */
record WriteResult(
    int dimension,
    double attuneRowsPerSecond,
    double luceneRowsPerSecond,
    double oneWriterPerSecond,
    double manyWritersPerSecond,
    double fsyncMillis,
    double syncMillis,
    double visibleMillis,
    int documents,
    int documentDimension,
    double emptyLogMillis,
    int operations,
    double fullLogMillis) {
  double batchRatio() {
    return attuneRowsPerSecond / luceneRowsPerSecond;
  }

  double writersRatio() {
    return manyWritersPerSecond / oneWriterPerSecond;
  }

  double replayPerSecond() {
    return operations / Math.max(0.001, (fullLogMillis - emptyLogMillis) / 1_000);
  }
}
