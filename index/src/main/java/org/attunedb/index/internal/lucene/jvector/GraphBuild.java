package org.attunedb.index.internal.lucene.jvector;

import io.github.jbellis.jvector.disk.IndexWriter;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.disk.OnDiskSequentialGraphIndexWriter;
import io.github.jbellis.jvector.graph.disk.feature.Feature;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.FusedPQ;
import io.github.jbellis.jvector.graph.disk.feature.SeparatedVectors;
import io.github.jbellis.jvector.quantization.KMeansPlusPlusClusterer;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/** Builds the graph of a segment and writes it. Not thread-safe. */
final class GraphBuild {
  /**
   * Fused codes come from this many clusters for each part of a vector; jvector allows no other.
   */
  private static final int CLUSTERS = 256;

  /** Fewer vectors don't make so many clusters. */
  static final int MIN_CODED_VECTORS = 4 * CLUSTERS;

  /** Vectors that the clusters are learned from; they are on the heap meanwhile. */
  private static final int TRAINING_VECTORS = 32_768;

  /** Components behind each byte of a code, and the fewest bytes of a short vector's code. */
  private static final int COMPONENTS_PER_BYTE = 8;

  private static final int MIN_CODE_BYTES = 32;

  /** jvector's defaults. */
  private static final float NEIGHBOR_OVERFLOW = 1.2f;

  private static final float ALPHA = 1.2f;

  private final GraphSettings settings;
  private final ForkJoinPool workers;
  private final IORunnable check;

  /**
   * A build.
   *
   * @param workers do it
   * @param check is called by all of them for each node, and throws to end the build
   */
  GraphBuild(GraphSettings settings, ForkJoinPool workers, IORunnable check) {
    this.settings = settings;
    this.workers = workers;
    this.check = check;
  }

  /** Builds a graph over all vectors and writes it at the output's place. */
  void write(FloatVectorValues values, RandomVectorScorerSupplier scorers, IndexOutput out)
      throws IOException {
    int dimension = values.dimension();
    BuildScores scores = new BuildScores(scorers);
    try (GraphIndexBuilder builder =
        GraphIndexBuilder.builder(scores, dimension, 2 * settings.m())
            .withBeamWidth(settings.efConstruction())
            .withNeighborOverflow(NEIGHBOR_OVERFLOW)
            .withAlpha(ALPHA)
            .withSimdExecutor(workers)
            .withParallelExecutor(workers)
            .build()) {
      // A parallel stream takes the pool of the thread that starts it.
      workers.submit(() -> addNodes(builder, scores, values.size())).join();
      check.run();
      builder.cleanup();
      ImmutableGraphIndex graph = builder.getGraph();
      ProductQuantization codes = settings.isCoded(values.size(), dimension) ? learn(values) : null;
      try (GraphOutput target = new GraphOutput(out)) {
        if (codes == null) {
          writePlain(graph, dimension, target);
        } else {
          PQVectors coded = codes.encodeAll(new LuceneVectors(values, 1, check), workers);
          writeCoded(graph, dimension, target, codes, coded);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void addNodes(GraphIndexBuilder builder, BuildScores scores, int nodes) {
    IntStream.range(0, nodes)
        .parallel()
        .forEach(
            node -> {
              try {
                check.run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              builder.addGraphNode(node, scores.searchProviderFor(node));
            });
  }

  private static int codeBytes(int dimension) {
    return Math.min(dimension, Math.max(MIN_CODE_BYTES, dimension / COMPONENTS_PER_BYTE));
  }

  /**
   * What codes take of the heap while a graph is written: all of them, and what they learn from.
   */
  static long codingBytes(long vectors, int dimension) {
    long sample = Math.min(vectors, TRAINING_VECTORS) * dimension * Float.BYTES;
    return sample + vectors * codeBytes(dimension);
  }

  private ProductQuantization learn(FloatVectorValues values) {
    int step = Math.max(1, Math.ceilDiv(values.size(), TRAINING_VECTORS));
    int dimension = values.dimension();
    return ProductQuantization.compute(
        new LuceneVectors(values, step, check),
        codeBytes(dimension),
        CLUSTERS,
        false,
        KMeansPlusPlusClusterer.UNWEIGHTED,
        workers,
        workers);
  }

  private static void writePlain(ImmutableGraphIndex graph, int dimension, IndexWriter target)
      throws IOException {
    var builder = new OnDiskSequentialGraphIndexWriter.Builder(graph, target);
    builder.with(new ElsewhereVectors(dimension));
    try (var writer = builder.build()) {
      writer.write(Map.of(FeatureId.SEPARATED_VECTORS, node -> ElsewhereVectors.NOTHING));
    }
  }

  private static void writeCoded(
      ImmutableGraphIndex graph,
      int dimension,
      IndexWriter target,
      ProductQuantization codes,
      PQVectors coded)
      throws IOException {
    var builder = new OnDiskSequentialGraphIndexWriter.Builder(graph, target);
    builder.with(new ElsewhereVectors(dimension));
    builder.with(new FusedPQ(graph.maxDegree(), codes));
    Map<FeatureId, IntFunction<Feature.State>> states = new EnumMap<>(FeatureId.class);
    states.put(FeatureId.SEPARATED_VECTORS, node -> ElsewhereVectors.NOTHING);
    try (ImmutableGraphIndex.View view = graph.getView();
        var writer = builder.build()) {
      states.put(FeatureId.FUSED_PQ, node -> new FusedPQ.State(view, coded, node));
      writer.write(states);
    }
  }

  /** jvector insists on vectors in or behind the graph; ours are in Lucene's own file. */
  private static final class ElsewhereVectors extends SeparatedVectors {
    private static final Feature.State NOTHING = new Feature.State() {};

    ElsewhereVectors(int dimension) {
      super(dimension, 0);
    }

    @Override
    public void writeSeparately(IndexWriter out, Feature.State state) {
      // Nothing to write.
    }
  }
}
