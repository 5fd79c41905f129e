package org.attunedb.index;

import org.attunedb.core.Similarity;

class HnswCollectionTest extends VectorCollectionContract {
  @Override
  CollectionSpec spec(int dimension, Similarity similarity) {
    return CollectionSpec.vectors(dimension, similarity);
  }
}
