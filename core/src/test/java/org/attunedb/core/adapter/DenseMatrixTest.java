package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseMatrixTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 33, 64, 65, 130})
  void product_anyShape_isTheSumOfProducts(int size) {
    SplittableRandom random = new SplittableRandom(size);
    double[][] left = gaussian(size, size + 3, random);
    double[][] right = gaussian(size + 3, size + 1, random);

    double[][] product = DenseMatrix.product(left, right);

    for (int r = 0; r < size; r++) {
      for (int c = 0; c < size + 1; c++) {
        double sum = 0;
        for (int i = 0; i < size + 3; i++) {
          sum += left[r][i] * right[i][c];
        }
        assertThat(product[r][c]).isCloseTo(sum, within(1e-11));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 40})
  void polar_rotationTimesPositiveDefinite_isTheRotation(int size) {
    SplittableRandom random = new SplittableRandom(size);
    double[][] rotation = orthogonal(size, random);
    double[][] half = gaussian(size, size, random);
    double[][] positive = DenseMatrix.product(half, DenseMatrix.transpose(half));
    for (int i = 0; i < size; i++) {
      positive[i][i] += 0.1;
    }

    assertClose(DenseMatrix.polar(DenseMatrix.product(rotation, positive)), rotation, 1e-9);
  }

  @Test
  void polar_singularMatrix_isAPartialIsometry() {
    double[][] polar = DenseMatrix.polar(new double[][] {{0, 5, 0}, {2, 0, 0}, {0, 0, 0}});

    assertClose(polar, new double[][] {{0, 1, 0}, {1, 0, 0}, {0, 0, 0}}, 1e-12);
  }

  @Test
  void polar_zeroMatrix_isZero() {
    assertClose(DenseMatrix.polar(new double[2][2]), new double[2][2], 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 31})
  void solve_positiveDefinite_givesBack(int size) {
    SplittableRandom random = new SplittableRandom(size);
    double[][] half = gaussian(size, size, random);
    double[][] a = DenseMatrix.product(half, DenseMatrix.transpose(half));
    for (int i = 0; i < size; i++) {
      a[i][i] += 0.5;
    }
    double[][] x = gaussian(size, 3, random);

    assertClose(DenseMatrix.solve(a, DenseMatrix.product(a, x)), x, 1e-9);
  }

  /** Gram-Schmidt on random rows. */
  static double[][] orthogonal(int size, SplittableRandom random) {
    double[][] rows = gaussian(size, size, random);
    for (int r = 0; r < size; r++) {
      for (int twice = 0; twice < 2; twice++) {
        for (int before = 0; before < r; before++) {
          double dot = dot(rows[r], rows[before]);
          for (int i = 0; i < size; i++) {
            rows[r][i] -= dot * rows[before][i];
          }
        }
      }
      double norm = Math.sqrt(dot(rows[r], rows[r]));
      for (int i = 0; i < size; i++) {
        rows[r][i] /= norm;
      }
    }
    return rows;
  }

  static double[][] gaussian(int rows, int columns, SplittableRandom random) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int c = 0; c < columns; c++) {
        row[c] = random.nextGaussian();
      }
    }
    return matrix;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void assertClose(double[][] actual, double[][] expected, double tolerance) {
    for (int r = 0; r < expected.length; r++) {
      for (int c = 0; c < expected[r].length; c++) {
        assertThat(actual[r][c]).as("[%d][%d]", r, c).isCloseTo(expected[r][c], within(tolerance));
      }
    }
  }
}
