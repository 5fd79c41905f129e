package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;

/**
 * The best low-rank form of a matrix, by orthogonal iteration on its Gram matrix (Golub and Van
 * Loan, Matrix Computations, 4th ed., section 8.2.4): DJL has no SVD. Converges to the subspace of
 * the largest singular values; a few rounds suffice, because trained residuals have fast decaying
 * spectra and the factors are trained on afterwards.
 */
final class SubspaceIteration {
  private static final int ROUNDS = 6;

  private SubspaceIteration() {}

  /**
   * Factors {@code matrix ≈ in·out}, with the singular values shared evenly between both.
   *
   * @param matrix row-major, shape {@code [dimension, dimension]}
   * @param manager of the arrays in between; everything is freed on return
   */
  static Factors truncate(float[] matrix, int dimension, int rank, long seed, NDManager manager) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray w = scope.create(matrix, new Shape(dimension, dimension));
      NDArray transposed = w.transpose();
      double[][] basis = randomBasis(dimension, rank, seed);
      for (int round = 0; round < ROUNDS; round++) {
        Orthonormal.orthonormalize(basis);
        NDArray v = columns(scope, basis, dimension);
        basis = rows(transposed.matMul(w.matMul(v)), dimension, rank);
      }
      Orthonormal.orthonormalize(basis);
      float[] in = w.matMul(columns(scope, basis, dimension)).toFloatArray();
      return balanced(in, basis, dimension, rank);
    }
  }

  private static double[][] randomBasis(int dimension, int rank, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] basis = new double[rank][dimension];
    for (double[] vector : basis) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = random.nextGaussian();
      }
    }
    return basis;
  }

  private static Factors balanced(float[] in, double[][] basis, int dimension, int rank) {
    float[] out = new float[rank * dimension];
    for (int r = 0; r < rank; r++) {
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        squares += (double) in[i * rank + r] * in[i * rank + r];
      }
      double share = Math.sqrt(Math.sqrt(squares));
      for (int i = 0; i < dimension; i++) {
        out[r * dimension + i] = (float) (basis[r][i] * share);
        in[i * rank + r] = share == 0 ? 0 : (float) (in[i * rank + r] / share);
      }
    }
    return new Factors(dimension, rank, in, out);
  }

  private static NDArray columns(NDManager scope, double[][] basis, int dimension) {
    float[] columns = new float[dimension * basis.length];
    for (int r = 0; r < basis.length; r++) {
      for (int i = 0; i < dimension; i++) {
        columns[i * basis.length + r] = (float) basis[r][i];
      }
    }
    return scope.create(columns, new Shape(dimension, basis.length));
  }

  private static double[][] rows(NDArray columns, int dimension, int rank) {
    float[] values = columns.toFloatArray();
    double[][] rows = new double[rank][dimension];
    for (int i = 0; i < dimension; i++) {
      for (int r = 0; r < rank; r++) {
        rows[r][i] = values[i * rank + r];
      }
    }
    return rows;
  }
}
