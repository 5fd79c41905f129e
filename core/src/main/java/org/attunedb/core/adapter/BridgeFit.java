package org.attunedb.core.adapter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.EmbedderInfo;

/** One fit of a bridge. Used once, by one thread. */
final class BridgeFit {
  private static final int MIN_HELD_OUT = 40;
  private static final int MAX_HELD_OUT = 1_000;

  /** Ridge penalties, relative to the mean variance of a component. */
  private static final double[] PENALTIES = {0.01, 0.1, 1};

  /** Marks the orthogonal map among penalties. */
  private static final double ORTHOGONAL = -1;

  private final EmbedderInfo from;
  private final EmbedderInfo to;
  private final Embedding[] newVectors;
  private final Embedding[] oldVectors;

  /** Places of the pairs in random order. */
  private final int[] order;

  private final int heldOut;

  /**
   * Prepares a fit.
   *
   * @param newVectors of unit length
   * @param oldVectors of unit length, as many
   */
  BridgeFit(
      EmbedderInfo from,
      EmbedderInfo to,
      Embedding[] newVectors,
      Embedding[] oldVectors,
      long seed) {
    this.from = from;
    this.to = to;
    this.newVectors = newVectors;
    this.oldVectors = oldVectors;
    this.order = shuffled(newVectors.length, new SplittableRandom(seed));
    this.heldOut = Math.clamp(order.length / 5, MIN_HELD_OUT, MAX_HELD_OUT);
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** A linear map and its offset. */
  private static final class Solution {
    private final double[][] matrix;
    private final double[] offset;

    Solution(double[][] matrix, double[] offset) {
      this.matrix = matrix;
      this.offset = offset;
    }
  }

  EmbeddingBridge run() {
    BridgeJudge judge = new BridgeJudge(newVectors, oldVectors, places(0, heldOut));
    Moments moments = new Moments(places(heldOut, order.length));
    double best = Double.NaN;
    double bestCosine = Double.NEGATIVE_INFINITY;
    EmbeddingBridge.Agreement agreement = BridgeJudge.NOTHING;
    for (double penalty : penalties()) {
      EmbeddingBridge candidate = bridge(penalty, moments, agreement);
      double cosine = judge.cosine(candidate, 0, heldOut / 2);
      if (cosine > bestCosine) {
        bestCosine = cosine;
        best = penalty;
        agreement = judge.agreement(candidate, heldOut / 2, heldOut);
      }
    }
    return bridge(best, new Moments(places(0, order.length)), agreement);
  }

  private int[] places(int start, int end) {
    return Arrays.copyOfRange(order, start, end);
  }

  private List<Double> penalties() {
    List<Double> penalties = new ArrayList<>();
    if (from.dimension() == to.dimension()) {
      penalties.add(ORTHOGONAL);
    }
    for (double penalty : PENALTIES) {
      penalties.add(penalty);
    }
    return penalties;
  }

  private EmbeddingBridge bridge(
      double penalty, Moments moments, EmbeddingBridge.Agreement agreement) {
    boolean orthogonal = penalty == ORTHOGONAL;
    Solution solution = orthogonal ? moments.orthogonal() : moments.affine(penalty);
    float[] matrix = new float[to.dimension() * from.dimension()];
    int next = 0;
    for (double[] row : solution.matrix) {
      for (double weight : row) {
        matrix[next++] = (float) weight;
      }
    }
    float[] offset = new float[to.dimension()];
    for (int i = 0; i < offset.length; i++) {
      offset[i] = (float) solution.offset[i];
    }
    return new EmbeddingBridge(
        from,
        to,
        orthogonal ? EmbeddingBridge.Kind.ORTHOGONAL : EmbeddingBridge.Kind.AFFINE,
        order.length,
        agreement,
        matrix,
        offset);
  }

  /** The sums over pairs that the solutions are made of; the pairs themselves are read once. */
  private final class Moments {
    private final int count;
    private final double[] newMean;
    private final double[] oldMean;

    /** {@code Σ o·nᵀ}, shape {@code [old, new]}. */
    private final double[][] cross;

    /** {@code Σ n·nᵀ}, shape {@code [new, new]}. */
    private final double[][] square;

    Moments(int[] places) {
      this.count = places.length;
      double[][] news = rows(newVectors, places);
      double[][] olds = rows(oldVectors, places);
      this.newMean = mean(news);
      this.oldMean = mean(olds);
      this.cross = DenseMatrix.product(DenseMatrix.transpose(olds), news);
      this.square = DenseMatrix.product(DenseMatrix.transpose(news), news);
    }

    Solution orthogonal() {
      return new Solution(DenseMatrix.polar(cross), new double[to.dimension()]);
    }

    /** {@code M = C(o,n)·(C(n,n) + λI)⁻¹} with covariances C, and the offset between the means. */
    Solution affine(double penalty) {
      int n = from.dimension();
      double[][] covariance = new double[n][n];
      double trace = 0;
      for (int r = 0; r < n; r++) {
        for (int c = 0; c < n; c++) {
          covariance[r][c] = square[r][c] / count - newMean[r] * newMean[c];
        }
        trace += covariance[r][r];
      }
      // Vectors that are all alike have no variance, and any penalty will do.
      double ridge = trace > 1e-9 ? penalty * trace / n : penalty;
      for (int r = 0; r < n; r++) {
        covariance[r][r] += ridge;
      }
      double[][] right = new double[n][to.dimension()];
      for (int r = 0; r < n; r++) {
        for (int c = 0; c < to.dimension(); c++) {
          right[r][c] = cross[c][r] / count - newMean[r] * oldMean[c];
        }
      }
      double[][] matrix = DenseMatrix.transpose(DenseMatrix.solve(covariance, right));
      double[] offset = oldMean.clone();
      for (int r = 0; r < offset.length; r++) {
        for (int c = 0; c < n; c++) {
          offset[r] -= matrix[r][c] * newMean[c];
        }
      }
      return new Solution(matrix, offset);
    }
  }

  private static double[][] rows(Embedding[] vectors, int[] places) {
    double[][] rows = new double[places.length][];
    for (int i = 0; i < rows.length; i++) {
      float[] components = vectors[places[i]].toArray();
      rows[i] = new double[components.length];
      for (int j = 0; j < components.length; j++) {
        rows[i][j] = components[j];
      }
    }
    return rows;
  }

  private static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    return mean;
  }
}
