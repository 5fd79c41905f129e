package org.attunedb.index;

import java.util.List;
import org.attunedb.core.Similarity;
import org.junit.jupiter.api.BeforeEach;

/** The same collections without a disk: the folder stays empty. */
class InMemoryCollectionTest extends VectorCollectionContract {
  @BeforeEach
  @Override
  void open() {
    attune = Attune.inMemory(options());
  }

  @Override
  CollectionSpec spec(int dimension, Similarity similarity) {
    return CollectionSpec.vectors(dimension, similarity);
  }

  @Override
  List<String> namesInFolder() {
    return List.of();
  }
}
