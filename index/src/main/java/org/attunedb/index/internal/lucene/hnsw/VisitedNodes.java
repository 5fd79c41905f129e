package org.attunedb.index.internal.lucene.hnsw;

import java.util.Arrays;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.util.ArrayUtil;

/**
 * A set of nodes, a bit for each of the graph, that is emptied in the time that filling it took: a
 * walk visits few of the many. Not thread-safe.
 */
final class VisitedNodes {
  private static final int FIRST_PLACES = 1_024;

  private final int nodes;
  private final String segment;
  private final long[] words;

  /** Those in the set, in the order in which they came. */
  private int[] members = new int[FIRST_PLACES];

  private int size;

  /** An empty set for nodes from 0 to {@code nodes - 1} of the graph of a segment. */
  VisitedNodes(int nodes, String segment) {
    this.nodes = nodes;
    this.segment = segment;
    this.words = new long[Math.ceilDiv(nodes, Long.SIZE)];
  }

  /** Adds a node; whether it was not there before. */
  boolean add(int node) throws CorruptIndexException {
    if (Integer.compareUnsigned(node, nodes) >= 0) {
      throw new CorruptIndexException(
          "the graph names node %s, expected 0 to %s".formatted(node, nodes - 1),
          "segment '" + segment + "'");
    }
    int word = node / Long.SIZE;
    long bit = 1L << node;
    if ((words[word] & bit) != 0) {
      return false;
    }
    words[word] |= bit;
    if (size == members.length) {
      members = ArrayUtil.grow(members);
    }
    members[size++] = node;
    return true;
  }

  void clear() {
    if (size > words.length) {
      Arrays.fill(words, 0);
    } else {
      for (int i = 0; i < size; i++) {
        words[members[i] / Long.SIZE] = 0;
      }
    }
    size = 0;
  }
}
