package org.attunedb.training.internal;

/** Small dense linear algebra on rows of doubles. */
final class Orthonormal {
  private Orthonormal() {}

  /**
   * Makes the rows orthonormal in place; a row that depends on earlier ones becomes zero. Modified
   * Gram-Schmidt, twice, which is enough for orthogonality to working precision.
   */
  static void orthonormalize(double[][] rows) {
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < i; j++) {
          add(rows[i], -dot(rows[i], rows[j]), rows[j]);
        }
        double norm = Math.sqrt(dot(rows[i], rows[i]));
        scale(rows[i], norm > 1e-30 ? 1 / norm : 0);
      }
    }
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] target, double factor, double[] vector) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * vector[i];
    }
  }

  private static void scale(double[] vector, double factor) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }
}
