package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank residual {@code q·in·out}.
 *
 * <p>{@code in} has shape {@code [dimension, rank]}, {@code out} has shape {@code [rank,
 * dimension]}, both row-major.
 */
final class Factors {
  private final int dimension;
  private final int rank;
  private final float[] in;
  private final float[] out;

  Factors(int dimension, int rank, float[] in, float[] out) {
    this.dimension = dimension;
    this.rank = rank;
    this.in = in;
    this.out = out;
  }

  int dimension() {
    return dimension;
  }

  int rank() {
    return rank;
  }

  float[] in() {
    return in;
  }

  float[] out() {
    return out;
  }

  /**
   * Adapts queries.
   *
   * @param queries shape {@code [batch, dimension]}; the result is on their manager
   * @param alphas shape {@code [batch, 1]} or one number
   */
  NDArray adapt(NDArray queries, NDArray alphas) {
    NDManager manager = queries.getManager();
    NDArray residual = hidden(queries).matMul(manager.create(out, new Shape(rank, dimension)));
    return queries.add(residual.mul(alphas)).normalize(2, 1);
  }

  /** Hidden vectors of queries, shape {@code [batch, rank]}. */
  NDArray hidden(NDArray queries) {
    return queries.matMul(queries.getManager().create(in, new Shape(dimension, rank)));
  }

  /** Whether no number is NaN or infinite. */
  boolean isFinite() {
    return isFinite(in) && isFinite(out);
  }

  private static boolean isFinite(float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The weights as they are stored and applied.
   *
   * @param memory null if no profile depends on the query
   */
  AdapterWeights weights(Map<SearchMode, ModeProfile> profiles, @Nullable QueryMemory memory) {
    float[] down = new float[in.length];
    for (int i = 0; i < dimension; i++) {
      for (int r = 0; r < rank; r++) {
        down[r * dimension + i] = in[i * rank + r];
      }
    }
    return new AdapterWeights(down, out, new float[dimension], profiles, memory);
  }
}
