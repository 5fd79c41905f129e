package org.attunedb.bench.study;

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter,
 * ICLR 2019, algorithm 2), β = 0.9 and 0.999, ε = 1e-8. Not thread-safe.
 */
final class Adam {
  private static final float BETA_1 = 0.9f;
  private static final float BETA_2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final float[] first;
  private final float[] second;
  private final double decay;
  private int steps;

  /**
   * An optimiser that has made no step.
   *
   * @param decay share of a weight that each step of learning rate 1 would take away; 0 for none
   */
  Adam(int parameters, double decay) {
    this.first = new float[parameters];
    this.second = new float[parameters];
    this.decay = decay;
  }

  /** One step. */
  void step(float[] weights, float[] gradient, double learningRate) {
    steps++;
    double correction1 = 1 - Math.pow(BETA_1, steps);
    double correction2 = 1 - Math.pow(BETA_2, steps);
    float rate = (float) (learningRate / correction1);
    float root = (float) (1 / Math.sqrt(correction2));
    float keep = (float) (1 - learningRate * decay);
    for (int i = 0; i < weights.length; i++) {
      float g = gradient[i];
      first[i] = BETA_1 * first[i] + (1 - BETA_1) * g;
      second[i] = BETA_2 * second[i] + (1 - BETA_2) * g * g;
      float scale = (float) Math.sqrt(second[i]) * root + EPSILON;
      weights[i] = keep * weights[i] - rate * first[i] / scale;
    }
  }
}
