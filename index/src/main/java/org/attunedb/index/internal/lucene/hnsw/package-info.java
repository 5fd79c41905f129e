/**
 * Walks Lucene's HNSW graphs: the nodes that Lucene would visit, in the same order, in less time.
 * Graphs are built, written and read by Lucene.
 */
@NullMarked
package org.attunedb.index.internal.lucene.hnsw;

import org.jspecify.annotations.NullMarked;
