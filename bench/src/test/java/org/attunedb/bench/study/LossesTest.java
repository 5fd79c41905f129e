package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final double STEP = 1e-3;

  private final Random random = new Random(5);

  /** At 45° to its document and to a second one: ln 2 whatever the scale, and a known slope. */
  @Test
  void inBatchSoftmax_queryBetweenTwoDocuments_hasTheLossAndGradientOfPaper() {
    float[][] outputs = {{2, 2}, {0, 1}};
    float[][] documents = {{1, 0}, {0, 1}};
    float[][] gradients = new float[2][];

    double loss = Losses.inBatchSoftmax(outputs, documents, 20, gradients);

    double second = Math.log1p(Math.exp(-20));
    assertThat(loss).isCloseTo((Math.log(2) + second) / 2, within(1e-12));
    // 20/2 · (½·(d2 - c·û) - ½·(d1 - c·û)) / |u| = 5·(d2 - d1) / √8
    float expected = (float) (5 / Math.sqrt(8));
    assertThat(gradients[0]).containsExactly(new float[] {-expected, expected}, within(1e-5f));
  }

  @Test
  void inBatchSoftmax_randomBatch_hasTheGradientOfDifferences() {
    float[][] outputs = {vector(), vector(), vector()};
    float[][] documents = {unit(), unit(), unit()};
    float[][] gradients = new float[3][];

    Losses.inBatchSoftmax(outputs, documents, 20, gradients);

    for (int i = 0; i < 3; i++) {
      int query = i;
      assertGradient(
          gradients[i],
          outputs[i],
          moved -> {
            float[][] changed = outputs.clone();
            changed[query] = moved;
            return Losses.inBatchSoftmax(changed, documents, 20, new float[3][]);
          });
    }
  }

  @Test
  void triplet_positiveAheadByTheMargin_hasNeitherLossNorGradient() {
    float[] gradient = new float[2];

    double loss =
        Losses.triplet(
            new float[] {3, 0}, new float[] {1, 0}, new float[] {0, 1}, 0.2, 1, gradient);

    assertThat(loss).isZero();
    assertThat(gradient).containsOnly(0);
  }

  @Test
  void triplet_negativeAhead_hasTheLossAndGradientOfPaper() {
    float[] gradient = new float[2];

    double loss =
        Losses.triplet(
            new float[] {0, 2}, new float[] {1, 0}, new float[] {0, 1}, 0.2, 0.5, gradient);

    assertThat(loss).isCloseTo(1.2, within(1e-12));
    // -½·(positive - 0)/2; towards the negative, which it meets, the cosine is flat.
    assertThat(gradient).containsExactly(new float[] {-0.25f, 0}, within(1e-7f));
  }

  @Test
  void triplet_randomVectors_hasTheGradientOfDifferences() {
    float[] output = vector();
    float[] positive = unit();
    float[] negative = unit();
    float[] gradient = new float[output.length];

    double loss = Losses.triplet(output, positive, negative, 2.1, 1, gradient);

    assertThat(loss).as("a margin above 2 is never met").isPositive();
    assertGradient(
        gradient,
        output,
        moved -> Losses.triplet(moved, positive, negative, 2.1, 1, new float[output.length]));
  }

  private static void assertGradient(
      float[] gradient, float[] at, ToDoubleFunction<float[]> function) {
    for (int i = 0; i < at.length; i++) {
      float[] above = at.clone();
      float[] below = at.clone();
      above[i] += (float) STEP;
      below[i] -= (float) STEP;
      double slope =
          (function.applyAsDouble(above) - function.applyAsDouble(below))
              / ((double) above[i] - below[i]);
      assertThat((double) gradient[i]).isCloseTo(slope, within(1e-3 * (1 + Math.abs(slope))));
    }
  }

  private float[] vector() {
    float[] vector = new float[6];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private float[] unit() {
    return Vectors.unit(vector());
  }
}
