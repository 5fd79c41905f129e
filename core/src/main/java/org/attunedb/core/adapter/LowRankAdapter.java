package org.attunedb.core.adapter;

import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Applies {@link AdapterWeights} in plain Java. Both products run as sums of scaled rows ("axpy"),
 * because the JIT compiler turns such loops into SIMD by itself, while it must keep the order of a
 * dot product's additions; so the adapter is fast without the incubating vector module.
 *
 * <p>Thread-safe. Cost: {@code 2·rank·dimension} multiply-adds; components of the query that are
 * zero are skipped.
 */
public final class LowRankAdapter implements QueryAdapter {
  /** Rows added in one pass over the target: fewer loads and stores of it. */
  private static final int BLOCK = 4;

  private final int dimension;
  private final int rank;
  private final float alpha;
  private final float[] downByColumn;
  private final float[] up;
  private final float[] bias;

  /** Lays the weights out for speed. */
  public LowRankAdapter(AdapterWeights weights) {
    this.dimension = weights.dimension();
    this.rank = weights.rank();
    this.alpha = weights.alpha();
    this.downByColumn = transpose(weights.down(), rank, dimension);
    this.up = weights.up();
    this.bias = weights.bias();
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Embedding adapt(Embedding query) {
    if (query.dimension() != dimension) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "query has %d dimensions, expected %d by its adapter"
              .formatted(query.dimension(), dimension));
    }
    if (alpha == 0 || query.isZero()) {
      return query;
    }
    float[] unit = query.normalized().toArray();
    float[] hidden = new float[rank];
    addRows(downByColumn, rank, unit, hidden);
    float[] residual = bias.clone();
    addRows(up, dimension, hidden, residual);
    for (int i = 0; i < dimension; i++) {
      unit[i] += alpha * residual[i];
    }
    return Embedding.of(unit).normalized();
  }

  /** {@code target += Σ factors[i] · row i} over the rows of a row-major matrix. */
  private static void addRows(float[] matrix, int width, float[] factors, float[] target) {
    int i = 0;
    for (; i + BLOCK <= factors.length; i += BLOCK) {
      float a = factors[i];
      float b = factors[i + 1];
      float c = factors[i + 2];
      float d = factors[i + 3];
      if (a != 0 || b != 0 || c != 0 || d != 0) {
        addFourRows(matrix, i * width, width, a, b, c, d, target);
      }
    }
    for (; i < factors.length; i++) {
      int row = i * width;
      for (int j = 0; j < width; j++) {
        target[j] += factors[i] * matrix[row + j];
      }
    }
  }

  private static void addFourRows(
      float[] matrix, int row, int width, float a, float b, float c, float d, float[] target) {
    int second = row + width;
    int third = second + width;
    int fourth = third + width;
    for (int j = 0; j < width; j++) {
      target[j] +=
          a * matrix[row + j]
              + b * matrix[second + j]
              + c * matrix[third + j]
              + d * matrix[fourth + j];
    }
  }

  private static float[] transpose(float[] matrix, int rows, int columns) {
    float[] transposed = new float[matrix.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        transposed[c * rows + r] = matrix[r * columns + c];
      }
    }
    return transposed;
  }
}
