package org.attunedb.index.internal.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.jspecify.annotations.Nullable;

/** How many links the nodes of a graph's lowest level have, by a sample of them. Immutable. */
final class GraphLinks {
  private static final int SAMPLE = 1_000;

  /**
   * Of a merge, Lucene mends a node that keeps less than 0.85 of its links, by a search from those
   * that are left ({@code InitializedHnswGraphBuilder} of 10.6). It mends one, too, that loses any
   * and keeps less than half of what it may have; that is not counted on here, so that a graph is
   * built anew too early rather than too late.
   */
  private static final double KEPT = 0.85;

  private final int[] nodes;

  /**
   * Of such nodes.
   *
   * @param nodes how many have 0, 1, 2 … links
   */
  GraphLinks(int... nodes) {
    this.nodes = nodes;
  }

  /** Those of a segment's vectors; of no node where they have no graph that Lucene takes over. */
  static GraphLinks of(@Nullable KnnVectorsReader vectors) throws IOException {
    KnnVectorsReader field =
        vectors instanceof PerFieldKnnVectorsFormat.FieldsReader fields
            ? fields.getFieldReader(Fields.VECTOR)
            : vectors;
    HnswGraph graph =
        field instanceof HnswGraphProvider provider ? provider.getGraph(Fields.VECTOR) : null;
    return graph == null ? new GraphLinks() : of(graph);
  }

  private static GraphLinks of(HnswGraph graph) throws IOException {
    int[] nodes = new int[2 * graph.maxConn() + 1];
    int size = graph.size();
    int step = Math.max(1, size / SAMPLE);
    for (int node = 0; node < size; node += step) {
      graph.seek(0, node);
      nodes[graph.neighborCount()]++;
    }
    return new GraphLinks(nodes);
  }

  /**
   * The share of all links that is expected to be lost, and not mended, when a merge leaves out
   * random nodes. A node with L links loses a binomial number of them, of which up to t go
   * unmended: L times the share, times the probability that of its other L - 1 links less than t
   * are lost. For small shares that is the share itself.
   *
   * @param deleted the share of nodes that goes, in [0, 1]
   */
  double unmended(double deleted) {
    if (deleted == 1) {
      // There is nothing left to have lost anything.
      return 0;
    }
    double links = 0;
    double lost = 0;
    for (int of = 1; of < nodes.length; of++) {
      double all = (double) nodes[of] * of;
      links += all;
      lost += all * deleted * fewer(mostUnmended(of), of - 1, deleted);
    }
    return links == 0 ? 0 : lost / links;
  }

  /** As many links may be lost without being mended, by Lucene's own comparison. */
  private static int mostUnmended(int links) {
    int lost = 0;
    while (lost < links && links - (lost + 1) >= links * KEPT) {
      lost++;
    }
    return lost;
  }

  /** The probability that fewer than so many of n happen. */
  private static double fewer(int than, int n, double probability) {
    double term = Math.pow(1 - probability, n);
    double sum = 0;
    for (int j = 0; j < than && j <= n; j++) {
      sum += term;
      term *= (n - j) * probability / ((j + 1) * (1 - probability));
    }
    return sum;
  }
}
