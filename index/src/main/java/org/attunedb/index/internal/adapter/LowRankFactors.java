package org.attunedb.index.internal.adapter;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Factors of a matrix that has a low rank: {@code R = upᵀ·down}. Found by Gaussian elimination with
 * complete pivoting, which takes one row and one column at a time and stops where nothing is left.
 * Not thread-safe.
 */
final class LowRankFactors {
  /** What may be left of the largest element: the rounding of single precision. */
  private static final double TOLERANCE = 1e-6;

  /** More would take longer to find than they save when queries are adapted. */
  private static final int MAX_RANK = 256;

  private final int dimension;
  private final double[] rest;
  private final float[] down;
  private final float[] up;
  private int rank;

  private LowRankFactors(float[] matrix, int dimension, int maxRank) {
    this.dimension = dimension;
    this.rest = new double[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      rest[i] = matrix[i];
    }
    this.down = new float[maxRank * dimension];
    this.up = new float[maxRank * dimension];
  }

  /**
   * Factors a matrix.
   *
   * @param matrix R, row-major, shape {@code [dimension, dimension]}
   * @return null if its rank is above 256 or half of the dimension
   */
  static @Nullable LowRankFactors of(float[] matrix, int dimension) {
    int maxRank = Math.clamp(dimension / 2, 1, MAX_RANK);
    LowRankFactors factors = new LowRankFactors(matrix, dimension, maxRank);
    return factors.eliminate(maxRank) ? factors : null;
  }

  private boolean eliminate(int maxRank) {
    int pivot = largest();
    double enough = Math.abs(rest[pivot]) * TOLERANCE;
    while (Math.abs(rest[pivot]) > enough) {
      if (rank == maxRank) {
        return false;
      }
      take(pivot / dimension, pivot % dimension);
      pivot = largest();
    }
    // A matrix of zeros has a rank, too: the format demands one.
    rank = Math.max(1, rank);
    return true;
  }

  private int largest() {
    int largest = 0;
    for (int i = 1; i < rest.length; i++) {
      if (Math.abs(rest[i]) > Math.abs(rest[largest])) {
        largest = i;
      }
    }
    return largest;
  }

  private void take(int pivotRow, int pivotColumn) {
    double pivot = rest[pivotRow * dimension + pivotColumn];
    double[] row = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      row[j] = rest[pivotRow * dimension + j] / pivot;
      down[rank * dimension + j] = (float) row[j];
    }
    for (int i = 0; i < dimension; i++) {
      double factor = rest[i * dimension + pivotColumn];
      up[rank * dimension + i] = (float) factor;
      if (factor != 0) {
        for (int j = 0; j < dimension; j++) {
          rest[i * dimension + j] -= factor * row[j];
        }
      }
    }
    rank++;
  }

  /** Rows of R, scaled; row-major, shape {@code [rank, dimension]}. */
  float[] down() {
    return Arrays.copyOf(down, rank * dimension);
  }

  /** Columns of R; row-major, shape {@code [rank, dimension]}. */
  float[] up() {
    return Arrays.copyOf(up, rank * dimension);
  }
}
