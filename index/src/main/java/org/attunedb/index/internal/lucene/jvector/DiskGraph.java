package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.disk.RandomAccessReader;
import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.FusedPQ;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction.ExactScoreFunction;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HasKnnVectorValues;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.RescoreCounter;
import org.attunedb.index.internal.lucene.VectorPages;
import org.jspecify.annotations.Nullable;

/**
 * The graph of one field, walked on the disk. Searchers are kept for the next search: making one
 * takes as long as a short walk. Thread-safe.
 */
final class DiskGraph {
  /** There are codes where there are very many vectors. */
  private static final ReadAhead CODED = new ReadAhead(0);

  private static final int MOST_IDLE = Runtime.getRuntime().availableProcessors();

  private final OnDiskGraphIndex graph;
  private final StoredGraph place;
  private final IndexInput data;
  private final VectorSimilarityFunction similarity;
  private final org.apache.lucene.index.VectorSimilarityFunction ours;
  private final @Nullable FusedPQ codes;
  private final ConcurrentLinkedQueue<GraphSearcher> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger idling = new AtomicInteger();

  private DiskGraph(
      OnDiskGraphIndex graph,
      StoredGraph place,
      IndexInput data,
      org.apache.lucene.index.VectorSimilarityFunction ours) {
    this.graph = graph;
    this.place = place;
    this.data = data;
    this.ours = ours;
    this.similarity = similarity(ours);
    this.codes =
        graph.getFeatures().get(FeatureId.FUSED_PQ) instanceof FusedPQ fused ? fused : null;
  }

  /** Opens a graph; the file stays its owner's to close. */
  static DiskGraph open(IndexInput data, StoredGraph place, FieldInfo field) throws IOException {
    IndexInput part = data.slice("graph", place.offset(), place.length());
    ReaderSupplier readers =
        new ReaderSupplier() {
          @Override
          public RandomAccessReader get() {
            return new GraphInput(part.clone());
          }
        };
    OnDiskGraphIndex graph;
    try {
      graph = OnDiskGraphIndex.load(readers, 0);
    } catch (RuntimeException e) {
      throw new CorruptIndexException("not a graph: " + e.getMessage(), data, e);
    }
    if (graph.size(0) != place.nodes() || graph.getDimension() != field.getVectorDimension()) {
      throw new CorruptIndexException(
          "graph of %s nodes and %s dimensions, expected %s and %s"
              .formatted(
                  graph.size(0), graph.getDimension(), place.nodes(), field.getVectorDimension()),
          data);
    }
    return new DiskGraph(graph, place, data, field.getVectorSimilarityFunction());
  }

  /** Codes know one inner product; {@link CountedCodes} gives it Lucene's two scales. */
  private static VectorSimilarityFunction similarity(
      org.apache.lucene.index.VectorSimilarityFunction ours) {
    return switch (ours) {
      case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> VectorSimilarityFunction.DOT_PRODUCT;
      case COSINE -> VectorSimilarityFunction.COSINE;
    };
  }

  boolean isCoded() {
    return codes != null;
  }

  long bytes() {
    return place.length();
  }

  /**
   * Walks the graph and has the best collected by exact scores.
   *
   * @param scorer of the query with the full vectors
   * @param accepted nodes that may be found; null for all
   */
  void search(
      float[] query, RandomVectorScorer scorer, @Nullable Bits accepted, KnnCollector collector)
      throws IOException {
    GraphSearcher resting = idle.poll();
    GraphSearcher searcher = resting == null ? new GraphSearcher(graph) : resting;
    if (resting != null) {
      idling.decrementAndGet();
    }
    int ef = collector.k();
    SearchResult result;
    try {
      result =
          searcher.search(
              scores(searcher, query, scorer, collector), ef, ef, 0f, 0f, bits(accepted));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | NullPointerException
        | AssertionError e) {
      // A whole graph names no node that it does not have; jvector may assert that.
      throw new CorruptIndexException("damaged graph: " + e.getMessage(), data, e);
    }
    if (isCoded()) {
      rescore(result.getNodes(), scorer, collector);
    } else {
      for (SearchResult.NodeScore found : result.getNodes()) {
        collector.collect(scorer.ordToDoc(found.node), found.score);
      }
    }
    // Of a crowd that came once only as many are kept as can run at once.
    if (idling.incrementAndGet() <= MOST_IDLE) {
      idle.offer(searcher);
    } else {
      idling.decrementAndGet();
    }
  }

  /** In place of jvector, which would wait for one vector after the other. */
  private static void rescore(
      SearchResult.NodeScore[] found, RandomVectorScorer scorer, KnnCollector collector)
      throws IOException {
    int[] nodes = Arrays.stream(found).mapToInt(each -> each.node).toArray();
    VectorPages pages =
        scorer instanceof HasKnnVectorValues comparing ? CODED.of(comparing.values()) : null;
    if (pages != null) {
      pages.ask(nodes, nodes.length);
    }
    for (int node : nodes) {
      if (collector instanceof RescoreCounter counter) {
        counter.incRescoredCount(1);
      }
      collector.collect(scorer.ordToDoc(node), scorer.score(node));
    }
  }

  private SearchScoreProvider scores(
      GraphSearcher searcher, float[] query, RandomVectorScorer scorer, KnnCollector collector) {
    ExactScoreFunction exact = BuildScores.exact(scorer);
    // Without a function to rescore by, jvector gives back all that it found by codes.
    if (codes != null && searcher.getView() instanceof OnDiskGraphIndex.View view) {
      var compared =
          codes.approximateScoreFunctionFor(LuceneVectors.vector(query), similarity, view, exact);
      return new DefaultSearchScoreProvider(new CountedCodes(compared, ours, collector));
    }
    ExactScoreFunction counted =
        node -> {
          collector.incVisitedCount(1);
          return exact.similarityTo(node);
        };
    return new DefaultSearchScoreProvider(counted);
  }

  private static io.github.jbellis.jvector.util.Bits bits(@Nullable Bits accepted) {
    return accepted == null ? io.github.jbellis.jvector.util.Bits.ALL : accepted::get;
  }
}
