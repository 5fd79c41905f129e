package org.attunedb.index.internal.training;

import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.TrainingException;
import org.attunedb.core.training.TrainingConfig;
import org.attunedb.index.TrainingLimits;

/**
 * How much memory a training may need, roughly and from above: copies of the corpus (at most
 * 100,000 rows take part) and of the queries, a full matrix and two factors with gradients and
 * Adam's moments, scores of a batch of queries against all documents, and what hybrid search would
 * weigh for each query. Stateless.
 */
final class MemoryEstimate {
  private static final long MAX_CANDIDATES = 100_000;
  private static final int MEASURED_AT_A_TIME = 1_024;

  /** Weights, gradient and two moments. */
  private static final int ADAM = 4;

  /** Scores, scaled, raised, their softmax, and gradients of these. */
  private static final int SCORES = 7;

  /** Keyword scores of a thousand rows, and several readings of some 250 candidates. */
  private static final long BYTES_OF_A_QUERY = 32 << 10;

  private MemoryEstimate() {}

  static long bytes(long documents, int dimension, long queries, TrainingConfig config) {
    long candidates = Math.min(documents, MAX_CANDIDATES);
    // The queries once more when each looks for its closest.
    long vectors = (candidates + 2 * queries) * dimension;
    long weights = (long) dimension * (dimension + 2L * config.rank()) * ADAM;
    long atATime = Math.max(config.batchSize(), Math.min(queries, MEASURED_AT_A_TIME));
    return Float.BYTES * (vectors + weights + SCORES * atATime * candidates)
        + queries * BYTES_OF_A_QUERY;
  }

  /** Refuses a training that may need more than it is allowed. */
  static void requireWithin(
      TrainingLimits limits, long documents, int dimension, long queries, TrainingConfig config) {
    long bytes = bytes(documents, dimension, queries, config);
    if (bytes > limits.memoryBytes()) {
      throw new TrainingException(
          ErrorCode.TRAINING_TOO_LARGE,
          ("training on %s documents and %s queries of %s dimensions may need %s MiB of memory, the"
                  + " limit is %s MiB: raise the limit, or lower the batch size (%s) or the number"
                  + " of queries")
              .formatted(
                  documents,
                  queries,
                  dimension,
                  bytes >> 20,
                  limits.memoryBytes() >> 20,
                  config.batchSize()));
    }
  }
}
