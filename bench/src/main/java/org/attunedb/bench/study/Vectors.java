package org.attunedb.bench.study;

/** Arithmetic on bare arrays, for the recipes. Stateless. */
final class Vectors {
  private Vectors() {}

  /** {@code target += factor·vector}. */
  static void add(float[] target, float factor, float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      target[i] += factor * vector[i];
    }
  }

  /** Inner product in double precision. */
  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** Euclidean norm. */
  static double norm(float[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  /** The vector of unit length; zero stays zero. */
  static float[] unit(float[] vector) {
    double norm = norm(vector);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length && norm > 0; i++) {
      unit[i] = (float) (vector[i] / norm);
    }
    return unit;
  }

  static boolean isZero(float[] vector) {
    for (float component : vector) {
      if (component != 0) {
        return false;
      }
    }
    return true;
  }
}
