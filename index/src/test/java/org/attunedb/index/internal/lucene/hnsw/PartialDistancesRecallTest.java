package org.attunedb.index.internal.lucene.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.attunedb.index.SimdProvider;
import org.attunedb.index.internal.lucene.ReadAhead;
import org.attunedb.index.internal.lucene.Simd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What walks with partial distances lose beside walks of the same graph that compare every vector
 * in whole, on vectors of which the first components are a fair sample and on such where they are
 * not.
 */
class PartialDistancesRecallTest {
  private static final int DIMENSION = 512;
  private static final int FIRST = DIMENSION / 4;
  private static final int VECTORS = 3_000;
  private static final int QUERIES = 100;
  private static final int NEAREST = 10;
  private static final int[] EFS = {24, 64};

  /** Of all neighbours so many may be lost, with the smallest ef. */
  private static final double MOST_LOST = 0.006;

  /** Vectors, and queries like them. */
  private record Drawn(List<float[]> vectors, List<float[]> queries) {
    static Drawn of(Supplier<float[]> vectors, Supplier<float[]> queries) {
      return new Drawn(
          Stream.generate(vectors).limit(VECTORS).toList(),
          Stream.generate(queries).limit(QUERIES).toList());
    }

    static Drawn of(Supplier<float[]> both) {
      return of(both, both);
    }
  }

  /** Kinds of collections. */
  private enum Kind {
    CLUSTERS {
      @Override
      Drawn draw(Random random) {
        Clusters clusters = new Clusters(random, 30, DIMENSION);
        return Drawn.of(() -> clusters.near(0.7));
      }
    },
    /** Some are nobody's neighbours: walks find little, with and without. */
    INDEPENDENT {
      @Override
      Drawn draw(Random random) {
        return Drawn.of(() -> gaussian(random, DIMENSION, 1));
      }
    },
    LOW_RANK {
      @Override
      Drawn draw(Random random) {
        float[][] basis = gaussians(random, DIMENSION, 16);
        Clusters clusters = new Clusters(random, 200, 16);
        return Drawn.of(() -> times(basis, clusters.near(0.25)));
      }
    },
    /** Those that share one field or the other with the query are nearest. */
    TWO_FIELDS {
      @Override
      Drawn draw(Random random) {
        Clusters first = new Clusters(random, 30, FIRST);
        Clusters second = new Clusters(random, 30, DIMENSION - FIRST);
        return Drawn.of(() -> joined(scaled(first.near(0.6), 1.7f), second.near(0.6)));
      }
    },
    /** Many vectors differ in the first components only. */
    CHUNKS_OF_DOCUMENTS {
      @Override
      Drawn draw(Random random) {
        Clusters chunks = new Clusters(random, 20, FIRST);
        float[][] documents = gaussians(random, VECTORS / 20, DIMENSION - FIRST);
        return Drawn.of(
            () -> joined(chunks.near(0.8), documents[random.nextInt(documents.length)]));
      }
    },
    NEAR_COPIES {
      @Override
      Drawn draw(Random random) {
        Clusters topics = new Clusters(random, 20, DIMENSION);
        float[][] texts = new float[VECTORS / 40][];
        Arrays.setAll(texts, i -> topics.near(0.6));
        return Drawn.of(
            () -> sum(texts[random.nextInt(texts.length)], gaussian(random, DIMENSION, 0.02)),
            () -> topics.near(0.6));
      }
    },
    ZEROS_BEHIND {
      @Override
      Drawn draw(Random random) {
        Clusters clusters = new Clusters(random, 50, 2 * FIRST);
        return Drawn.of(() -> joined(clusters.near(0.6), new float[2 * FIRST]));
      }
    },
    VERSIONS_THAT_DIFFER_IN_PLACES {
      @Override
      Drawn draw(Random random) {
        Clusters texts = new Clusters(random, 250, DIMENSION);
        return Drawn.of(
            () -> {
              float[] version = texts.near(0.001);
              int at = random.nextInt(DIMENSION - FIRST);
              System.arraycopy(gaussian(random, FIRST, 1), 0, version, at, FIRST);
              return version;
            });
      }
    },
    /** As by an adapter, or as questions may lie beside documents. */
    MOVED_QUERIES {
      @Override
      Drawn draw(Random random) {
        Clusters clusters = new Clusters(random, 30, DIMENSION);
        float[] move = gaussian(random, DIMENSION, 1);
        return Drawn.of(() -> clusters.near(0.7), () -> sum(clusters.near(0.7), move));
      }
    },
    QUERIES_MOVED_IN_THE_FIRST_COMPONENTS {
      @Override
      Drawn draw(Random random) {
        Clusters clusters = new Clusters(random, 30, DIMENSION);
        float[] move = new float[DIMENSION];
        Arrays.fill(move, 0, FIRST, 2);
        return Drawn.of(() -> clusters.near(0.7), () -> sum(clusters.near(0.7), move));
      }
    };

