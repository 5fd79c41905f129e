package org.attunedb.index.internal.lucene.jvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import java.io.IOException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The build of a graph with codes: who does it, and how it is ended. */
@Timeout(120)
class GraphBuildTest {
  private static final int VECTORS = GraphBuild.MIN_CODED_VECTORS + 200;
  private static final int DIMENSION = 48;
  private static final GraphSettings CODED = new GraphSettings(16, 50, 10, 1);

  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final ForkJoinPool workers = new ForkJoinPool(4);
  private final float[][] vectors = vectors();
  private DirectoryReader reader;

  private static float[][] vectors() {
    SplittableRandom random = new SplittableRandom(3);
    return IntStream.range(0, VECTORS)
        .mapToObj(
            i -> {
              float[] vector = new float[DIMENSION];
              for (int c = 0; c < DIMENSION; c++) {
                vector[c] = (float) random.nextGaussian();
              }
              return vector;
            })
        .toArray(float[][]::new);
  }

  @BeforeEach
  void write() throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      for (float[] vector : vectors) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", vector, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
      }
    }
    reader = DirectoryReader.open(directory);
  }

  @AfterEach
  void close() throws IOException {
    workers.close();
    reader.close();
    directory.close();
  }

  private FloatVectorValues values() throws IOException {
    return reader.leaves().getFirst().reader().getFloatVectorValues("v");
  }

  private void build(IORunnable check) throws IOException {
    FloatVectorValues values = values();
    try (IndexOutput out = directory.createTempOutput("graph", "g", IOContext.DEFAULT)) {
      new GraphBuild(CODED, workers, check)
          .write(
              values,
              FlatVectorScorerUtil.getLucene99FlatVectorsScorer()
                  .getRandomVectorScorerSupplier(VectorSimilarityFunction.EUCLIDEAN, values),
              out);
    }
  }

  @Test
  void write_codes_areLearnedAndMadeByTheGivenWorkers() throws IOException {
    Set<ForkJoinPool> pools = ConcurrentHashMap.newKeySet();
    AtomicInteger calls = new AtomicInteger();

    build(
        () -> {
          calls.incrementAndGet();
          ForkJoinPool pool = ForkJoinTask.getPool();
          if (pool != null) {
            pools.add(pool);
          }
        });

    assertThat(pools).containsExactly(workers);
    assertThat(calls).as("nodes, vectors learned from, codes").hasValueGreaterThan(3 * VECTORS);
  }

  @Test
  void write_abortedWhileCodesAreMade_ends() {
    AtomicInteger calls = new AtomicInteger();

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                build(
                    () -> {
                      if (calls.incrementAndGet() > VECTORS + 100) {
                        throw new IOException("no longer wanted");
                      }
                    }))
        .withStackTraceContaining("no longer wanted");
    assertThat(calls.get()).isLessThan(2 * VECTORS);
  }

  /** Lucene's values have one buffer: threads that shared them would read each other's vectors. */
  @Test
  void getVector_manyThreads_eachReadsItsOwn() throws IOException {
    Supplier<RandomAccessVectorValues> source =
        new LuceneVectors(values(), 1, () -> {}).threadLocalSupplier();

    long wrong =
        workers
            .submit(
                () ->
                    IntStream.range(0, 20 * VECTORS)
                        .parallel()
                        .filter(i -> isOther(source.get(), i % VECTORS))
                        .count())
            .join();

    assertThat(wrong).isZero();
  }

  private boolean isOther(RandomAccessVectorValues source, int node) {
    var read = source.getVector(node);
    return IntStream.range(0, DIMENSION).anyMatch(c -> read.get(c) != vectors[node][c]);
  }
}
