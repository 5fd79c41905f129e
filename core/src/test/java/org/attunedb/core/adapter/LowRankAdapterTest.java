package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast application of adapters against the formula, written down plainly in doubles. */
class LowRankAdapterTest {
  private static final double TOLERANCE = 2e-6;

  static IntStream dimensions() {
    return IntStream.rangeClosed(1, 70);
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void adapt_anyShape_agreesWithFormula(int dimension) {
    SplittableRandom random = new SplittableRandom(dimension);
    for (int rank : new int[] {1, 2, 3, 4, 5, 1 + random.nextInt(40)}) {
      AdapterWeights weights = RandomAdapters.weights(dimension, rank, random);
      Embedding query = Embedding.of(RandomAdapters.vector(dimension, random));

      Embedding adapted = new LowRankAdapter(weights).adapt(query);

      assertThat(adapted.norm()).isCloseTo(1, within(2e-6));
      double[] expected = naive(weights, query);
      for (int i = 0; i < dimension; i++) {
        assertThat((double) adapted.get(i))
            .as("component %d of %d, rank %d", i, dimension, rank)
            .isCloseTo(expected[i], within(TOLERANCE));
      }
    }
  }

  @Test
  void adapt_queryWithZeros_agreesWithFormula() {
    SplittableRandom random = new SplittableRandom(5);
    AdapterWeights weights = RandomAdapters.weights(33, 6, random);
    float[] components = RandomAdapters.vector(33, random);
    for (int i = 0; i < 33; i++) {
      // Whole blocks of four, parts of blocks and the tail.
      components[i] = i % 8 < 5 ? 0 : components[i];
    }

    Embedding adapted = new LowRankAdapter(weights).adapt(Embedding.of(components));

    double[] expected = naive(weights, Embedding.of(components));
    for (int i = 0; i < 33; i++) {
      assertThat((double) adapted.get(i)).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  @Test
  void adapt_longQuery_isAdaptedAsItsDirection() {
    SplittableRandom random = new SplittableRandom(7);
    LowRankAdapter adapter = new LowRankAdapter(RandomAdapters.weights(9, 2, random));
    float[] components = RandomAdapters.vector(9, random);
    float[] scaled = components.clone();
    for (int i = 0; i < 9; i++) {
      scaled[i] *= 1024;
    }

    Embedding adapted = adapter.adapt(Embedding.of(components));
    Embedding adaptedScaled = adapter.adapt(Embedding.of(scaled));

    assertThat(adaptedScaled.dot(adapted)).isCloseTo(1, within(1e-6));
  }

  @Test
  void adapt_biasAlone_movesTheQuery() {
    AdapterWeights weights = new AdapterWeights(new float[2], new float[2], new float[] {0, 1}, 1);

    Embedding adapted = new LowRankAdapter(weights).adapt(Embedding.of(1, 0));

    float component = (float) Math.sqrt(0.5);
    assertThat(adapted.get(0)).isCloseTo(component, within(1e-7f));
    assertThat(adapted.get(1)).isCloseTo(component, within(1e-7f));
  }

  @Test
  void adapt_alphaZero_returnsTheQueryItself() {
    SplittableRandom random = new SplittableRandom(3);
    AdapterWeights weights =
        new AdapterWeights(
            RandomAdapters.vector(14, random),
            RandomAdapters.vector(14, random),
            RandomAdapters.vector(7, random),
            0);
    Embedding query = Embedding.of(RandomAdapters.vector(7, random));

    assertThat(new LowRankAdapter(weights).adapt(query)).isSameAs(query);
  }

  @Test
  void adapt_zeroWeights_isTheIdentityOnUnitVectors() {
    AdapterWeights weights = new AdapterWeights(new float[6], new float[6], new float[3], 1);
    Embedding query = Embedding.of(0.6f, 0, -0.8f);

    assertThat(new LowRankAdapter(weights).adapt(query)).isEqualTo(query);
  }

  @Test
  void adapt_zeroQuery_comesBackUnchanged() {
    SplittableRandom random = new SplittableRandom(4);
    Embedding zero = Embedding.of(new float[5]);

    assertThat(new LowRankAdapter(RandomAdapters.weights(5, 2, random)).adapt(zero)).isSameAs(zero);
  }

  @Test
  void adapt_residualThatCancelsTheQuery_staysFinite() {
    AdapterWeights weights =
        new AdapterWeights(new float[] {1, 0}, new float[] {-1, 0}, new float[2], 1);

    Embedding adapted = new LowRankAdapter(weights).adapt(Embedding.of(1, 0));

    assertThat(adapted).isEqualTo(Embedding.of(0, 0));
  }

  @Test
  void adapt_otherDimension_isRefusedWithBothSizes() {
    LowRankAdapter adapter =
        new LowRankAdapter(RandomAdapters.weights(5, 2, new SplittableRandom(6)));

    assertThat(adapter.dimension()).isEqualTo(5);
    assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> adapter.adapt(Embedding.of(new float[4])))
        .withMessageContaining("4")
        .withMessageContaining("5");
  }

  @Test
  void adapt_sameQueryFromManyThreads_givesTheSameBits() {
    SplittableRandom random = new SplittableRandom(8);
    LowRankAdapter adapter = new LowRankAdapter(RandomAdapters.weights(64, 16, random));
    Embedding query = Embedding.of(RandomAdapters.vector(64, random));
    Embedding once = adapter.adapt(query);

    assertThat(IntStream.range(0, 2_000).parallel().mapToObj(i -> adapter.adapt(query)))
        .allMatch(once::equals);
  }

  /** {@code normalize(q + α·(Bᵀ(A·q) + b))} for the unit vector q. */
  private static double[] naive(AdapterWeights weights, Embedding query) {
    int n = weights.dimension();
    double[] q = new double[n];
    for (int i = 0; i < n; i++) {
      q[i] = query.get(i) / query.norm();
    }
    double[] u = q.clone();
    for (int i = 0; i < n; i++) {
      double residual = weights.bias()[i];
      for (int r = 0; r < weights.rank(); r++) {
        double hidden = 0;
        for (int j = 0; j < n; j++) {
          hidden += weights.down()[r * n + j] * q[j];
        }
        residual += weights.up()[r * n + i] * hidden;
      }
      u[i] += weights.profile(SearchMode.VECTOR).alpha().seen() * residual;
    }
    double norm = Math.sqrt(Arrays.stream(u).map(x -> x * x).sum());
    return Arrays.stream(u).map(x -> x / norm).toArray();
  }
}
