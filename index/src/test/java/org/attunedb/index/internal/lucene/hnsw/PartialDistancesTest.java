package org.attunedb.index.internal.lucene.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FSLockFactory;
import org.apache.lucene.store.MMapDirectory;
import org.attunedb.index.SimdProvider;
import org.attunedb.index.internal.lucene.Simd;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Beside the whole distances, which are the oracle. */
class PartialDistancesTest {
  private static final int DIMENSION = 512;
  private static final int VECTORS = 3_000;
  private static final int CENTRES = 30;
  private static final int BATCH = 32;
  private static final int NEAREST = 10;

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(11);
  private float[][] centres = new float[0][];
  private @Nullable Directory directory;
  private @Nullable GraphSegment segment;

  @BeforeEach
  void draw() {
    assumeThat(Simd.provider())
        .as("vectors are compared in part only by SIMD")
        .isEqualTo(SimdProvider.PANAMA);
    centres = IntStream.range(0, CENTRES).mapToObj(i -> gaussian(1)).toArray(float[][]::new);
  }

  @AfterEach
  void close() throws IOException {
    if (segment != null) {
      segment.close();
    }
    if (directory != null) {
      directory.close();
    }
  }

  private float[] gaussian(double scale) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (scale * random.nextGaussian());
    }
    return vector;
  }

  /** Near one of the centres; of length 1 if asked. */
  private float[] clustered(VectorSimilarityFunction similarity) {
    float[] vector = gaussian(0.7);
    float[] centre = centres[random.nextInt(CENTRES)];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] += centre[i];
    }
    return similarity == VectorSimilarityFunction.EUCLIDEAN ? vector : unit(vector);
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += component * component;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private GraphSegment segment(VectorSimilarityFunction similarity, List<float[]> vectors)
      throws IOException {
    Directory store = FSDirectory.open(folder);
    directory = store;
    GraphSegment written = GraphSegment.write(store, similarity, vectors);
    segment = written;
    return written;
  }

  private List<float[]> clustered(VectorSimilarityFunction similarity, int count) {
    return IntStream.range(0, count).mapToObj(i -> clustered(similarity)).toList();
  }

  /** One query: the whole scores of all vectors, and partial distances. */
  private static final class Asked {
    private final float[] scores;
    private final PartialDistances partial;

    Asked(GraphSegment segment, VectorSimilarityFunction similarity, float[] query)
        throws IOException {
      scores = segment.scores(query);
      partial =
          Objects.requireNonNull(
              PartialDistances.of(segment.scorer(query), query, similarity, BATCH));
    }

    /** As a walk tells what it compares on its way: what is near, but not the nearest. */
    Asked learn() throws IOException {
      return learn(byScore().skip(NEAREST).limit(2 * BATCH).toList());
    }

    Asked learn(List<Integer> those) throws IOException {
      for (int from = 0; from < those.size(); from += BATCH) {
        List<Integer> batch = those.subList(from, Math.min(those.size(), from + BATCH));
        int[] nodes = batch.stream().mapToInt(node -> node).toArray();
        float[] told = new float[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
          told[i] = scores[nodes[i]];
        }
        partial.learn(nodes, told, nodes.length);
      }
      return this;
    }

    List<Integer> kept(float floor) throws IOException {
      List<Integer> kept = new ArrayList<>();
      for (int from = 0; from < scores.length; from += BATCH) {
        int[] nodes = IntStream.range(from, Math.min(scores.length, from + BATCH)).toArray();
        int left = partial.keep(nodes, nodes.length, floor);
        Arrays.stream(nodes, 0, left).forEach(kept::add);
      }
      return kept;
    }

    private Stream<Integer> byScore() {
      return all().stream().sorted(Comparator.comparingDouble(node -> -scores[node]));
    }

    List<Integer> nearest() {
      return byScore().limit(NEAREST).toList();
    }

    float floor() {
      return scores[nearest().getLast()];
    }

    List<Integer> all() {
      return IntStream.range(0, scores.length).boxed().toList();
    }
  }

  private Asked asked(VectorSimilarityFunction similarity, List<float[]> vectors, float[] query)
      throws IOException {
    return new Asked(segment(similarity, vectors), similarity, query);
  }

  @ParameterizedTest
  @EnumSource(names = {"DOT_PRODUCT", "EUCLIDEAN"})
  void keep_onceMeasured_leavesOutTheFarAndKeepsTheNear(VectorSimilarityFunction similarity)
      throws IOException {
    GraphSegment of = segment(similarity, clustered(similarity, VECTORS));
    long lost = 0;

    for (int q = 0; q < 50; q++) {
      Asked asked = new Asked(of, similarity, clustered(similarity)).learn();
      List<Integer> kept = asked.kept(asked.floor());

      assertThat(kept).isSorted().hasSizeLessThan(VECTORS / 4);
      lost += asked.nearest().stream().filter(node -> !kept.contains(node)).count();
    }

    assertThat(lost).isLessThanOrEqualTo(50 * NEAREST / 100);
  }

  @Test
  void keep_queryMovedInItsFirstComponents_keepsAll() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.EUCLIDEAN;
    float[] query = clustered(similarity);
    for (int i = 0; i < DIMENSION / 4; i++) {
      query[i] += 4;
    }
    Asked asked = asked(similarity, clustered(similarity, VECTORS), query).learn();

    assertThat(asked.kept(asked.floor())).isEqualTo(asked.all());
  }

  @Test
  void keep_beforeItMeasuredOrWithoutAFloor_keepsAll() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.DOT_PRODUCT;
    Asked asked = asked(similarity, clustered(similarity, VECTORS), clustered(similarity));

    assertThat(asked.kept(asked.floor())).isEqualTo(asked.all());
    asked.learn();
    assertThat(asked.kept(Float.NEGATIVE_INFINITY)).isEqualTo(asked.all());
    assertThat(asked.kept(asked.floor())).isNotEqualTo(asked.all());
  }

  @Test
  void keep_firstComponentsTellNothing_keepsAll() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.DOT_PRODUCT;
    List<float[]> vectors = clustered(similarity, VECTORS);
    float[] query = clustered(similarity);
    vectors.forEach(vector -> Arrays.fill(vector, 0, DIMENSION / 4, 0));
    vectors.forEach(PartialDistancesTest::unit);
    Arrays.fill(query, 0, DIMENSION / 4, 0);
    Asked asked = asked(similarity, vectors, unit(query)).learn();

    assertThat(asked.kept(asked.floor())).isEqualTo(asked.all());
  }

  @Test
  void keep_vectorsDifferInFewComponents_keepsAll() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.DOT_PRODUCT;
    List<float[]> vectors = IntStream.range(0, VECTORS).mapToObj(i -> sparse()).toList();
    Asked asked = asked(similarity, vectors, sparse()).learn();

    assertThat(asked.kept(asked.floor())).isEqualTo(asked.all());
  }

  private float[] sparse() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < 3; i++) {
      vector[random.nextInt(DIMENSION)] = 1;
    }
    return unit(vector);
  }

  @Test
  void keep_copiesOfTheQuery_keepsThem() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.DOT_PRODUCT;
    float[] query = clustered(similarity);
    List<float[]> vectors = new ArrayList<>(clustered(similarity, VECTORS));
    for (int i = 100; i < 200; i++) {
      vectors.set(i, query);
    }
    Asked asked = asked(similarity, vectors, query);
    asked.learn(asked.all().subList(200, 200 + 2 * BATCH));

    List<Integer> kept = asked.kept(asked.floor());

    assertThat(kept)
        .containsAll(IntStream.range(100, 200).boxed().toList())
        .hasSizeLessThan(VECTORS / 2);
  }

  @Test
  void learn_nothingButCopies_endsWithoutMeasuring() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.DOT_PRODUCT;
    float[] query = clustered(similarity);
    List<float[]> vectors = new ArrayList<>(clustered(similarity, VECTORS));
    for (int i = 0; i < 512; i++) {
      vectors.set(i, query);
    }
    Asked asked = asked(similarity, vectors, query);
    asked.learn(asked.all().subList(0, 512 + 4 * BATCH));

    assertThat(asked.kept(1)).isEqualTo(asked.all());
  }

  @Test
  void keep_littleIsLeftOut_asksNoMore() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.DOT_PRODUCT;
    Asked asked = asked(similarity, clustered(similarity, VECTORS), clustered(similarity));
    asked.learn();

    assertThat(asked.kept(0.1f)).isEqualTo(asked.all());

    assertThat(asked.kept(asked.floor())).isEqualTo(asked.all());
  }

  @ParameterizedTest
  @EnumSource(names = {"MAXIMUM_INNER_PRODUCT", "COSINE"})
  void of_scoresThatAreNoDistances_isNull(VectorSimilarityFunction similarity) throws IOException {
    List<float[]> vectors = clustered(VectorSimilarityFunction.DOT_PRODUCT, 40);
    GraphSegment of = segment(similarity, vectors);
    float[] query = vectors.getFirst();

    assertThat(PartialDistances.of(of.scorer(query), query, similarity, BATCH)).isNull();
  }

  /** Where scorers would read whole vectors all the same. */
  @Test
  void of_vectorsInSeveralPiecesOfMemory_isNull() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.EUCLIDEAN;
    segment(similarity, clustered(similarity, 100));
    try (Directory pieces = new MMapDirectory(folder, FSLockFactory.getDefault(), 1 << 16);
        GraphSegment of = GraphSegment.open(pieces)) {
      float[] query = clustered(similarity);

      assertThat(PartialDistances.of(of.scorer(query), query, similarity, BATCH)).isNull();
    }
  }

  @Test
  void of_shortVectors_isNull() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.EUCLIDEAN;
    int dimension = PartialDistances.LEAST_DIMENSION - 1;
    List<float[]> vectors =
        clustered(similarity, 40).stream().map(v -> Arrays.copyOf(v, dimension)).toList();
    GraphSegment of = segment(similarity, vectors);
    float[] query = vectors.getFirst();

    assertThat(PartialDistances.of(of.scorer(query), query, similarity, BATCH)).isNull();
  }
}
