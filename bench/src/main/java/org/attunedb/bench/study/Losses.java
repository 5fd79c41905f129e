package org.attunedb.bench.study;

/**
 * Losses of cosines between rewritten queries u and documents d of unit length, with their
 * gradients by u. {@code ∂cos(u, d)/∂u = (d - cos(u, d)·u/|u|) / |u|}. Stateless.
 */
final class Losses {
  private Losses() {}

  /** cos(u, d) for d of unit length; 0 if u is zero. */
  static double cosine(float[] u, float[] d) {
    double norm = Vectors.norm(u);
    return norm == 0 ? 0 : Vectors.dot(u, d) / norm;
  }

  /**
   * Mean over the batch of {@code -ln softmax_j(scale·cos(u_i, d_j))} at j = i: every other query's
   * document is a negative (multiple negatives ranking, Henderson et al., 2017).
   *
   * @param outputs u, one a query
   * @param documents d, the positive of each
   * @param gradients set to ∂L/∂u
   */
  static double inBatchSoftmax(
      float[][] outputs, float[][] documents, double scale, float[][] gradients) {
    int batch = outputs.length;
    double loss = 0;
    for (int i = 0; i < batch; i++) {
      double[] cosines = new double[batch];
      double highest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < batch; j++) {
        cosines[j] = cosine(outputs[i], documents[j]);
        highest = Math.max(highest, cosines[j]);
      }
      double sum = 0;
      for (double cosine : cosines) {
        sum += Math.exp(scale * (cosine - highest));
      }
      loss += (Math.log(sum) - scale * (cosines[i] - highest)) / batch;
      gradients[i] = new float[outputs[i].length];
      for (int j = 0; j < batch; j++) {
        double share = Math.exp(scale * (cosines[j] - highest)) / sum - (j == i ? 1 : 0);
        addCosineGradient(
            gradients[i], scale * share / batch, outputs[i], documents[j], cosines[j]);
      }
    }
    return loss;
  }

  /**
   * {@code max(0, margin - cos(u, positive) + cos(u, negative))}.
   *
   * @param weight of this triplet in the mean that the gradient is of
   * @param gradient to which weight·∂L/∂u is added
   */
  static double triplet(
      float[] output,
      float[] positive,
      float[] negative,
      double margin,
      double weight,
      float[] gradient) {
    double toPositive = cosine(output, positive);
    double toNegative = cosine(output, negative);
    double loss = margin - toPositive + toNegative;
    if (loss <= 0) {
      return 0;
    }
    addCosineGradient(gradient, -weight, output, positive, toPositive);
    addCosineGradient(gradient, weight, output, negative, toNegative);
    return loss;
  }

  private static void addCosineGradient(
      float[] gradient, double factor, float[] output, float[] document, double cosine) {
    double norm = Vectors.norm(output);
    if (norm > 0) {
      Vectors.add(gradient, (float) (factor / norm), document);
      Vectors.add(gradient, (float) (-factor * cosine / (norm * norm)), output);
    }
  }
}
