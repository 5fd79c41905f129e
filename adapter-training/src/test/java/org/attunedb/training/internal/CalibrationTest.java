package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  /** Seen at 0.9, unseen at 0.5, both ±0.1: by symmetry the midpoint is 0.7. */
  @Test
  void fit_seenAreCloser_hasItsMidpointBetween() {
    SplittableRandom random = new SplittableRandom(4);
    double[] closeness = new double[4_000];
    BitSet seen = new BitSet();
    for (int i = 0; i < closeness.length; i++) {
      // Three of four are seen: the mixture must not move the midpoint.
      seen.set(i, i % 4 != 0);
      closeness[i] = (seen.get(i) ? 0.9 : 0.5) + 0.1 * random.nextGaussian();
    }

    Calibration calibration = Calibration.fit(closeness, seen);

    assertThat(calibration.midpoint()).isEqualTo(0.7, within(0.02));
    // Two Gaussians of one deviation: slope = distance / variance, less what the penalty takes.
    assertThat(calibration.slope()).isBetween(20.0, 45.0);
  }

  @Test
  void fit_seenAreFartherAway_tellsNothing() {
    double[] closeness = new double[40];
    BitSet seen = new BitSet();
    for (int i = 0; i < 40; i++) {
      closeness[i] = i / 40.0;
      seen.set(i, i < 20);
    }

    assertThat(Calibration.fit(closeness, seen)).isEqualTo(new Calibration(0, 0));
  }

  @Test
  void fit_fewOfOneKind_tellsNothing() {
    double[] closeness = new double[40];
    BitSet seen = new BitSet();
    for (int i = 0; i < 40; i++) {
      closeness[i] = i / 40.0;
      seen.set(i, i >= 9);
    }

    assertThat(Calibration.fit(closeness, seen)).isEqualTo(new Calibration(0, 0));
  }

  @Test
  void fit_kindsThatAreFarApart_isFinite() {
    double[] closeness = new double[40];
    BitSet seen = new BitSet();
    for (int i = 20; i < 40; i++) {
      closeness[i] = 1;
      seen.set(i);
    }

    Calibration calibration = Calibration.fit(closeness, seen);

    assertThat(calibration.slope()).isPositive().isLessThan(1e3);
    assertThat(calibration.midpoint()).isEqualTo(0.5, within(1e-6));
  }

  @Test
  void fit_allEquallyClose_tellsNothingOrIsFinite() {
    BitSet seen = new BitSet();
    seen.set(0, 20);

    Calibration calibration = Calibration.fit(new double[40], seen);

    assertThat(calibration.slope()).isFinite();
    assertThat(calibration.midpoint()).isFinite();
  }
}
