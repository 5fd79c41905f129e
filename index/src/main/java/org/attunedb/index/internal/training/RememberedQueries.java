package org.attunedb.index.internal.training;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.attunedb.core.adapter.QueryMemory;

/**
 * Compares queries with every query that an adapter remembers: exact, and slower than what a search
 * does. Thread-safe.
 */
final class RememberedQueries {
  private static final int LEVELS = 127;

  /** Enough for a 5 % quantile; more would only take longer. */
  private static final int SAMPLE = 128;

  private final byte[] codes;
  private final float[] scales;
  private final int dimension;

  RememberedQueries(QueryMemory memory) {
    this.codes = memory.codes();
    this.scales = memory.scales();
    this.dimension = memory.dimension();
  }

  /**
   * The largest cosine to a remembered query.
   *
   * @param unit of unit length
   * @param except a remembered query that is passed over; -1 for none
   */
  float closest(float[] unit, int except) {
    float best = -1;
    for (int query = 0; query < scales.length; query++) {
      if (query != except) {
        best = Math.max(best, dot(query, unit));
      }
    }
    return best;
  }

  private float dot(int query, float[] vector) {
    int offset = query * dimension;
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += codes[offset + i] * vector[i];
    }
    return sum * scales[query] / LEVELS;
  }

  /**
   * A quantile of the largest cosines between a remembered query and the others.
   *
   * @param share 0 to 1
   */
  double quantile(double share) {
    int count = Math.min(SAMPLE, scales.length);
    double[] closest =
        IntStream.range(0, count)
            .parallel()
            .map(i -> (int) ((long) i * scales.length / count))
            .mapToDouble(query -> closest(unit(query), query))
            .toArray();
    Arrays.sort(closest);
    return closest[(int) (share * count)];
  }

  private float[] unit(int query) {
    float[] unit = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      unit[i] = codes[query * dimension + i] * scales[query] / LEVELS;
    }
    return unit;
  }
}
