package org.attunedb.training.internal;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** The adapter's formula on tensors. */
final class Residual {
  private Residual() {}

  /**
   * {@code normalize(q + alpha·q·W1·W2…)}.
   *
   * @param queries shape {@code [batch, dimension]}
   * @param factors whose product has shape {@code [dimension, dimension]}
   */
  static NDArray apply(NDArray queries, List<NDArray> factors, float alpha) {
    NDArray residual = queries;
    for (NDArray factor : factors) {
      residual = residual.matMul(factor);
    }
    return queries.add(alpha == 1 ? residual : residual.mul(alpha)).normalize(2, 1);
  }
}
