package org.attunedb.index.internal.store;

import org.attunedb.index.AttuneOptions;
import org.attunedb.index.OpenMode;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.lucene.MergeWorkers;
import org.attunedb.index.internal.lucene.hnsw.GraphMemory;
import org.attunedb.index.internal.search.SearchWorkers;
import org.attunedb.index.internal.training.TrainingQueue;

/**
 * What the collections of a store share.
 *
 * @param files the disk
 * @param options how the store was opened
 * @param queue of trainings
 * @param workers build the graphs of merges
 * @param places bound the merges
 * @param searchers help searches with their segments
 * @param graphMemory what searches keep of graphs
 * @param health whether the store may be written
 */
record StoreContext(
    StoreFiles files,
    AttuneOptions options,
    TrainingQueue queue,
    MergeWorkers workers,
    MergePlaces places,
    SearchWorkers searchers,
    GraphMemory graphMemory,
    StoreHealth health) {
  /** Whether nothing may be written: asked for, or after a failed write. */
  boolean readOnly() {
    return options.mode() == OpenMode.READ_ONLY || !health.isWritable();
  }
}
