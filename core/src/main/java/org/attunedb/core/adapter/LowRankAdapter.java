package org.attunedb.core.adapter;

import java.util.Arrays;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Applies {@link AdapterWeights} in plain Java. Both products run as sums of scaled rows ("axpy"),
 * because the JIT compiler turns such loops into SIMD by itself, while it must keep the order of a
 * dot product's additions; so the adapter is fast without the incubating vector module.
 *
 * <p>Thread-safe. Cost: {@code 2·rank·dimension} multiply-adds; components of the query that are
 * zero are skipped. Memory: the weights once more.
 */
public final class LowRankAdapter implements QueryAdapter {
  /** Rows added in one pass over the target: fewer loads and stores of it. */
  private static final int BLOCK = 4;

  private final int dimension;
  private final int rank;
  private final float alpha;
  private final float[][] downColumns;
  private final float[][] upRows;
  private final float[] bias;
  private final @Nullable SeenBlend blend;
  private final float[][] projectionColumns;
  private final float[][] anchorColumns;

  /** Lays the weights out for speed. */
  public LowRankAdapter(AdapterWeights weights) {
    this.dimension = weights.dimension();
    this.rank = weights.rank();
    this.alpha = weights.alpha();
    this.downColumns = columns(weights.down(), rank, dimension);
    this.upRows = rows(weights.up(), rank, dimension);
    this.bias = weights.bias();
    this.blend = weights.blend().orElse(null);
    this.projectionColumns =
        blend == null ? new float[0][] : columns(blend.projection(), blend.dimension(), rank);
    this.anchorColumns =
        blend == null ? new float[0][] : columns(blend.anchors(), blend.count(), blend.dimension());
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Adapted apply(Embedding query) {
    if (query.dimension() != dimension) {
      throw new InvalidInputException(
          ErrorCode.DIMENSION_MISMATCH,
          "query has %d dimensions, expected %d by its adapter"
              .formatted(query.dimension(), dimension));
    }
    if ((alpha == 0 && blend == null) || query.isZero()) {
      return new Adapted(query, 0);
    }
    float[] unit = query.normalized().toArray();
    float[] hidden = new float[rank];
    addRows(downColumns, unit, hidden);
    float[] residual = bias.clone();
    addRows(upRows, hidden, residual);
    float share = blend == null ? alpha : blend.alpha(closeness(blend, hidden), alpha);
    for (int i = 0; i < dimension; i++) {
      unit[i] += share * residual[i];
    }
    return new Adapted(Embedding.unit(unit), alpha == 0 ? 0 : Math.min(1, share / alpha));
  }

  /** The largest cosine of the projected hidden vector to an anchor. */
  private double closeness(SeenBlend seen, float[] hidden) {
    float[] projected = new float[seen.dimension()];
    addRows(projectionColumns, hidden, projected);
    float[] cosines = new float[seen.count()];
    addRows(anchorColumns, projected, cosines);
    double squares = 0;
    for (float component : projected) {
      squares += component * component;
    }
    float largest = Float.NEGATIVE_INFINITY;
    for (float cosine : cosines) {
      largest = Math.max(largest, cosine);
    }
    return squares == 0 ? 0 : largest / Math.sqrt(squares);
  }

  /** {@code target += Σ factors[i]·rows[i]}, four rows at a time, without those of factor 0. */
  private static void addRows(float[][] rows, float[] factors, float[] target) {
    int[] used = nonZero(factors);
    int i = 0;
    for (; i + BLOCK <= used.length; i += BLOCK) {
      int a = used[i];
      int b = used[i + 1];
      int c = used[i + 2];
      int d = used[i + 3];
      addFourRows(
          factors[a],
          rows[a],
          factors[b],
          rows[b],
          factors[c],
          rows[c],
          factors[d],
          rows[d],
          target);
    }
    for (; i < used.length; i++) {
      float factor = factors[used[i]];
      float[] row = rows[used[i]];
      for (int j = 0; j < target.length; j++) {
        target[j] += factor * row[j];
      }
    }
  }

  /** Vectors of hashed words are half empty: their zeros save half of the first product. */
  private static int[] nonZero(float[] factors) {
    int[] indexes = new int[factors.length];
    int count = 0;
    for (int i = 0; i < factors.length; i++) {
      indexes[count] = i;
      count += factors[i] != 0 ? 1 : 0;
    }
    return count == factors.length ? indexes : Arrays.copyOf(indexes, count);
  }

  // One array a row, read and written at one index: offsets into a shared array would keep the
  // compiler from proving that iterations are independent, and the loop scalar (7x slower).
  private static void addFourRows(
      float a,
      float[] first,
      float b,
      float[] second,
      float c,
      float[] third,
      float d,
      float[] fourth,
      float[] target) {
    for (int j = 0; j < target.length; j++) {
      target[j] += a * first[j] + b * second[j] + c * third[j] + d * fourth[j];
    }
  }

  private static float[][] rows(float[] matrix, int rows, int columns) {
    float[][] split = new float[rows][];
    for (int r = 0; r < rows; r++) {
      split[r] = Arrays.copyOfRange(matrix, r * columns, (r + 1) * columns);
    }
    return split;
  }

  private static float[][] columns(float[] matrix, int rows, int columns) {
    float[][] split = new float[columns][rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        split[c][r] = matrix[r * columns + c];
      }
    }
    return split;
  }
}
