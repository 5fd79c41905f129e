package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.attunedb.training.Synthetic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubspaceIterationTest {
  private static final int DIMENSION = 48;

  private final NDManager manager = newManager();

  private static NDManager newManager() {
    PyTorch.start(1, 1);
    return NDManager.newBaseManager(Device.cpu(), PyTorch.ENGINE);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /**
   * Singular values that fall by a factor. Where they hardly fall, the iteration has not found the
   * subspace after its few rounds, but one that is almost as good.
   */
  @ParameterizedTest
  @CsvSource({
    "0.5, 4, 1.01",
    "0.7, 12, 1.01",
    "0.8, 8, 1.01",
    "0.97, 12, 1.01",
    "1, 10, 1.01",
    "0.9, 16, 1.06",
    "0.97, 40, 1.06"
  })
  void truncate_knownSingularValues_isCloseToTheBest(double factor, int rank, double share) {
    IntToDoubleFunction spectrum = i -> 3 * Math.pow(factor, i);
    float[] matrix = matrix(1, spectrum);

    Factors factors = SubspaceIteration.truncate(matrix, DIMENSION, rank, 7, manager);

    double best = 0;
    double total = 0;
    for (int i = 0; i < DIMENSION; i++) {
      double square = Math.pow(spectrum.applyAsDouble(i), 2);
      best += i >= rank ? square : 0;
      total += square;
    }
    // What float32 can tell apart.
    double rounding = 1e-10 * total;
    assertThat(squaredError(matrix, factors))
        .isBetween(best * 0.9999 - rounding, best * share + rounding);
  }

  @Test
  void truncate_matrixOfLowRank_isExact() {
    float[] matrix = matrix(2, i -> i < 5 ? 1 : 0);

    Factors factors = SubspaceIteration.truncate(matrix, DIMENSION, 9, 7, manager);

    assertThat(Math.sqrt(squaredError(matrix, factors))).isLessThan(1e-5);
  }

  @Test
  void truncate_fullRank_isExact() {
    float[] matrix = matrix(3, i -> 1.0 / (1 + i));

    Factors factors = SubspaceIteration.truncate(matrix, DIMENSION, DIMENSION, 7, manager);

    assertThat(factors.rank()).isEqualTo(DIMENSION);
    assertThat(Math.sqrt(squaredError(matrix, factors))).isLessThan(1e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, DIMENSION})
  void truncate_zeroMatrix_isZero(int rank) {
    Factors factors =
        SubspaceIteration.truncate(new float[DIMENSION * DIMENSION], DIMENSION, rank, 7, manager);

    assertThat(factors.in()).hasSize(DIMENSION * rank).containsOnly(0f);
    assertThat(factors.out()).hasSize(DIMENSION * rank).containsOnly(0f);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 1e12})
  void truncate_extremeScale_isWithinOnePercentOfTheBest(double scale) {
    float[] matrix = matrix(4, i -> scale * Math.pow(0.5, i));

    Factors factors = SubspaceIteration.truncate(matrix, DIMENSION, 4, 7, manager);

    double best = scale * scale * Math.pow(0.25, 4) / 0.75;
    assertThat(squaredError(matrix, factors) / best).isBetween(0.99, 1.01);
  }

  @Test
  void truncate_oneDimension_isExact() {
    Factors factors = SubspaceIteration.truncate(new float[] {-4}, 1, 1, 7, manager);

    assertThat(factors.in()[0] * factors.out()[0]).isEqualTo(-4, within(1e-5f));
    assertThat(Math.abs(factors.in()[0])).isEqualTo(2, within(1e-5f));
  }

  @Test
  void truncate_anyMatrix_sharesNormsEvenly() {
    Factors factors =
        SubspaceIteration.truncate(matrix(5, i -> Math.pow(0.8, i)), DIMENSION, 6, 7, manager);

    for (int r = 0; r < 6; r++) {
      double in = 0;
      double out = 0;
      for (int i = 0; i < DIMENSION; i++) {
        in += Math.pow(factors.in()[i * 6 + r], 2);
        out += Math.pow(factors.out()[r * DIMENSION + i], 2);
      }
      assertThat(in).isEqualTo(out, within(1e-5 * out));
    }
  }

  @Test
  void truncate_twice_givesTheSameBitsAndLeavesNoArrays() {
    float[] matrix = matrix(6, i -> Math.pow(0.9, i));

    Factors first = SubspaceIteration.truncate(matrix, DIMENSION, 6, 7, manager);
    Factors second = SubspaceIteration.truncate(matrix, DIMENSION, 6, 7, manager);

    assertThat(second.in()).isEqualTo(first.in());
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  /** {@code U·diag(spectrum)·Vᵀ}. */
  private static float[] matrix(long seed, IntToDoubleFunction spectrum) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] u = Synthetic.orthonormal(random, DIMENSION, DIMENSION);
    double[][] v = Synthetic.orthonormal(random, DIMENSION, DIMENSION);
    float[] matrix = new float[DIMENSION * DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        double sum = 0;
        for (int k = 0; k < DIMENSION; k++) {
          sum += u[k][i] * spectrum.applyAsDouble(k) * v[k][j];
        }
        matrix[i * DIMENSION + j] = (float) sum;
      }
    }
    return matrix;
  }

  private static double squaredError(float[] matrix, Factors factors) {
    int dimension = factors.dimension();
    double error = 0;
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        double sum = 0;
        for (int r = 0; r < factors.rank(); r++) {
          sum += (double) factors.in()[i * factors.rank() + r] * factors.out()[r * dimension + j];
        }
        error += Math.pow(matrix[i * dimension + j] - sum, 2);
      }
    }
    return error;
  }
}
