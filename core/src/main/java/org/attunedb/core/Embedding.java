package org.attunedb.core;

import java.util.Arrays;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * An immutable vector of 32-bit floats, shape {@code [dimension]}. Components are finite; the
 * vector need not have unit length and may be zero. Equality is by value, bit for bit.
 */
public final class Embedding {
  /** Largest dimension that Attune stores. */
  public static final int MAX_DIMENSION = 4096;

  private final float[] components;

  private Embedding(float[] components) {
    this.components = components;
  }

  /**
   * Copies {@code components} into a new embedding.
   *
   * @throws InvalidInputException if there is no component ({@code dimension_mismatch}), if one is
   *     NaN or infinite ({@code vector_not_finite}), or if the squared Euclidean norm is beyond the
   *     range of a float ({@code vector_norm_overflow})
   */
  public static Embedding of(float... components) {
    return wrap(components.clone());
  }

  /** Copies a vector of doubles, rounding each component to the nearest float. */
  public static Embedding of(double[] components) {
    float[] narrowed = new float[components.length];
    for (int i = 0; i < components.length; i++) {
      narrowed[i] = (float) components[i];
    }
    return wrap(narrowed);
  }

  /**
   * The vector of unit length that points as {@code direction} does; the zero vector stays zero.
   * Cheaper than {@link #of(float...)} and {@link #normalized()}.
   *
   * @throws InvalidInputException as {@link #of(float...)}
   */
  public static Embedding unit(float... direction) {
    double squares = requireUsable(direction);
    float[] unit = direction.clone();
    if (squares > 0) {
      scale(unit, 1 / Math.sqrt(squares));
    }
    return new Embedding(unit);
  }

  private static Embedding wrap(float[] owned) {
    requireUsable(owned);
    return new Embedding(owned);
  }

  /** Checks components and norm; returns the sum of squares. */
  private static double requireUsable(float[] components) {
    if (components.length == 0) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "embedding has 0 dimensions, expected 1 to " + MAX_DIMENSION);
    }
    double squares = dot(components, components);
    // Engines sum squares in float: beyond this every distance would be infinite. A component that
    // is NaN or infinite makes the sum so, too: one test finds both.
    if (!(squares <= Float.MAX_VALUE)) {
      throw unusable(components, squares);
    }
    return squares;
  }

  private static InvalidInputException unusable(float[] components, double squares) {
    for (int i = 0; i < components.length; i++) {
      if (!Float.isFinite(components[i])) {
        return new InvalidInputException(
            ErrorCode.VECTOR_NOT_FINITE,
            "embedding component " + i + " is " + components[i] + ", expected a finite number");
      }
    }
    return new InvalidInputException(
        ErrorCode.VECTOR_NORM_OVERFLOW,
        "embedding has norm "
            + Math.sqrt(squares)
            + ", expected at most "
            + Math.sqrt(Float.MAX_VALUE));
  }

  /** Four sums, because one would wait for each addition before the next. */
  private static double dot(float[] a, float[] b) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      first += (double) a[i] * b[i];
      second += (double) a[i + 1] * b[i + 1];
      third += (double) a[i + 2] * b[i + 2];
      fourth += (double) a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      first += (double) a[i] * b[i];
    }
    return (first + second) + (third + fourth);
  }

  private static void scale(float[] vector, double factor) {
    float narrow = (float) factor;
    if (Float.isFinite(narrow)) {
      // In float, which the JIT compiler turns into SIMD.
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= narrow;
      }
      return;
    }
    // The factor of a very short vector is beyond a float.
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] * factor);
    }
  }

  /** Number of components. */
  public int dimension() {
    return components.length;
  }

  /** The component at {@code index}, 0-based. */
  public float get(int index) {
    return components[index];
  }

  /** Euclidean norm, accumulated in double precision. */
  public double norm() {
    return Math.sqrt(dot(this));
  }

  /** Whether every component is zero, so that the vector has no direction. */
  public boolean isZero() {
    for (float component : components) {
      if (component != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Inner product, accumulated in double precision.
   *
   * @throws InvalidInputException if the dimensions differ
   */
  public double dot(Embedding other) {
    if (other.components.length != components.length) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "embedding has "
              + other.components.length
              + " dimensions, expected "
              + components.length);
    }
    return dot(components, other.components);
  }

  /**
   * This vector scaled to unit length. A vector whose norm is within 1e-6 of 1, and the zero
   * vector, come back as they are.
   */
  public Embedding normalized() {
    double norm = norm();
    if (norm == 0 || Math.abs(norm - 1) < 1e-6) {
      return this;
    }
    float[] unit = components.clone();
    scale(unit, 1 / norm);
    return new Embedding(unit);
  }

  /** A copy of the components. */
  public float[] toArray() {
    return components.clone();
  }

  /** Copies the components into {@code target}, starting at {@code offset}. */
  public void copyTo(float[] target, int offset) {
    System.arraycopy(components, 0, target, offset, components.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding that && Arrays.equals(components, that.components);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(components);
  }

  @Override
  public String toString() {
    return "Embedding[dimension=" + components.length + ", norm=" + (float) norm() + "]";
  }
}
