package org.attunedb.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairedBootstrapTest {
  @Test
  void of_sameSeed_isTheSameInterval() {
    double[] differences = normal(new Random(1), 50, 0.1);

    PairedBootstrap first = PairedBootstrap.of(differences, 0.95, 500, 42);

    assertThat(PairedBootstrap.of(differences, 0.95, 500, 42)).isEqualTo(first);
    assertThat(PairedBootstrap.of(differences, 0.95, 500, 43)).isNotEqualTo(first);
  }

  @Test
  void of_anyDifferences_meanIsTheirMeanWithinTheInterval() {
    double[] differences = normal(new Random(2), 200, -3);
    double sum = 0;
    for (double difference : differences) {
      sum += difference;
    }

    PairedBootstrap interval = PairedBootstrap.of(differences, 0.95, 1_000, 7);

    assertThat(interval.mean()).isCloseTo(sum / 200, within(1e-12));
    assertThat(interval.mean()).isBetween(interval.low(), interval.high());
  }

  /** The binomial error of 1,000 simulations is 0.7 points; the percentile method is near 94.5. */
  @Test
  void of_normalDifferences_coversTheTrueMeanAtTheNominalRate() {
    double trueMean = 0.2;
    int simulations = 1_000;
    int below = 0;
    int above = 0;
    for (int s = 0; s < simulations; s++) {
      double[] differences = normal(new Random(90_000 + s), 100, trueMean);
      PairedBootstrap interval = PairedBootstrap.of(differences, 0.95, 1_000, s);
      below += trueMean < interval.low() ? 1 : 0;
      above += trueMean > interval.high() ? 1 : 0;
    }

    assertThat(simulations - below - above).isBetween(930, 970);
    assertThat(below).isBetween(10, 45);
    assertThat(above).isBetween(10, 45);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 0.9, 0.99})
  void of_largeSample_hasTheBoundsOfTheNormalApproximation(double confidence) {
    double[] differences = normal(new Random(3), 2_000, 0);
    double mean = Arrays.stream(differences).average().orElseThrow();
    double variance =
        Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
    double halfWidth = normalQuantile(confidence) * Math.sqrt(variance / 2_000);

    PairedBootstrap interval = PairedBootstrap.of(differences, confidence, 4_000, 11);

    assertThat(interval.low()).isCloseTo(mean - halfWidth, within(0.1 * halfWidth));
    assertThat(interval.high()).isCloseTo(mean + halfWidth, within(0.1 * halfWidth));
  }

  @Test
  void of_twoDrawsOfTwoDifferences_interpolatesBetweenThem() {
    // Resampled means can only be -1, 0 and 1.
    Set<Long> ranges = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      PairedBootstrap half = PairedBootstrap.of(new double[] {-1, 1}, 0.5, 2, seed);
      PairedBootstrap all = PairedBootstrap.of(new double[] {-1, 1}, 1 - 1e-12, 2, seed);

      double range = all.high() - all.low();
      ranges.add(Math.round(range));
      assertThat(half.low()).isCloseTo(all.low() + 0.25 * range, within(1e-9));
      assertThat(half.high()).isCloseTo(all.low() + 0.75 * range, within(1e-9));
    }
    assertThat(ranges).containsExactlyInAnyOrder(0L, 1L, 2L);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, -1.5})
  void of_equalDifferences_hasNoWidth(double value) {
    double[] differences = new double[20];
    Arrays.fill(differences, value);

    assertThat(PairedBootstrap.of(differences, 0.95, 100, 5))
        .isEqualTo(new PairedBootstrap(value, value, value));
  }

  @Test
  void of_oneDifferenceOrOneDraw_isDefined() {
    assertThat(PairedBootstrap.of(new double[] {0.3}, 0.95, 100, 5))
        .isEqualTo(new PairedBootstrap(0.3, 0.3, 0.3));
    PairedBootstrap oneDraw = PairedBootstrap.of(new double[] {0, 1, 2}, 0.95, 1, 5);
    assertThat(oneDraw.low()).isEqualTo(oneDraw.high()).isBetween(0.0, 2.0);
  }

  @Test
  void of_input_isNotChanged() {
    double[] differences = {3, 1, 2};

    PairedBootstrap.of(differences, 0.95, 10, 1);

    assertThat(differences).containsExactly(3, 1, 2);
  }

  @Test
  void of_noDifferences_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedBootstrap.of(new double[0], 0.95, 10, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 1.1, Double.NaN})
  void of_confidenceOutOfRange_isRefused(double confidence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedBootstrap.of(new double[] {1}, confidence, 10, 1))
        .withMessageContaining(Double.toString(confidence));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void of_drawsBelowOne_isRefused(int draws) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedBootstrap.of(new double[] {1}, 0.95, draws, 1));
  }

  private static double[] normal(Random random, int count, double mean) {
    return random.doubles(count).map(ignored -> mean + random.nextGaussian()).toArray();
  }

  private static double normalQuantile(double confidence) {
    return switch (Double.toString(confidence)) {
      case "0.5" -> 0.674490;
      case "0.8" -> 1.281552;
      case "0.9" -> 1.644854;
      case "0.99" -> 2.575829;
      default -> throw new IllegalArgumentException("not in the table: " + confidence);
    };
  }
}
