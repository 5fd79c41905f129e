package org.attunedb.index;

import org.attunedb.core.Similarity;

class BinaryGraphSearchTest extends GraphSearchContract {
  @Override
  CollectionSpec spec(int dimension, Similarity similarity) {
    return CollectionSpec.vectors(dimension, similarity).withVectorFormat(VectorFormat.BINARY);
  }

  /** Single bits of so few components leave some neighbours behind what is compared again. */
  @Override
  double reachable() {
    return 0.95;
  }
}
