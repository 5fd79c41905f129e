package org.attunedb.bench.study;

/**
 * The linear adapter of LlamaIndex with the settings of its documentation: a square matrix that
 * starts as the identity, softmax over the batch at scale 20 with the first relevant document of
 * each query, batches of 10 in the order of the labels, four epochs of AdamW at 2e-5 with a tenth
 * of the steps to warm up and a linear fall to 0 after, gradients clipped to norm 1. The last
 * weights are used, whatever they do.
 */
record LinearRival() implements Rival {
  private static final int EPOCHS = 4;
  private static final int BATCH = 10;
  private static final double SCALE = 20;
  private static final double RATE = 2e-5;
  private static final double DECAY = 0.01;
  private static final double WARM_UP = 0.1;
  private static final double MAX_NORM = 1;

  @Override
  public String label() {
    return "in-batch softmax";
  }

  @Override
  public Fitted fit(DenseCorpus corpus, VectorLabels labels, long seed) {
    LinearMap map = LinearMap.identity(corpus.dimension());
    Adam adam = new Adam(map.weights().length, DECAY);
    int steps = EPOCHS * Math.ceilDiv(labels.size(), BATCH);
    int step = 0;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int from = 0; from < labels.size(); from += BATCH) {
        int to = Math.min(labels.size(), from + BATCH);
        float[] gradient = gradient(map, corpus, labels, from, to);
        clip(gradient);
        adam.step(map.weights(), gradient, rate(step++, steps));
      }
    }
    return new Fitted(map::apply, corpus);
  }

  private static float[] gradient(
      LinearMap map, DenseCorpus corpus, VectorLabels labels, int from, int to) {
    float[][] outputs = new float[to - from][];
    float[][] documents = new float[to - from][];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = map.apply(labels.queries().get(from + i));
      documents[i] = corpus.row(labels.relevant().get(from + i)[0]);
    }
    float[][] byOutput = new float[outputs.length][];
    Losses.inBatchSoftmax(outputs, documents, SCALE, byOutput);
    float[] gradient = new float[map.weights().length];
    for (int i = 0; i < outputs.length; i++) {
      map.addGradient(gradient, labels.queries().get(from + i), byOutput[i]);
    }
    return gradient;
  }

  /** Scales a gradient that is too long. */
  static void clip(float[] gradient) {
    double norm = Vectors.norm(gradient);
    for (int i = 0; i < gradient.length && norm > MAX_NORM; i++) {
      gradient[i] *= (float) (MAX_NORM / norm);
    }
  }

  /** The learning rate of a step, 0-based. */
  static double rate(int step, int steps) {
    int warmUp = (int) (WARM_UP * steps);
    return step < warmUp
        ? RATE * step / warmUp
        : RATE * Math.max(0, steps - step) / Math.max(1, steps - warmUp);
  }
}
