package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.attunedb.core.adapter.Logistic;
import org.junit.jupiter.api.Test;

/** Fits against the objective that they minimise, written down plainly. */
class LogisticFitTest {
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void of_randomCosines_minimisesThePenalisedLoss() {
    for (int i = 0; i < 30; i++) {
      int count = 40 + random.nextInt(400);
      double[] x = new double[count];
      boolean[] y = new boolean[count];
      for (int q = 0; q < count; q++) {
        x[q] = 0.2 + 0.8 * random.nextDouble();
        y[q] = random.nextDouble() < 1 / (1 + Math.exp(-(9 * x[q] - 5)));
      }

      assertMinimum(LogisticFit.of(x, y), x, y, 1, 1);
      double half = count / 2.0;
      int positive = count(y);
      assertMinimum(LogisticFit.balanced(x, y), x, y, half / positive, half / (count - positive));
    }
  }

  private static void assertMinimum(
      Logistic curve, double[] x, boolean[] y, double ofTrue, double ofFalse) {
    double best = loss(curve.slope(), curve.intercept(), x, y, ofTrue, ofFalse);
    for (double slope : new double[] {0.98, 0.999, 1, 1.001, 1.02}) {
      for (double shift : new double[] {-0.02, -0.001, 0, 0.001, 0.02}) {
        double other =
            loss(curve.slope() * slope, curve.intercept() + shift, x, y, ofTrue, ofFalse);
        assertThat(best).isLessThanOrEqualTo(other + 1e-6);
      }
    }
  }

  /** Cross-entropy plus half the squared slope on the standardised cosine. */
  private static double loss(
      double slope, double intercept, double[] x, boolean[] y, double ofTrue, double ofFalse) {
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double loss = slope * slope * variance / 2;
    for (int i = 0; i < x.length; i++) {
      double p = 1 / (1 + Math.exp(-(slope * x[i] + intercept)));
      loss -= y[i] ? ofTrue * Math.log(p) : ofFalse * Math.log(1 - p);
    }
    return loss;
  }

  @Test
  void of_manyCosines_findsTheCurveTheyCameFrom() {
    double[] x = new double[50_000];
    boolean[] y = new boolean[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextDouble();
      y[i] = random.nextDouble() < new Logistic(10, -6).at(x[i]);
    }

    Logistic curve = LogisticFit.of(x, y);

    assertThat(curve.slope()).isCloseTo(10, within(0.4f));
    assertThat(curve.intercept()).isCloseTo(-6, within(0.3f));
  }

  /** Both cases alike: the curve is one half where they are equally dense. */
  @Test
  void balanced_rareCase_isMovedToEvenOdds() {
    double[] x = new double[20_000];
    boolean[] y = new boolean[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = i % 20 == 0;
      x[i] = (y[i] ? 0.7 : 0.5) + 0.1 * random.nextGaussian();
    }

    assertThat(LogisticFit.balanced(x, y).at(0.6)).isCloseTo(0.5, within(0.03));
    assertThat(LogisticFit.of(x, y).at(0.6)).isCloseTo(0.05, within(0.02));
  }

  @Test
  void of_casesThatASingleCosineTellsApart_isSteepAndFinite() {
    double[] x = new double[200];
    boolean[] y = new boolean[200];
    for (int i = 0; i < 200; i++) {
      y[i] = i >= 100;
      x[i] = i / 200.0;
    }

    Logistic curve = LogisticFit.of(x, y);

    assertThat(curve.at(0.2)).isLessThan(0.05);
    assertThat(curve.at(0.8)).isGreaterThan(0.95);
    assertThat(curve.at(0.4975)).isCloseTo(0.5, within(0.01));
  }

  @Test
  void of_fewerThanTenOfOneCase_isUnknown() {
    double[] x = new double[100];
    boolean[] y = new boolean[100];
    for (int i = 0; i < 100; i++) {
      x[i] = i / 100.0;
      y[i] = i >= 91;
    }
    assertThat(LogisticFit.of(x, y)).isEqualTo(Logistic.UNKNOWN);
    assertThat(LogisticFit.balanced(x, y)).isEqualTo(Logistic.UNKNOWN);

    y[90] = true;

    assertThat(LogisticFit.of(x, y)).isNotEqualTo(Logistic.UNKNOWN);
    assertThat(LogisticFit.of(new double[0], new boolean[0])).isEqualTo(Logistic.UNKNOWN);
  }

  @Test
  void of_factThatIsLessLikelyTheCloser_isUnknown() {
    double[] x = new double[100];
    boolean[] y = new boolean[100];
    for (int i = 0; i < 100; i++) {
      x[i] = i / 100.0;
      y[i] = i < 50;
    }

    assertThat(LogisticFit.of(x, y)).isEqualTo(Logistic.UNKNOWN);
  }

  @Test
  void of_equalCosinesOrNoNumbers_isUnknown() {
    double[] equal = new double[100];
    boolean[] y = new boolean[100];
    for (int i = 0; i < 100; i++) {
      equal[i] = 0.5;
      y[i] = i % 2 == 0;
    }
    assertThat(LogisticFit.of(equal, y).slope()).isCloseTo(0, within(1e-3f));

    equal[7] = Double.NaN;

    assertThat(LogisticFit.of(equal, y)).isEqualTo(Logistic.UNKNOWN);
  }

  private static int count(boolean[] y) {
    int count = 0;
    for (boolean value : y) {
      count += value ? 1 : 0;
    }
    return count;
  }
}
