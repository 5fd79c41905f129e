package org.attunedb.index.internal.lucene.hnsw;

import static org.apache.lucene.search.DocIdSetIterator.NO_MORE_DOCS;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.jspecify.annotations.Nullable;

/**
 * The neighbours of nodes of the lowest level that walks came by, unpacked: Lucene keeps them as
 * differences of variable length behind a packed offset. There is a place for each node of a block
 * of {@value #BLOCK}, which is made when the first of them is looked at, as long as there is
 * memory. Nothing is thrown out. Thread-safe.
 */
final class KnownNeighbours {
  private static final int BLOCK_BITS = 5;
  static final int BLOCK = 1 << BLOCK_BITS;

  /** The first number of a place, which is written last and says whether the others are there. */
  private static final VarHandle NUMBERS = MethodHandles.arrayElementVarHandle(int[].class);

  /** Numbers of a place: one more than how many neighbours there are, 0 for unknown, then these. */
  private final int stride;

  private final GraphMemory memory;
  private final AtomicReferenceArray<int[]> blocks;
  private final AtomicLong taken = new AtomicLong();

  /**
   * None known yet.
   *
   * @param most neighbours of a node
   */
  KnownNeighbours(int nodes, int most, GraphMemory memory) {
    this.stride = 1 + most;
    this.memory = memory;
    this.blocks = new AtomicReferenceArray<>(Math.ceilDiv(nodes, BLOCK));
  }

  /** The numbers of a node's block; null where there is no memory for them. */
  int @Nullable [] block(int node) {
    int[] block = blocks.get(node >>> BLOCK_BITS);
    return block == null ? made(node >>> BLOCK_BITS) : block;
  }

  private int @Nullable [] made(int index) {
    long bytes = (long) BLOCK * stride * Integer.BYTES;
    if (!memory.take(bytes)) {
      return null;
    }
    int[] block = new int[BLOCK * stride];
    int[] other = blocks.compareAndExchange(index, null, block);
    if (other != null) {
      memory.give(bytes);
      return other;
    }
    taken.addAndGet(bytes);
    return block;
  }

  /** Where a node's neighbours begin in its block. */
  int first(int node) {
    return (node & (BLOCK - 1)) * stride + 1;
  }

  /** How many there are; they are looked up where nobody did before. */
  int count(int[] block, int first, int node, HnswGraph graph) throws IOException {
    int known = (int) NUMBERS.getAcquire(block, first - 1);
    if (known > 0) {
      return known - 1;
    }
    graph.seek(0, node);
    int count = 0;
    for (int next = graph.nextNeighbor(); next != NO_MORE_DOCS; next = graph.nextNeighbor()) {
      block[first + count++] = next;
    }
    NUMBERS.setRelease(block, first - 1, count + 1);
    return count;
  }

  /** Gives the memory back; to be called once, when nobody walks any more. */
  void close() {
    memory.give(taken.getAndSet(0));
  }
}
