package org.attunedb.training.internal;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.adapter.SeenBlend;

/**
 * Measures how close a query is to training queries: the largest cosine in the principal subspace
 * of an adapter's hidden vectors. The subspace keeps nearly all of the discrimination of the full
 * vectors at a fraction of their cost (docs/adapter.md).
 */
final class ClosenessSpace {
  private static final int MAX_DIMENSION = 64;
  private static final int ROUNDS = 30;

  private final double[][] basis;
  private final double[][] anchors;

  private ClosenessSpace(double[][] basis, double[][] anchors) {
    this.basis = basis;
    this.anchors = anchors;
  }

  /**
   * The space of some training queries.
   *
   * @param hidden their hidden vectors, each of the adapter's rank
   * @param seed of the start of the iteration and of the choice of anchors
   */
  static ClosenessSpace of(List<float[]> hidden, long seed) {
    int rank = hidden.getFirst().length;
    double[][] basis =
        principal(gram(hidden, rank), Math.min(MAX_DIMENSION, rank), new SplittableRandom(seed));
    List<float[]> kept = sample(hidden, new SplittableRandom(seed));
    double[][] anchors = kept.stream().map(z -> unit(project(basis, z))).toArray(double[][]::new);
    return new ClosenessSpace(basis, anchors);
  }

  private static double[][] gram(List<float[]> hidden, int rank) {
    double[][] gram = new double[rank][rank];
    for (float[] z : hidden) {
      for (int i = 0; i < rank; i++) {
        for (int j = 0; j < rank; j++) {
          gram[i][j] += (double) z[i] * z[j];
        }
      }
    }
    return gram;
  }

  private static double[][] principal(double[][] gram, int dimension, SplittableRandom random) {
    double[][] basis = new double[dimension][gram.length];
    for (double[] vector : basis) {
      Arrays.setAll(vector, i -> random.nextGaussian());
    }
    for (int round = 0; round < ROUNDS; round++) {
      Orthonormal.orthonormalize(basis);
      for (int b = 0; b < dimension; b++) {
        double[] vector = basis[b];
        basis[b] = Arrays.stream(gram).mapToDouble(row -> Orthonormal.dot(row, vector)).toArray();
      }
    }
    Orthonormal.orthonormalize(basis);
    return basis;
  }

  private static List<float[]> sample(List<float[]> hidden, SplittableRandom random) {
    if (hidden.size() <= SeenBlend.MAX_ANCHORS) {
      return hidden;
    }
    float[][] order = hidden.toArray(float[][]::new);
    for (int i = 0; i < SeenBlend.MAX_ANCHORS; i++) {
      int j = i + random.nextInt(order.length - i);
      float[] swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return Arrays.asList(order).subList(0, SeenBlend.MAX_ANCHORS);
  }

  /** The largest cosine to an anchor. */
  double closeness(float[] hidden) {
    double[] projected = unit(project(basis, hidden));
    double largest = Double.NEGATIVE_INFINITY;
    for (double[] anchor : anchors) {
      largest = Math.max(largest, Orthonormal.dot(projected, anchor));
    }
    return largest;
  }

  /** The space as it is stored with an adapter. */
  SeenBlend blend(Calibration calibration, float unseenAlpha) {
    return new SeenBlend(
        basis.length,
        flat(basis),
        flat(anchors),
        (float) calibration.slope(),
        (float) calibration.midpoint(),
        unseenAlpha);
  }

  private static float[] flat(double[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < rows[r].length; i++) {
        flat[r * rows[r].length + i] = (float) rows[r][i];
      }
    }
    return flat;
  }

  private static double[] project(double[][] basis, float[] hidden) {
    double[] projected = new double[basis.length];
    for (int b = 0; b < basis.length; b++) {
      for (int i = 0; i < hidden.length; i++) {
        projected[b] += basis[b][i] * hidden[i];
      }
    }
    return projected;
  }

  private static double[] unit(double[] vector) {
    double norm = Math.sqrt(Orthonormal.dot(vector, vector));
    return norm == 0 ? vector : Arrays.stream(vector).map(x -> x / norm).toArray();
  }
}
