package org.attunedb.core.adapter;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.search.SearchMode;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank residual adapter: {@code u = normalize(q + α(q)·(Bᵀ(A·q) + b))} for a query q of unit
 * length. With α = 0, or with all weights 0, it is the identity. How large α is and what else a
 * search does with the adapter is said for each mode by a {@link ModeProfile}; where that depends
 * on the query, by its closeness to the queries of a {@link QueryMemory}.
 *
 * <p>Immutable. Weights are finite. Storage is {@code 2·rank·dimension + dimension} floats.
 */
public final class AdapterWeights {
  private final int dimension;
  private final int rank;
  private final float[] down;
  private final float[] up;
  private final float[] bias;
  private final Map<SearchMode, ModeProfile> profiles;
  private final @Nullable QueryMemory memory;

  /** Copies weights with one share of the residual for all queries and modes. */
  public AdapterWeights(float[] down, float[] up, float[] bias, float alpha) {
    this(
        down,
        up,
        bias,
        Map.of(
            SearchMode.VECTOR, ModeProfile.constant(alpha),
            SearchMode.HYBRID, ModeProfile.constant(alpha)),
        null);
  }

  /**
   * Copies weights.
   *
   * @param down A, row-major, shape {@code [rank, dimension]}
   * @param up B, row-major, shape {@code [rank, dimension]}: the transpose of the up-projection, so
   *     that applying it adds whole rows
   * @param bias b, shape {@code [dimension]}
   * @param profiles how each mode but {@link SearchMode#KEYWORD} uses them
   * @param memory the training queries; null if no profile depends on the query
   * @throws InvalidInputException {@code adapter_invalid} if shapes disagree or a weight is not
   *     finite
   */
  public AdapterWeights(
      float[] down,
      float[] up,
      float[] bias,
      Map<SearchMode, ModeProfile> profiles,
      @Nullable QueryMemory memory) {
    this.dimension = bias.length;
    if (dimension < 1 || dimension > Embedding.MAX_DIMENSION) {
      throw invalid(
          "adapter has %s dimensions, expected 1 to %s"
              .formatted(dimension, Embedding.MAX_DIMENSION));
    }
    if (down.length == 0 || down.length % dimension != 0 || up.length != down.length) {
      throw invalid(
          "adapter matrices have %s and %s weights, expected the same multiple of the dimension %s"
              .formatted(down.length, up.length, dimension));
    }
    this.rank = down.length / dimension;
    this.down = requireFinite("down", down.clone());
    this.up = requireFinite("up", up.clone());
    this.bias = requireFinite("bias", bias.clone());
    this.profiles = Map.copyOf(profiles);
    this.memory = memory;
    requireProfiles();
    if (memory != null && memory.dimension() != dimension) {
      throw invalid(
          "adapter memory has %s dimensions, expected %s".formatted(memory.dimension(), dimension));
    }
  }

  private void requireProfiles() {
    if (!profiles.keySet().equals(Set.of(SearchMode.VECTOR, SearchMode.HYBRID))) {
      throw invalid(
          "adapter has profiles of " + profiles.keySet() + ", expected VECTOR and HYBRID");
    }
    for (ModeProfile profile : profiles.values()) {
      if (memory == null && profile.needsMemory()) {
        throw invalid("adapter has a profile that needs a memory, and none");
      }
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

  /** The training queries; empty if no profile depends on the query. */
  public Optional<QueryMemory> memory() {
    return Optional.ofNullable(memory);
  }

  /** How vector or hybrid search uses the adapter. */
  public ModeProfile profile(SearchMode mode) {
    ModeProfile profile = profiles.get(mode);
    if (profile == null) {
      throw new IllegalArgumentException("adapters are not applied to " + mode + " search");
    }
    return profile;
  }

  /** The modes whose held-out searches were better with the adapter than without. */
  public Set<SearchMode> betterModes() {
    Set<SearchMode> better = EnumSet.noneOf(SearchMode.class);
    profiles.forEach(
        (mode, profile) -> {
          if (profile.better()) {
            better.add(mode);
          }
        });
    return better;
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
        && profiles.equals(that.profiles)
        && Objects.equals(memory, that.memory)
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
    return "AdapterWeights[dimension=%s, rank=%s, %s]".formatted(dimension, rank, profiles);
  }

  static float[] requireFinite(String tensor, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw invalid("adapter weight %s[%s] is %s".formatted(tensor, i, weights[i]));
      }
    }
    return weights;
  }

  private static InvalidInputException invalid(String message) {
    return new InvalidInputException(ErrorCode.ADAPTER_INVALID, message);
  }
}
