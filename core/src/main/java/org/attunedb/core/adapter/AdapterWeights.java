package org.attunedb.core.adapter;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank residual adapter: {@code u = normalize(q + α(q)·(Bᵀ(A·q) + b))} for a query q of unit
 * length. With α = 0, or with all weights 0, it is the identity. α is one number, or that of a
 * {@link SeenBlend}.
 *
 * <p>Immutable. Weights are finite. Storage is {@code 2·rank·dimension + dimension} floats.
 */
public final class AdapterWeights {
  private final int dimension;
  private final int rank;
  private final float[] down;
  private final float[] up;
  private final float[] bias;
  private final float alpha;
  private final @Nullable SeenBlend blend;

  /** Copies weights with one share of the residual for all queries. */
  public AdapterWeights(float[] down, float[] up, float[] bias, float alpha) {
    this(down, up, bias, alpha, null);
  }

  /**
   * Copies weights.
   *
   * @param down A, row-major, shape {@code [rank, dimension]}
   * @param up B, row-major, shape {@code [rank, dimension]}: the transpose of the up-projection, so
   *     that applying it adds whole rows
   * @param bias b, shape {@code [dimension]}
   * @param alpha share of the residual, 0 to 1; with a blend, that of a query like the training's
   * @param blend tells such queries from others; null for one share for all
   * @throws InvalidInputException {@code adapter_invalid} if shapes disagree or a weight is not
   *     finite
   */
  public AdapterWeights(
      float[] down, float[] up, float[] bias, float alpha, @Nullable SeenBlend blend) {
    this.dimension = bias.length;
    if (dimension < 1 || dimension > Embedding.MAX_DIMENSION) {
      throw invalid(
          "adapter has %d dimensions, expected 1 to %d"
              .formatted(dimension, Embedding.MAX_DIMENSION));
    }
    if (down.length == 0 || down.length % dimension != 0 || up.length != down.length) {
      throw invalid(
          "adapter matrices have %d and %d weights, expected the same multiple of the dimension %d"
              .formatted(down.length, up.length, dimension));
    }
    if (!(alpha >= 0 && alpha <= 1)) {
      throw invalid("adapter alpha is " + alpha + ", expected 0 to 1");
    }
    this.rank = down.length / dimension;
    this.down = requireFinite("down", down.clone());
    this.up = requireFinite("up", up.clone());
    this.bias = requireFinite("bias", bias.clone());
    this.alpha = alpha;
    this.blend = blend;
    if (blend != null && blend.rank() != rank) {
      throw invalid(
          "adapter blend takes %d hidden numbers, expected %d".formatted(blend.rank(), rank));
    }
  }

  /** Length of the vectors. */
  public int dimension() {
    return dimension;
  }

  /** Number of rows of both matrices. */
  public int rank() {
    return rank;
  }

  /** Number of learned numbers. */
  public int parameters() {
    return down.length + up.length + bias.length;
  }

  /** What tells queries like the training's from others; empty if all get the same share. */
  public Optional<SeenBlend> blend() {
    return Optional.ofNullable(blend);
  }

  /** Share of the residual, 0 to 1; with a blend, that of a query like the training's. */
  public float alpha() {
    return alpha;
  }

  /** A copy of A, row-major, shape {@code [rank, dimension]}. */
  public float[] down() {
    return down.clone();
  }

  /** A copy of B, row-major, shape {@code [rank, dimension]}. */
  public float[] up() {
    return up.clone();
  }

  /** A copy of b, shape {@code [dimension]}. */
  public float[] bias() {
    return bias.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AdapterWeights that
        && alpha == that.alpha
        && Objects.equals(blend, that.blend)
        && Arrays.equals(down, that.down)
        && Arrays.equals(up, that.up)
        && Arrays.equals(bias, that.bias);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(down) + Arrays.hashCode(up);
  }

  @Override
  public String toString() {
    return "AdapterWeights[dimension=%d, rank=%d, alpha=%s]".formatted(dimension, rank, alpha);
  }

  static float[] requireFinite(String tensor, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw invalid("adapter weight %s[%d] is %s".formatted(tensor, i, weights[i]));
      }
    }
    return weights;
  }

  private static InvalidInputException invalid(String message) {
    return new InvalidInputException(ErrorCode.ADAPTER_INVALID, message);
  }
}
