package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamTest {
  /** With the bias corrected, the first step is the learning rate against the gradient's sign. */
  @Test
  void step_first_movesEachWeightByTheLearningRate() {
    float[] weights = {1, 1, 1};

    new Adam(3, 0).step(weights, new float[] {5, -0.01f, 0}, 0.1);

    assertThat(weights).containsExactly(new float[] {0.9f, 1.1f, 1}, within(1e-5f));
  }

  @Test
  void step_severalGradients_followsTheAlgorithmInDoublePrecision() {
    float[] weights = {0.5f};
    double expected = 0.5f;
    double first = 0;
    double second = 0;
    Adam adam = new Adam(1, 0.01);
    float[] gradients = {0.3f, -2, 0.7f, 0, 1.5f};

    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1];
      adam.step(weights, new float[] {(float) g}, 0.05);
      first = 0.9 * first + 0.1 * g;
      second = 0.999 * second + 0.001 * g * g;
      expected -= 0.05 * 0.01 * expected;
      expected -=
          0.05
              * (first / (1 - Math.pow(0.9, t)))
              / (Math.sqrt(second / (1 - Math.pow(0.999, t))) + 1e-8);
      assertThat((double) weights[0]).as("step %d", t).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void step_onlyDecay_shrinksTheWeight() {
    float[] weights = {2};

    new Adam(1, 0.5).step(weights, new float[1], 0.1);

    assertThat(weights[0]).isEqualTo(1.9f, within(1e-6f));
  }
}
