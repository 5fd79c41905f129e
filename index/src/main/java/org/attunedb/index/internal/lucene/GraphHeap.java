package org.attunedb.index.internal.lucene;

import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.SegmentCommitInfo;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.jvector.JVectorFormat;

/**
 * What building a graph takes of the heap.
 *
 * @param m neighbours of a node in the collection's graphs
 * @param dimension of the collection's vectors
 */
public record GraphHeap(int m, int dimension) {
  /**
   * Bytes for each vector and each of the m neighbours that a node is meant to have: on the lowest
   * level there are up to 2 m, each with a number and a score of 4 bytes; half as much again is for
   * objects, locks and the levels above. jvector's graph takes as much.
   */
  private static final int BYTES_PER_NEIGHBOUR = 25;

  /**
   * Bytes of the graph that a merge builds, if every document has a vector; 0 if it builds none.
   */
  public long bytes(OneMerge merge) {
    long vectors = 0;
    boolean coded = false;
    for (SegmentCommitInfo segment : merge.segments) {
      vectors += segment.info.maxDoc() - segment.getDelCount();
      coded |= SegmentFormat.of(segment.info) == VectorFormat.JVECTOR;
    }
    if (vectors <= WideHnswVectorsFormat.GRAPHLESS_VECTORS) {
      return 0;
    }
    long graph = vectors * BYTES_PER_NEIGHBOUR * m;
    return coded ? graph + JVectorFormat.codingBytes(vectors, dimension) : graph;
  }
}
