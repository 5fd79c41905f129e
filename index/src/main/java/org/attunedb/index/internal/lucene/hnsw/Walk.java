package org.attunedb.index.internal.lucene.hnsw;

import static org.apache.lucene.search.DocIdSetIterator.NO_MORE_DOCS;

import java.io.IOException;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/** One walk after the other, with a view of the graph of its own. For one thread. */
final class Walk {
  private final HnswGraph graph;
  private final KnownNeighbours known;
  private final VisitedNodes visited;
  private final NearestFirst candidates = new NearestFirst();

  /** Neighbours of a node that were not visited before, and their scores: the first so many. */
  private final int[] unvisited;

  private final float[] scores;
  private int count;

  /**
   * A walk.
   *
   * @param known what is known of the graph's lowest level
   * @param nodes one more than the highest number of a node
   * @param segment for messages
   */
  Walk(HnswGraph graph, KnownNeighbours known, int nodes, String segment) {
    this.graph = graph;
    this.known = known;
    this.visited = new VisitedNodes(nodes, segment);
    int most = mostNeighbours(graph);
    this.unvisited = new int[most];
    this.scores = new float[most];
  }

  /** That are scored at once. */
  int mostNeighbours() {
    return unvisited.length;
  }

  /** Of a node of the lowest level, which has up to twice as many as others. */
  static int mostNeighbours(HnswGraph graph) {
    return 2 * graph.maxConn();
  }

  /**
   * Walks.
   *
   * @param partial leaves out vectors before they are compared; null if none may be
   * @param accepted nodes that may be found; null for all
   */
  void run(
      RandomVectorScorer scorer,
      @Nullable PartialDistances partial,
      KnnCollector collector,
      @Nullable Bits accepted)
      throws IOException {
    int entry = descend(scorer, partial, collector);
    visited.clear();
    candidates.clear();
    visited.add(entry);
    unvisited[0] = entry;
    count = 1;
    // As its neighbours are scored: another sum of the same products may differ in its last bit.
    float score = score(scorer, null, collector, Float.NEGATIVE_INFINITY);
    candidates.add(entry, score);
    if (accepted == null || accepted.get(entry)) {
      collector.collect(scorer.ordToDoc(entry), score);
    }
    if (partial != null) {
      partial.restart();
    }
    spread(scorer, partial, collector, accepted);
    visited.clear();
  }

  /** From the top level to the node of level 1 that is nearest to the query. */
  private int descend(
      RandomVectorScorer scorer, @Nullable PartialDistances partial, KnnCollector collector)
      throws IOException {
    int best = graph.entryNode();
    int levels = graph.numLevels();
    if (levels == 1) {
      return best;
    }
    float bestScore = scorer.score(best);
    collector.incVisitedCount(1);
    for (int level = levels - 1; level >= 1; level--) {
      visited.add(best);
      for (boolean better = true; better; ) {
        better = false;
        findUnvisited(level, best);
        float highest = score(scorer, partial, collector, bestScore);
        for (int i = 0; highest > bestScore && i < count; i++) {
          if (scores[i] > bestScore) {
            bestScore = scores[i];
            best = unvisited[i];
            better = true;
          }
        }
      }
    }
    return best;
  }

  /** From the nearest candidate to its neighbours, until none can be among the best any more. */
  private void spread(
      RandomVectorScorer scorer,
      @Nullable PartialDistances partial,
      KnnCollector collector,
      @Nullable Bits accepted)
      throws IOException {
    float least = Math.nextUp(collector.minCompetitiveSimilarity());
    boolean mayEqual = true;
    while (candidates.size() > 0 && !collector.earlyTerminated()) {
      float nearest = candidates.score();
      if (nearest < least) {
        // Behind one node that is as good as the worst hit there may be better ones.
        if (!mayEqual || Math.nextUp(nearest) != least) {
          return;
        }
        mayEqual = false;
      }
      findUnvisitedOnLowest(candidates.remove());
      float floor = collector.minCompetitiveSimilarity();
      if (score(scorer, partial, collector, floor) <= floor) {
        continue;
      }
      for (int i = 0; i < count; i++) {
        int node = unvisited[i];
        float score = scores[i];
        if (score < least) {
          continue;
        }
        candidates.add(node, score);
        if ((accepted == null || accepted.get(node))
            && collector.collect(scorer.ordToDoc(node), score)) {
          float before = least;
          least = Math.nextUp(collector.minCompetitiveSimilarity());
          mayEqual |= least > before;
        }
      }
    }
  }

  private void findUnvisitedOnLowest(int node) throws IOException {
    int[] block = known.block(node);
    if (block == null) {
      findUnvisited(0, node);
      return;
    }
    int first = known.first(node);
    int end = first + known.count(block, first, node, graph);
    count = 0;
    for (int i = first; i < end; i++) {
      if (visited.add(block[i])) {
        unvisited[count++] = block[i];
      }
    }
  }

  private void findUnvisited(int level, int node) throws IOException {
    graph.seek(level, node);
    count = 0;
    for (int next = graph.nextNeighbor(); next != NO_MORE_DOCS; next = graph.nextNeighbor()) {
      if (visited.add(next)) {
        unvisited[count++] = next;
      }
    }
  }

  /**
   * The highest of the scores of the unvisited neighbours, of which those that would hardly reach
   * the floor are left out.
   */
  private float score(
      RandomVectorScorer scorer,
      @Nullable PartialDistances partial,
      KnnCollector collector,
      float floor)
      throws IOException {
    collector.incVisitedCount(count);
    if (partial != null && count > 0) {
      count = partial.keep(unvisited, count, floor);
    }
    if (count == 0) {
      return Float.NEGATIVE_INFINITY;
    }
    float highest = scorer.bulkScore(unvisited, scores, count);
    if (partial != null) {
      partial.learn(unvisited, scores, count);
    }
    return highest;
  }
}
