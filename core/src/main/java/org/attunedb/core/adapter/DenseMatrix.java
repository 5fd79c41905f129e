package org.attunedb.core.adapter;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Products, polar factors and positive definite systems of matrices of doubles, each an array of
 * rows. What is written as sums of scaled rows is turned into SIMD by the JIT compiler; rows are
 * shared among the processors, which changes no result. Stateless.
 */
final class DenseMatrix {
  /** Rows of the right factor that stay in the cache while they are added to many sums. */
  private static final int TILE = 32;

  /** Rows of a product that one task makes. */
  private static final int CHUNK = 64;

  /** Singular values from this share of the largest on are brought to 1. */
  private static final double LEAST_SINGULAR = 1e-6;

  /** Six bring {@value #LEAST_SINGULAR} to 1; one more takes the rounding errors away. */
  private static final int MAX_STEPS = 7;

  private static final int NORM_STEPS = 24;
  private static final double CONVERGED = 1e-11;

  private DenseMatrix() {}

  /** {@code left · right}. */
  static double[][] product(double[][] left, double[][] right) {
    int columns = right[0].length;
    double[][] product = new double[left.length][columns];
    IntStream.range(0, (left.length + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              int end = Math.min(left.length, (chunk + 1) * CHUNK);
              for (int tile = 0; tile < right.length; tile += TILE) {
                for (int r = chunk * CHUNK; r < end; r++) {
                  addRows(right, left[r], tile, Math.min(right.length, tile + TILE), product[r]);
                }
              }
            });
    return product;
  }

  /** {@code target += Σ factors[i]·rows[i]} for i from {@code from} up to {@code to}. */
  private static void addRows(
      double[][] rows, double[] factors, int from, int to, double[] target) {
    int i = from;
    for (; i + 4 <= to; i += 4) {
      double a = factors[i];
      double b = factors[i + 1];
      double c = factors[i + 2];
      double d = factors[i + 3];
      double[] rowA = rows[i];
      double[] rowB = rows[i + 1];
      double[] rowC = rows[i + 2];
      double[] rowD = rows[i + 3];
      for (int j = 0; j < target.length; j++) {
        target[j] += a * rowA[j] + b * rowB[j] + c * rowC[j] + d * rowD[j];
      }
    }
    for (; i < to; i++) {
      addRow(rows[i], factors[i], target);
    }
  }

  private static void addRow(double[] row, double factor, double[] target) {
    for (int j = 0; j < target.length; j++) {
      target[j] += factor * row[j];
    }
  }

