package org.attunedb.index;

/**
 * How a collection keeps and finds its vectors. Chosen when it is created, changed by {@link
 * VectorCollection#compact(VectorFormat)}. Every format but {@link #LVQ8} keeps the full vectors,
 * which {@code get} returns and every score is computed from: a search with one of the smaller
 * formats collects more candidates than it needs by their codes and then compares the best of them
 * exactly.
 */
public enum VectorFormat {
  /** An HNSW graph over the vectors as they are: the fastest while they fit into memory. */
  FLOAT32,
  /** An HNSW graph over codes of 8 bits for each component. */
  INT8,
  /** An HNSW graph over codes of 4 bits for each component. */
  INT4,
  /** An HNSW graph over codes of 1 bit for each component: the smallest. */
  BINARY,
  /**
   * A Vamana graph of jvector's that is read from the disk as it is walked; from 1 GiB of vectors
   * on it carries product-quantised codes of each node's neighbours, so that a walk reads one place
   * of the disk for each node and the full vectors only of the candidates it ends with. For
   * collections larger than memory.
   */
  JVECTOR,
  /**
   * An HNSW graph over codes of 8 bits for each component, and no full vectors: about 0.3 times
   * their size with the graph. A vector is rounded when it is written, each component to one of 256
   * values between the least and the greatest of its own; {@code get} returns the rounded vector
   * and scores are computed from it. What is rounded once stays as it is, whatever is merged. Full
   * vectors don't come back: not by changing to another format, either.
   */
  LVQ8
}
