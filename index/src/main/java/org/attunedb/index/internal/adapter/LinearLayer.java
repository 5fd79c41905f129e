package org.attunedb.index.internal.adapter;

import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * A square matrix and perhaps a bias that somebody else made: {@code u = M·q + b}, or {@code u = q
 * + M·q + b} where it is a residual. Not thread-safe.
 */
final class LinearLayer {
  /** Larger weights could overflow a float when a query is adapted. */
  static final float MAX_WEIGHT = 1e6f;

  private final String where;
  private final int dimension;
  private final float[] matrix;
  private final float[] bias;
  private final boolean residual;

  /**
   * Checks and keeps a layer.
   *
   * @param where what was read, for the message
   * @param matrix M, row-major, shape {@code [dimension, dimension]}
   * @param bias b, shape {@code [dimension]}; null for none
   */
  LinearLayer(
      String where, int dimension, float[] matrix, float @Nullable [] bias, boolean residual) {
    this.where = where;
    this.dimension = dimension;
    this.matrix = matrix;
    this.bias = bias == null ? new float[dimension] : bias;
    this.residual = residual;
    requireBounded("weight", matrix);
    requireBounded("bias", this.bias);
  }

  private void requireBounded(String tensor, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!(Math.abs(values[i]) <= MAX_WEIGHT)) {
        throw new InvalidInputException(
            ErrorCode.ADAPTER_INVALID,
            "%s: %s[%s] is %s, expected a number from -%s to %s"
                .formatted(where, tensor, i, values[i], MAX_WEIGHT, MAX_WEIGHT));
      }
    }
  }

  /**
   * The same map as a residual of the query.
   *
   * @param transpose whether M was meant for {@code q·M}
   */
  AdapterWeights weights(boolean transpose) {
    float[] difference = new float[matrix.length];
    for (int row = 0; row < dimension; row++) {
      for (int column = 0; column < dimension; column++) {
        float weight = matrix[transpose ? column * dimension + row : row * dimension + column];
        difference[row * dimension + column] = weight - (row == column && !residual ? 1 : 0);
      }
    }
    LowRankFactors factors = LowRankFactors.of(difference, dimension);
    return factors == null
        ? new AdapterWeights(difference, identity(), bias, 1)
        : new AdapterWeights(factors.down(), factors.up(), bias, 1);
  }

  private float[] identity() {
    float[] identity = new float[dimension * dimension];
    for (int i = 0; i < dimension; i++) {
      identity[i * dimension + i] = 1;
    }
    return identity;
  }
}
