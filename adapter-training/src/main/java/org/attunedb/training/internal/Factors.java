package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
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

  /**
   * The factors that weights were made of.
   *
   * @throws IllegalArgumentException if they have a bias, which factors don't
   */
  static Factors of(AdapterWeights weights) {
    for (float component : weights.bias()) {
      if (component != 0) {
        throw new IllegalArgumentException("adapter has a bias, which no training here gives it");
      }
    }
    int dimension = weights.dimension();
    int rank = weights.rank();
    float[] down = weights.down();
    float[] in = new float[down.length];
    for (int r = 0; r < rank; r++) {
      for (int i = 0; i < dimension; i++) {
        in[i * rank + r] = down[r * dimension + i];
      }
    }
    return new Factors(dimension, rank, in, weights.up());
  }

  /**
   * The sum of this residual and a share of another one, exact: its rank is the sum of both.
   *
   * @param share 0 to 1; with 0 it is this residual
   */
  Factors plus(Factors other, float share) {
    if (share == 0) {
      return this;
    }
    int sum = rank + other.rank;
    float[] wide = new float[dimension * sum];
    for (int i = 0; i < dimension; i++) {
      System.arraycopy(in, i * rank, wide, i * sum, rank);
      System.arraycopy(other.in, i * other.rank, wide, i * sum + rank, other.rank);
    }
    float[] tall = Arrays.copyOf(out, sum * dimension);
    for (int i = 0; i < other.out.length; i++) {
      tall[out.length + i] = share * other.out[i];
    }
    return new Factors(dimension, sum, wide, tall);
  }

  /** Adds the residual to queries, without scaling them, while a manager lives. */
  UnaryOperator<NDArray> adding(NDManager manager) {
    NDArray first = manager.create(in, new Shape(dimension, rank));
    NDArray second = manager.create(out, new Shape(rank, dimension));
    return queries -> queries.add(queries.matMul(first).matMul(second));
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
