package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BinomialIntervalTest {
  /** Without any success the formula can be solved: (1 - p)^n = 2.5 %. */
  @Test
  void of_noSuccessOrNoFailure_isTheClosedForm() {
    BinomialInterval none = BinomialInterval.of(0, 200);
    BinomialInterval all = BinomialInterval.of(200, 200);

    double bound = 1 - Math.pow(0.025, 1.0 / 200);
    assertThat(none.low()).isZero();
    assertThat(none.high()).isCloseTo(bound, within(1e-12));
    assertThat(all.low()).isCloseTo(1 - bound, within(1e-12));
    assertThat(all.high()).isEqualTo(1);
  }

  @Test
  void of_halfOfTen_isTheTablesInterval() {
    BinomialInterval interval = BinomialInterval.of(5, 10);

    assertThat(interval.low()).isCloseTo(0.1871, within(1e-4));
    assertThat(interval.high()).isCloseTo(0.8129, within(1e-4));
  }

  @Test
  void of_anyCount_leavesTheTailsThatItPromises() {
    for (int successes = 1; successes < 30; successes++) {
      BinomialInterval interval = BinomialInterval.of(successes, 30);

      assertThat(upperTail(successes, interval.low())).isCloseTo(0.025, within(1e-9));
      assertThat(1 - upperTail(successes + 1, interval.high())).isCloseTo(0.025, within(1e-9));
    }
  }

  @Test
  void of_manyTrials_doesNotUnderflow() {
    BinomialInterval interval = BinomialInterval.of(5_000, 100_000);

    assertThat(interval.low()).isBetween(0.048, 0.05);
    assertThat(interval.high()).isBetween(0.05, 0.052);
  }

  @Test
  void of_impossibleCounts_areRefused() {
    assertThatThrownBy(() -> BinomialInterval.of(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 successes in 2 trials");
    assertThatThrownBy(() -> BinomialInterval.of(0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** P(X ≥ k) of 30 trials by a walk over Pascal's triangle. */
  private static double upperTail(int k, double p) {
    double[] distribution = new double[31];
    distribution[0] = 1;
    for (int trial = 0; trial < 30; trial++) {
      for (int i = trial + 1; i > 0; i--) {
        distribution[i] = distribution[i] * (1 - p) + distribution[i - 1] * p;
      }
      distribution[0] *= 1 - p;
    }
    double sum = 0;
    for (int i = k; i <= 30; i++) {
      sum += distribution[i];
    }
    return sum;
  }
}
