package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AxpyTest {
  private final SplittableRandom random = new SplittableRandom(11);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 9, 33})
  void addRows_anyNumberOfRows_equalsTheSum(int rows) {
    for (int width : new int[] {0, 1, 3, 4, 17}) {
      float[][] matrix = new float[rows][];
      float[] factors = RandomAdapters.vector(rows, random);
      for (int r = 0; r < rows; r++) {
        matrix[r] = RandomAdapters.vector(width, random);
        factors[r] = r % 3 == 1 ? 0 : factors[r];
      }
      float[] target = RandomAdapters.vector(width, random);
      double[] expected = new double[width];
      for (int j = 0; j < width; j++) {
        expected[j] = target[j];
        for (int r = 0; r < rows; r++) {
          expected[j] += (double) factors[r] * matrix[r][j];
        }
      }

      Axpy.addRows(matrix, factors, target);

      for (int j = 0; j < width; j++) {
        assertThat((double) target[j]).isCloseTo(expected[j], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void rowsAndColumns_ofAMatrix_areItsParts(int rows) {
    int columns = 3;
    float[] matrix = RandomAdapters.vector(rows * columns, random);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        assertThat(Axpy.rows(matrix, rows, columns)[r][c]).isEqualTo(matrix[r * columns + c]);
        assertThat(Axpy.columns(matrix, rows, columns)[c][r]).isEqualTo(matrix[r * columns + c]);
      }
    }
  }
}