  static double[][] transpose(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int r = 0; r < matrix.length; r++) {
      for (int c = 0; c < matrix[r].length; c++) {
        transposed[c][r] = matrix[r][c];
      }
    }
    return transposed;
  }

  /**
   * The orthogonal factor {@code U·Vᵀ} of {@code U·Σ·Vᵀ}, by Halley's iteration with dynamic
   * weights {@code X ← X·(a·I + b·XᵀX)·(I + c·XᵀX)⁻¹} (Nakatsukasa, Bai, Gygi: Optimizing Halley's
   * iteration for computing the matrix polar decomposition, 2010), which needs a tenth of the steps
   * of Newton-Schulz. Directions whose singular value is 0 stay 0: the factor of a singular matrix
   * is a partial isometry.
   */
  static double[][] polar(double[][] matrix) {
    double norm = spectralNorm(matrix);
    double[][] x = new double[matrix.length][];
    for (int r = 0; r < x.length; r++) {
      x[r] = scaled(matrix[r], norm > 0 ? 1 / norm : 0);
    }
    double least = LEAST_SINGULAR;
    for (int step = 0; step < MAX_STEPS; step++) {
      double square = least * least;
      double root = Math.cbrt(4 * (1 - square) / (square * square));
      double outer = Math.sqrt(1 + root);
      double a = outer + Math.sqrt(8 - 4 * root + 8 * (2 - square) / (square * outer)) / 2;
      double b = (a - 1) * (a - 1) / 4;
      double c = a + b - 1;
      double[][] next = halley(x, a, b, c);
      double change = largestDifference(x, next);
      x = next;
      if (change < CONVERGED) {
        break;
      }
      least = Math.min(1, least * (a + b * square) / (1 + c * square));
    }
    return x;
  }

  /** One step, as {@code b/c·X + (a - b/c)·X·(I + c·XᵀX)⁻¹}. */
  private static double[][] halley(double[][] x, double a, double b, double c) {
    double[][] transposed = transpose(x);
    double[][] denominator = product(transposed, x);
    for (int r = 0; r < denominator.length; r++) {
      denominator[r] = scaled(denominator[r], c);
      denominator[r][r] += 1;
    }
    double[][] next = transpose(solve(denominator, transposed));
    for (int r = 0; r < next.length; r++) {
      next[r] = scaled(next[r], a - b / c);
      addRow(x[r], b / c, next[r]);
    }
    return next;
  }

  /** The largest singular value, or somewhat less, by the power method. */
  private static double spectralNorm(double[][] matrix) {
    double[][] vector = {new double[matrix[0].length]};
    // Not constant: orthogonal to hardly any direction that a matrix of data prefers.
    for (int i = 0; i < vector[0].length; i++) {
      vector[0][i] = 1 + 0.5 * Math.sin(i);
    }
    double[][] transposed = transpose(matrix);
    double norm = 0;
    for (int step = 0; step < NORM_STEPS; step++) {
      vector[0] = scaled(vector[0], 1 / length(vector[0]));
      double[][] image = product(vector, transposed);
      norm = length(image[0]);
      if (norm == 0) {
        return frobeniusNorm(matrix);
      }
      vector = product(image, matrix);
    }
    return norm;
  }

  private static double frobeniusNorm(double[][] matrix) {
    return Math.sqrt(Arrays.stream(matrix).mapToDouble(row -> length(row) * length(row)).sum());
  }

  private static double length(double[] vector) {
    double squares = 0;
    for (double component : vector) {
      squares += component * component;
    }
    return Math.sqrt(squares);
  }

  private static double[] scaled(double[] vector, double factor) {
    double[] scaled = new double[vector.length];
    addRow(vector, factor, scaled);
    return scaled;
  }

  private static double largestDifference(double[][] a, double[][] b) {
    double largest = 0;
    for (int r = 0; r < a.length; r++) {
      for (int c = 0; c < a[r].length; c++) {
        largest = Math.max(largest, Math.abs(a[r][c] - b[r][c]));
      }
    }
    return largest;
  }

  /**
   * The solution X of {@code A·X = B} for a symmetric positive definite A, by Cholesky's method.
   *
   * @param a only its lower triangle is read
   */
  static double[][] solve(double[][] a, double[][] b) {
    double[][] lower = cholesky(a);
    double[][] upper = transpose(lower);
    double[][] solution = new double[b.length][b[0].length];
    IntStream.range(0, (b[0].length + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              int from = chunk * CHUNK;
              int to = Math.min(b[0].length, from + CHUNK);
              double[][] columns = new double[b.length][];
              for (int r = 0; r < columns.length; r++) {
                columns[r] = Arrays.copyOfRange(b[r], from, to);
              }
              substitute(lower, upper, columns);
              for (int r = 0; r < columns.length; r++) {
                System.arraycopy(columns[r], 0, solution[r], from, to - from);
              }
            });
    return solution;
  }

  /** Replaces some columns of B by those of X: forward through L, back through its transpose. */
  private static void substitute(double[][] lower, double[][] upper, double[][] x) {
    for (int r = 0; r < x.length; r++) {
      addRows(x, negated(lower[r]), 0, r, x[r]);
      x[r] = scaled(x[r], 1 / lower[r][r]);
    }
    for (int r = x.length - 1; r >= 0; r--) {
      addRows(x, negated(upper[r]), r + 1, x.length, x[r]);
      x[r] = scaled(x[r], 1 / lower[r][r]);
    }
  }

  private static double[] negated(double[] row) {
    return scaled(row, -1);
  }

  private static double[][] cholesky(double[][] a) {
    double[][] lower = new double[a.length][a.length];
    for (int r = 0; r < a.length; r++) {
      for (int c = 0; c < r; c++) {
        lower[r][c] = (a[r][c] - dot(lower[r], lower[c], c)) / lower[c][c];
      }
      lower[r][r] = Math.sqrt(a[r][r] - dot(lower[r], lower[r], r));
    }
    return lower;
  }

  /** Four sums, because one would wait for each addition before the next. */
  private static double dot(double[] a, double[] b, int length) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < length; i++) {
      first += a[i] * b[i];
    }
    return (first + second) + (third + fourth);
  }
}
