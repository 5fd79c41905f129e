package org.attunedb.index;

import java.nio.file.Path;
import org.attunedb.core.Similarity;
import org.attunedb.index.internal.io.DiskFileOps;
import org.attunedb.index.internal.store.Store;

/** Files taken for too large for the memory: what is compared is asked for before. */
class LargeFloat32GraphSearchTest extends GraphSearchContract {
  @Override
  Attune open(Path folder) {
    DiskFileOps disk = new DiskFileOps(1);
    return new Attune(Store.open(folder, disk, AttuneOptions.defaults(), () -> {}));
  }

  @Override
  CollectionSpec spec(int dimension, Similarity similarity) {
    return CollectionSpec.vectors(dimension, similarity);
  }
}
