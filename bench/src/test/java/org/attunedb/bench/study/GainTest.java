package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GainTest {
  private static final double NORMAL = 1.96;

  @Test
  void of_equalGains_isExact() {
    assertThat(Gain.of(new double[] {0.5, 0.5, 0.5}, 1)).isEqualTo(new Gain(0.5, 0.5, 0.5));
  }

  @Test
  void of_oneDraw_hasTheWidthOfTheMeansError() {
    double[] gains = new Random(1).doubles(400).toArray();

    Gain gain = Gain.of(gains, 1);

    double deviation = Math.sqrt(1 / 12.0 / gains.length);
    assertThat(gain.mean() - gain.low()).isCloseTo(NORMAL * deviation, within(0.15 * deviation));
    assertThat(gain.high() - gain.mean()).isCloseTo(NORMAL * deviation, within(0.15 * deviation));
  }

  /** All queries agree within a draw: only the number of draws makes the mean more certain. */
  @Test
  void ofDraws_drawsThatDiffer_areTheSourceOfTheWidth() {
    Random random = new Random(2);
    List<double[]> draws = new ArrayList<>();
    double squares = 0;
    for (int d = 0; d < 30; d++) {
      double effect = random.nextGaussian();
      double[] gains = new double[200];
      Arrays.fill(gains, effect);
      draws.add(gains);
      squares += effect * effect;
    }

    Gain gain = Gain.ofDraws(draws, 1);

    double mean = draws.stream().mapToDouble(draw -> draw[0]).average().orElseThrow();
    double deviation = Math.sqrt((squares / 30 - mean * mean) / 30);
    assertThat(gain.mean()).isCloseTo(mean, within(1e-12));
    assertThat((gain.high() - gain.low()) / 2)
        .isCloseTo(NORMAL * deviation, within(0.1 * deviation));
  }

  @Test
  void of_sameSeed_isTheSame() {
    double[] gains = new Random(3).doubles(50).toArray();

    assertThat(Gain.of(gains, 4)).isEqualTo(Gain.of(gains, 4)).isNotEqualTo(Gain.of(gains, 5));
  }

  @Test
  void of_nothing_isRefused() {
    assertThatThrownBy(() -> Gain.of(new double[0], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no queries");
  }
}