    abstract Drawn draw(Random random);
  }

  /** Centres, of unit variance for each component. */
  private static final class Clusters {
    private final Random random;
    private final float[][] centres;

    Clusters(Random random, int count, int dimension) {
      this.random = random;
      this.centres = gaussians(random, count, dimension);
    }

    float[] near(double spread) {
      float[] centre = centres[random.nextInt(centres.length)];
      return sum(centre, gaussian(random, centre.length, spread));
    }
  }

  @TempDir private Path folder;

  @BeforeEach
  void assumeSimd() {
    assumeThat(Simd.provider())
        .as("vectors are compared in part only by SIMD")
        .isEqualTo(SimdProvider.PANAMA);
  }

  @ParameterizedTest
  @EnumSource
  void walk_cosine_losesHardlyAny(Kind kind) throws IOException {
    Drawn drawn = kind.draw(new Random(5));
    assertLosesHardlyAny(
        VectorSimilarityFunction.DOT_PRODUCT,
        drawn.vectors().stream().map(PartialDistancesRecallTest::unit).toList(),
        drawn.queries().stream().map(PartialDistancesRecallTest::unit).toList());
  }

  @ParameterizedTest
  @EnumSource
  void walk_euclidean_losesHardlyAny(Kind kind) throws IOException {
    Drawn drawn = kind.draw(new Random(6));
    assertLosesHardlyAny(VectorSimilarityFunction.EUCLIDEAN, drawn.vectors(), drawn.queries());
  }

  private void assertLosesHardlyAny(
      VectorSimilarityFunction similarity, List<float[]> vectors, List<float[]> queries)
      throws IOException {
    List<float[]> shuffled = new ArrayList<>(vectors);
    Collections.shuffle(shuffled, new Random(3));
    try (Directory directory = FSDirectory.open(folder);
        GraphSegment segment = GraphSegment.write(directory, similarity, shuffled);
        HnswWalker partial = segment.walker(ReadAhead.none());
        HnswWalker whole = segment.walker(new ReadAhead(0))) {
      for (int ef : EFS) {
        int found = 0;
        int expected = 0;
        for (float[] query : queries) {
          float[] scores = segment.scores(query);
          found += found(partial, query, ef, scores);
          expected += found(whole, query, ef, scores);
        }
        assertThat(found)
            .as("with ef %s, in whole %s", ef, expected)
            .isGreaterThanOrEqualTo((int) (expected - MOST_LOST * QUERIES * NEAREST));
      }
    }
  }

  /** How many hits are as good as the nearest: of equal vectors each will do. */
  private static int found(HnswWalker walker, float[] query, int ef, float[] scores)
      throws IOException {
    float[] sorted = scores.clone();
    Arrays.sort(sorted);
    float last = sorted[sorted.length - NEAREST] * (1 - 1e-6f);
    TopKnnCollector collector =
        new TopKnnCollector(ef, Integer.MAX_VALUE, KnnSearchStrategy.Hnsw.DEFAULT);
    walker.walk(query, collector, null);
    int found = 0;
    for (ScoreDoc hit : collector.topDocs().scoreDocs) {
      assertThat(hit.score).isCloseTo(scores[hit.doc], within(1e-6f));
      found += hit.score >= last ? 1 : 0;
    }
    return Math.min(found, NEAREST);
  }

  private static float[] gaussian(Random random, int dimension, double scale) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (scale * random.nextGaussian());
    }
    return vector;
  }

  private static float[][] gaussians(Random random, int count, int dimension) {
    float[][] vectors = new float[count][];
    Arrays.setAll(vectors, i -> gaussian(random, dimension, 1));
    return vectors;
  }

  private static float[] sum(float[] a, float[] b) {
    float[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static float[] scaled(float[] vector, float factor) {
    float[] scaled = vector.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += component * component;
    }
    return scaled(vector, (float) (1 / Math.sqrt(squares)));
  }

  private static float[] joined(float[] first, float[] second) {
    float[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static float[] times(float[][] matrix, float[] vector) {
    float[] product = new float[matrix.length];
    for (int row = 0; row < product.length; row++) {
      for (int i = 0; i < vector.length; i++) {
        product[row] += matrix[row][i] * vector[i];
      }
    }
    return product;
  }
}
