package org.attunedb.index.internal.lucene.hnsw;

import java.io.EOFException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.OrdinalTranslatedKnnCollector;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.jspecify.annotations.Nullable;

/**
 * Searches the graph of one segment as Lucene's {@code HnswGraphSearcher} does (Malkov and
 * Yashunin, 2018, algorithms 2 and 5), to the same hits, but that {@link PartialDistances} may
 * leave out a long vector. What a search needs besides the index, it takes from the search before
 * it: Lucene makes the view of the graph, the set of visited nodes and its queues anew for each,
 * and for few candidates a sparse set, which costs as much as comparing the vectors. Neighbours
 * that were unpacked once are kept. Thread-safe; lives as long as the reader of the segment.
 */
public final class HnswWalker implements AutoCloseable {
  /**
   * Where a filter lets less than this part through, Lucene's search for filters, which looks at
   * neighbours of neighbours and compares matches only, is faster (its own default).
   */
  public static final double LEAST_ACCEPTED = 0.6;

  /** More can't run at once. */
  private static final int MOST_IDLE = Runtime.getRuntime().availableProcessors();

  private final Lucene99HnswVectorsReader reader;
  private final FieldInfo field;
  private final int nodes;
  private final String segment;
  private final KnownNeighbours known;
  private final ReadAhead ahead;
  private final Queue<Walk> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger idling = new AtomicInteger();

  private HnswWalker(
      Lucene99HnswVectorsReader reader,
      FieldInfo field,
      String segment,
      HnswGraph graph,
      GraphMemory memory,
      ReadAhead ahead) {
    this.reader = reader;
    this.field = field;
    this.segment = segment;
    this.nodes = graph.maxNodeId() + 1;
    this.known = new KnownNeighbours(nodes, Walk.mostNeighbours(graph), memory);
    this.ahead = ahead;
  }

  /**
   * A walker for a field's graph; null if there is none, or not one of Lucene's.
   *
   * @param segment for messages
   * @param memory for the graph's neighbours
   * @param ahead whether vectors are asked for before they are compared
   */
  public static @Nullable HnswWalker of(
      KnnVectorsReader vectors,
      FieldInfo field,
      String segment,
      GraphMemory memory,
      ReadAhead ahead)
      throws IOException {
    if (!(vectors instanceof Lucene99HnswVectorsReader reader)) {
      return null;
    }
    HnswGraph graph = reader.getGraph(field.name);
    return graph == null || graph.size() == 0
        ? null
        : new HnswWalker(reader, field, segment, graph, memory, ahead);
  }

  /**
   * Collects the documents that a search of the graph finds, by a walk where that {@link #suits},
   * and else as Lucene does. A visit limit of the collector is not looked at.
   *
   * @param query shape {@code [dimension]}
   * @param accepted documents that may be found
   * @param count how many these are
   * @throws CorruptIndexException if the graph names a node that is not there
   */
  public void search(float[] query, KnnCollector collector, AcceptDocs accepted, int count)
      throws IOException {
    if (suits(collector.k(), count)) {
      walk(query, collector, accepted.bits());
      return;
    }
    RandomVectorScorer plain = scorer(query);
    RandomVectorScorer scorer = ahead.of(plain);
    try {
      if (scorer != plain && isGraphWorthIt(collector.k(), count)) {
        // As the reader would, but that it would not ask.
        HnswGraphSearcher.search(
            scorer,
            new OrdinalTranslatedKnnCollector(collector, scorer::ordToDoc),
            reader.getGraph(field.name),
            scorer.getAcceptOrds(accepted.bits()),
            count);
      } else {
        reader.search(field.name, query, collector, accepted);
      }
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | EOFException
        | AssertionError e) {
      throw damaged(e);
    }
  }

  /**
   * Lucene reads the neighbours that it finds noted, as many as are noted, from the place that is
   * noted.
   */
  private CorruptIndexException damaged(Throwable cause) {
    return new CorruptIndexException(
        "damaged graph: " + cause.getMessage(), "segment '" + segment + "'", cause);
  }

  private RandomVectorScorer scorer(float[] query) throws IOException {
    return reader.getFlatVectorsReader().getRandomVectorScorer(field.name, query);
  }

  /**
   * Whether a walk is how Lucene would search: without a filter that lets little through, and where
   * it is not expected to visit all nodes anyway.
   *
   * @param ef candidates to keep
   * @param accepted how many nodes may be found
   */
  public boolean suits(int ef, int accepted) {
    return accepted >= LEAST_ACCEPTED * nodes && isGraphWorthIt(ef, accepted);
  }

  /** By Lucene's own estimate; else its reader compares all that are accepted. */
  private boolean isGraphWorthIt(int ef, int accepted) {
    return ef < nodes
        && HnswGraphSearcher.expectedVisitedNodes(ef, nodes) < Math.min(accepted, nodes);
  }

  /**
   * Collects the documents that a walk finds. A visit limit of the collector is not looked at.
   *
   * @param query shape {@code [dimension]}
   * @param accepted documents that may be found; null for all
   * @throws CorruptIndexException if the graph names a node that is not there
   */
  public void walk(float[] query, KnnCollector collector, @Nullable Bits accepted)
      throws IOException {
    RandomVectorScorer plain = scorer(query);
    RandomVectorScorer scorer = ahead.of(plain);
    Walk resting = idle.poll();
    Walk walk =
        resting == null ? new Walk(reader.getGraph(field.name), known, nodes, segment) : resting;
    if (resting != null) {
      idling.decrementAndGet();
    }
    try {
      // What is asked for ahead is read by the page, and so is its beginning.
      PartialDistances partial =
          scorer == plain
              ? PartialDistances.of(
                  plain, query, field.getVectorSimilarityFunction(), walk.mostNeighbours())
              : null;
      walk.run(scorer, partial, collector, scorer.getAcceptOrds(accepted));
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | EOFException
        | AssertionError e) {
      throw damaged(e);
    }
    // One that failed is left behind as it is; so are those of a crowd that came once.
    if (idling.incrementAndGet() <= MOST_IDLE) {
      idle.offer(walk);
    } else {
      idling.decrementAndGet();
    }
  }

  /** Gives back the memory for neighbours; to be called once, with the reader. */
  @Override
  public void close() {
    known.close();
  }
}
