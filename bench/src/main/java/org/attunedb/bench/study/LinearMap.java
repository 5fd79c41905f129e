package org.attunedb.bench.study;

/** A square matrix W that rewrites queries, {@code u = W·q}. Mutable, not thread-safe to train. */
final class LinearMap {
  private final int dimension;

  /** Column after column, so that the zeros of a query cost nothing. */
  private final float[] columns;

  private LinearMap(int dimension, float[] columns) {
    this.dimension = dimension;
    this.columns = columns;
  }

  static LinearMap identity(int dimension) {
    float[] columns = new float[Math.multiplyExact(dimension, dimension)];
    for (int i = 0; i < dimension; i++) {
      columns[i * dimension + i] = 1;
    }
    return new LinearMap(dimension, columns);
  }

  LinearMap copy() {
    return new LinearMap(dimension, columns.clone());
  }

  /** The weights themselves, column after column, for an optimiser. */
  float[] weights() {
    return columns;
  }

  float[] apply(float[] query) {
    float[] result = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      if (query[i] != 0) {
        int offset = i * dimension;
        for (int j = 0; j < dimension; j++) {
          result[j] += query[i] * columns[offset + j];
        }
      }
    }
    return result;
  }

  /**
   * Adds to the gradient by the weights, {@code ∂L/∂W = (∂L/∂u)·qᵀ}.
   *
   * @param gradient laid out as {@link #weights()}
   * @param byOutput ∂L/∂u
   */
  void addGradient(float[] gradient, float[] query, float[] byOutput) {
    for (int i = 0; i < dimension; i++) {
      if (query[i] != 0) {
        int offset = i * dimension;
        for (int j = 0; j < dimension; j++) {
          gradient[offset + j] += query[i] * byOutput[j];
        }
      }
    }
  }
}
