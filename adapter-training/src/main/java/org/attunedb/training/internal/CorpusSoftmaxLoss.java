package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * Cross-entropy of a softmax over all candidate documents, with soft targets: {@code -Σ t·log
 * softmax(scale·cos(u, d) + offset)}, averaged over the batch.
 *
 * <p>Labels are two arrays: target columns {@code [batch, targets]} (int64, padded with 0) and
 * their shares {@code [batch, targets]} (padded with share 0). The prediction is {@code u: [batch,
 * dimension]}.
 *
 * <p>Two more arrays may follow: columns that were judged not relevant {@code [batch, negatives]}
 * (int64, padded with 0) and how much each of them counts beyond an unjudged document {@code
 * [batch, negatives]} (padded with 0): the softmax's denominator holds them 1 + that many times.
 *
 * <p>The offset raises the score of every document that any training query points to, while
 * training only. These documents are the only positives there are; without it the adapter learns in
 * the first place to prefer them all, which costs the queries about other documents.
 */
final class CorpusSoftmaxLoss extends Loss {
  private static final int JUDGED_NEGATIVES = 3;
  private static final int[] LAST_AXIS = {1};

  private final NDArray documentsTransposed;
  private final NDArray offset;
  private final float scale;

  CorpusSoftmaxLoss(NDArray documentsTransposed, NDArray offset, double scale) {
    super("corpus softmax");
    this.documentsTransposed = documentsTransposed;
    this.offset = offset;
    // A double would turn the arrays into float64.
    this.scale = (float) scale;
  }

  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    NDArray adapted = predictions.singletonOrThrow();
    NDArray logits = adapted.matMul(documentsTransposed).mul(scale).add(offset);
    NDArray logSoftmax = logits.logSoftmax(1);
    NDArray loss = logSoftmax.gather(labels.get(0), 1).mul(labels.get(1)).sum().neg();
    if (labels.size() > JUDGED_NEGATIVES) {
      // A denominator grown by w·e^l has the logarithm log Z + log(1 + w·softmax).
      NDArray shares = logSoftmax.gather(labels.get(2), 1).exp();
      loss = loss.add(shares.mul(labels.get(JUDGED_NEGATIVES)).sum(LAST_AXIS).add(1).log().sum());
    }
    return loss.div((float) adapted.getShape().get(0));
  }
}
