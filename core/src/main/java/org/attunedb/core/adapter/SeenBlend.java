package org.attunedb.core.adapter;

import java.util.Arrays;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;

/**
 * Tells queries about documents that training knew from others, by how close a query is to the
 * training queries, and gives each its share of the residual: an adapter memorises for the one kind
 * and generalises, or fails to, for the other, so that one share for both is the wrong model.
 *
 * <p>With z = A·q the adapter's hidden vector, P the projection and a_i the anchors: {@code f =
 * max_i cos(P·z, a_i)}, {@code s = 1 / (1 + exp(-slope·(f - midpoint)))} and {@code α(q) = α_unseen
 * + (α_seen - α_unseen)·s}. Immutable.
 */
public final class SeenBlend {
  /** Most anchors, so that the blend stays cheaper than the adapter. */
  public static final int MAX_ANCHORS = 2048;

  private final int dimension;
  private final int rank;
  private final float[] projection;
  private final float[] anchors;
  private final float slope;
  private final float midpoint;
  private final float unseenAlpha;

  /**
   * Copies a blend.
   *
   * @param dimension of the space in which closeness is measured
   * @param projection P, row-major, shape {@code [dimension, rank]}
   * @param anchors projected training queries of unit length, row-major, shape {@code [count,
   *     dimension]}, 1 to {@value #MAX_ANCHORS}
   * @param slope steepness of s, at least 0
   * @param midpoint closeness at which s is one half
   * @param unseenAlpha share of the residual for a query unlike all training queries, 0 to 1
   * @throws InvalidInputException {@code adapter_invalid} if shapes disagree or a number is not
   *     finite
   */
  public SeenBlend(
      int dimension,
      float[] projection,
      float[] anchors,
      float slope,
      float midpoint,
      float unseenAlpha) {
    if (dimension < 1 || projection.length == 0 || projection.length % dimension != 0) {
      throw invalid(
          "projection has %d weights for %d dimensions".formatted(projection.length, dimension));
    }
    if (anchors.length == 0
        || anchors.length % dimension != 0
        || anchors.length / dimension > MAX_ANCHORS) {
      throw invalid(
          "anchors have %d weights for %d dimensions".formatted(anchors.length, dimension));
    }
    if (!(slope >= 0) || !(unseenAlpha >= 0 && unseenAlpha <= 1)) {
      throw invalid("slope is %s and alpha for unseen queries %s".formatted(slope, unseenAlpha));
    }
    this.dimension = dimension;
    this.rank = projection.length / dimension;
    this.projection = AdapterWeights.requireFinite("blend projection", projection.clone());
    this.anchors = AdapterWeights.requireFinite("blend anchors", anchors.clone());
    this.slope = slope;
    this.midpoint = midpoint;
    this.unseenAlpha = unseenAlpha;
    AdapterWeights.requireFinite("blend curve", new float[] {slope, midpoint});
  }

  /** Length of the anchors. */
  public int dimension() {
    return dimension;
  }

  /** Length of the hidden vectors that the projection takes. */
  public int rank() {
    return rank;
  }

  /** Number of anchors. */
  public int count() {
    return anchors.length / dimension;
  }

  /** A copy of P, row-major, shape {@code [dimension, rank]}. */
  public float[] projection() {
    return projection.clone();
  }

  /** A copy of the anchors, row-major, shape {@code [count, dimension]}. */
  public float[] anchors() {
    return anchors.clone();
  }

  /** Steepness of s. */
  public float slope() {
    return slope;
  }

  /** Closeness at which s is one half. */
  public float midpoint() {
    return midpoint;
  }

  /** Share of the residual for a query unlike all training queries. */
  public float unseenAlpha() {
    return unseenAlpha;
  }

  /** α(q) for a closeness. */
  public float alpha(double closeness, float seenAlpha) {
    double s = 1 / (1 + Math.exp(-slope * (closeness - midpoint)));
    return (float) (unseenAlpha + (seenAlpha - unseenAlpha) * s);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeenBlend that
        && dimension == that.dimension
        && slope == that.slope
        && midpoint == that.midpoint
        && unseenAlpha == that.unseenAlpha
        && Arrays.equals(projection, that.projection)
        && Arrays.equals(anchors, that.anchors);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(projection) + Arrays.hashCode(anchors);
  }

  private static InvalidInputException invalid(String problem) {
    return new InvalidInputException(ErrorCode.ADAPTER_INVALID, "adapter blend: " + problem);
  }
}
