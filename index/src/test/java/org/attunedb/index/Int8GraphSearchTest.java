package org.attunedb.index;

import org.attunedb.core.Similarity;

class Int8GraphSearchTest extends GraphSearchContract {
  @Override
  CollectionSpec spec(int dimension, Similarity similarity) {
    return CollectionSpec.vectors(dimension, similarity).withVectorFormat(VectorFormat.INT8);
  }
}
