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

  /** {@code target += Σ factors[i]·rows[i]}. */
  private static void addRows(float[][] rows, float[] factors, float[] target) {
    int i = 0;
    for (; i + BLOCK <= factors.length; i += BLOCK) {
      float a = factors[i];
      float b = factors[i + 1];
      float c = factors[i + 2];
      float d = factors[i + 3];
      if (a != 0 || b != 0 || c != 0 || d != 0) {
        addFourRows(a, rows[i], b, rows[i + 1], c, rows[i + 2], d, rows[i + 3], target);
      }
    }
    for (; i < factors.length; i++) {
      float[] row = rows[i];
      for (int j = 0; j < target.length; j++) {
        target[j] += factors[i] * row[j];
      }
    }
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
