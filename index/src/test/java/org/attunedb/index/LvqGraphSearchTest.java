package org.attunedb.index;

import java.util.Objects;
import org.attunedb.core.Embedding;
import org.attunedb.core.Similarity;

class LvqGraphSearchTest extends GraphSearchContract {
  @Override
  CollectionSpec spec(int dimension, Similarity similarity) {
    return CollectionSpec.vectors(dimension, similarity).withVectorFormat(VectorFormat.LVQ8);
  }

  /** Rounded when it was written. */
  @Override
  Embedding stored(VectorCollection collection, String id, Embedding given) {
    return Objects.requireNonNull(collection.get(id).orElseThrow().embedding());
  }
}
