package org.attunedb.index.internal.lucene.jvector;

/**
 * How graphs are built.
 *
 * @param m half of the neighbours that a node may have, so that it means what HNSW's M means on the
 *     lowest layer
 * @param efConstruction candidates while a node is connected
 * @param graphless most vectors of a segment without a graph
 * @param codedBytes bytes of full vectors from which the graph carries codes
 */
public record GraphSettings(int m, int efConstruction, int graphless, long codedBytes) {
  boolean buildsGraph(int vectors) {
    return vectors > graphless;
  }

  boolean isCoded(int vectors, int dimension) {
    return vectors >= GraphBuild.MIN_CODED_VECTORS
        && (long) vectors * dimension * Float.BYTES >= codedBytes;
  }
}
