package org.attunedb.core.adapter;

import java.util.Arrays;

/**
 * Products of a matrix and a vector as sums of scaled rows ("axpy"): the JIT compiler turns such
 * loops into SIMD by itself, while it must keep the order of a dot product's additions. So they are
 * fast without the incubating vector module. Stateless.
 */
final class Axpy {
  /**
   * Rows of floats added in one pass over the target: fewer loads and stores of it. Sixteen are
   * more than the compiler vectorises (4x slower).
   */
  private static final int FLOAT_BLOCK = 8;

  /** Rows of bytes added in one pass: of five or more, only some counts are vectorised. */
  private static final int BYTE_BLOCK = 4;

  private Axpy() {}

  /** {@code target += Σ factors[i]·rows[i]}, without the rows of factor 0. */
  static void addRows(float[][] rows, float[] factors, float[] target) {
    int[] used = nonZero(factors);
    int i = 0;
    for (; i + FLOAT_BLOCK <= used.length; i += FLOAT_BLOCK) {
      addEightRows(rows, factors, used, i, target);
    }
    for (; i < used.length; i++) {
      float factor = factors[used[i]];
      float[] row = rows[used[i]];
      for (int j = 0; j < target.length; j++) {
        target[j] += factor * row[j];
      }
    }
  }

  /** {@code target += Σ factors[i]·rows[i]}. */
  static void addRows(byte[][] rows, float[] factors, float[] target) {
    int i = 0;
    for (; i + BYTE_BLOCK <= factors.length; i += BYTE_BLOCK) {
      addFourRows(rows, factors, i, target);
    }
    for (; i < factors.length; i++) {
      float factor = factors[i];
      byte[] row = rows[i];
      for (int j = 0; j < target.length; j++) {
        target[j] += factor * row[j];
      }
    }
  }

  /** Vectors of hashed words are half empty: their zeros save half of the first product. */
  private static int[] nonZero(float[] factors) {
    int[] indexes = new int[factors.length];
    int count = 0;
    for (int i = 0; i < factors.length; i++) {
      indexes[count] = i;
      count += factors[i] != 0 ? 1 : 0;
    }
    return count == factors.length ? indexes : Arrays.copyOf(indexes, count);
  }

  // One array a row, read and written at one index: offsets into a shared array would keep the
  // compiler from proving that iterations are independent, and the loop scalar (7x slower).
  private static void addEightRows(
      float[][] rows, float[] factors, int[] used, int from, float[] target) {
    float a = factors[used[from]];
    float b = factors[used[from + 1]];
    float c = factors[used[from + 2]];
    float d = factors[used[from + 3]];
    float e = factors[used[from + 4]];
    float f = factors[used[from + 5]];
    float g = factors[used[from + 6]];
    float h = factors[used[from + 7]];
    float[] rowA = rows[used[from]];
    float[] rowB = rows[used[from + 1]];
    float[] rowC = rows[used[from + 2]];
    float[] rowD = rows[used[from + 3]];
    float[] rowE = rows[used[from + 4]];
    float[] rowF = rows[used[from + 5]];
    float[] rowG = rows[used[from + 6]];
    float[] rowH = rows[used[from + 7]];
    for (int j = 0; j < target.length; j++) {
      target[j] +=
          a * rowA[j]
              + b * rowB[j]
              + c * rowC[j]
              + d * rowD[j]
              + e * rowE[j]
              + f * rowF[j]
              + g * rowG[j]
              + h * rowH[j];
    }
  }

  // Bytes are multiplied as floats: sums of them as integers stay scalar (12x slower).
  private static void addFourRows(byte[][] rows, float[] factors, int from, float[] target) {
    float a = factors[from];
    float b = factors[from + 1];
    float c = factors[from + 2];
    float d = factors[from + 3];
    byte[] rowA = rows[from];
    byte[] rowB = rows[from + 1];
    byte[] rowC = rows[from + 2];
    byte[] rowD = rows[from + 3];
    for (int j = 0; j < target.length; j++) {
      target[j] += a * rowA[j] + b * rowB[j] + c * rowC[j] + d * rowD[j];
    }
  }

  /** The rows of a row-major matrix. */
  static float[][] rows(float[] matrix, int rows, int columns) {
    float[][] split = new float[rows][];
    for (int r = 0; r < rows; r++) {
      split[r] = Arrays.copyOfRange(matrix, r * columns, (r + 1) * columns);
    }
    return split;
  }

  /** The columns of a row-major matrix. */
  static float[][] columns(float[] matrix, int rows, int columns) {
    float[][] split = new float[columns][rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        split[c][r] = matrix[r * columns + c];
      }
    }
    return split;
  }
}
