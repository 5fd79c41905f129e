package org.attunedb.core.adapter;

import java.util.Arrays;

/**
 * Products of a matrix and a vector as sums of scaled rows ("axpy"): the JIT compiler turns such
 * loops into SIMD by itself, while it must keep the order of a dot product's additions. So they are
 * fast without the incubating vector module. Stateless.
 */
final class Axpy {
  /** Rows added in one pass over the target: fewer loads and stores of it. */
  private static final int BLOCK = 4;

  private Axpy() {}

  /** {@code target += Σ factors[i]·rows[i]}, four rows at a time, without those of factor 0. */
  static void addRows(float[][] rows, float[] factors, float[] target) {
    int[] used = nonZero(factors);
    int i = 0;
    for (; i + BLOCK <= used.length; i += BLOCK) {
      int a = used[i];
      int b = used[i + 1];
      int c = used[i + 2];
      int d = used[i + 3];
      addFourRows(
          factors[a],
          rows[a],
          factors[b],
          rows[b],
          factors[c],
          rows[c],
          factors[d],
          rows[d],
          target);
    }
    for (; i < used.length; i++) {
      float factor = factors[used[i]];
      float[] row = rows[used[i]];
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
  private static void addFourRows(
      float a,
      float[] first,
      float b,
      float[] second,
      float c,
      float[] third,
      float d,
      float[] fourth,
      float[] target) {
    for (int j = 0; j < target.length; j++) {
      target[j] += a * first[j] + b * second[j] + c * third[j] + d * fourth[j];
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
