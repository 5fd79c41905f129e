package org.attunedb.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingBridgeTest {
  private static final EmbedderInfo NEW = new EmbedderInfo("new-1", 24);
  private static final EmbedderInfo OLD = new EmbedderInfo("old-1", 24);
  private static final EmbedderInfo SHORT = new EmbedderInfo("short-1", 10);

  @Test
  void fit_rotatedVectors_recoversTheRotation() {
    SplittableRandom random = new SplittableRandom(1);
    double[][] rotation = DenseMatrixTest.orthogonal(24, random);
    List<Embedding> news = vectors(400, 24, random);

    EmbeddingBridge bridge = EmbeddingBridge.fit(NEW, OLD, news, mapped(rotation, news), 7);

    assertThat(bridge.kind()).isEqualTo(EmbeddingBridge.Kind.ORTHOGONAL);
    assertThat(bridge.pairs()).isEqualTo(400);
    assertThat(bridge.agreement().queries()).isEqualTo(40);
    assertThat(bridge.agreement().cosine()).isCloseTo(1, within(1e-6));
    assertThat(bridge.agreement().recallAt10()).isEqualTo(1);
    assertThat(bridge.agreement().oldRecallAt10()).isEqualTo(1);
    for (int i = 0; i < 24; i++) {
      for (int j = 0; j < 24; j++) {
        assertThat((double) bridge.matrix()[i * 24 + j]).isCloseTo(rotation[i][j], within(1e-6));
      }
    }
  }

  @Test
  void fit_rotationWithNoise_recoversItAboutAsWellAsTheNoiseAllows() {
    SplittableRandom random = new SplittableRandom(2);
    double[][] rotation = DenseMatrixTest.orthogonal(24, random);
    List<Embedding> news = vectors(600, 24, random);
    List<Embedding> exact = mapped(rotation, news);
    List<Embedding> noisy = exact.stream().map(v -> moved(v, 0.5, random)).toList();

    EmbeddingBridge bridge = EmbeddingBridge.fit(NEW, OLD, news, noisy, 7);

    List<Embedding> others = vectors(50, 24, random);
    assertThat(meanCosine(bridge, others, mapped(rotation, others))).isGreaterThan(0.98);
    // cos = 1/sqrt(1 + 0.25) between a vector and its noisy self.
    assertThat(bridge.agreement().cosine()).isCloseTo(0.894, within(0.03));
    assertThat(bridge.agreement().recallAt10()).isBetween(0.4, 0.95);
  }

  @Test
  void fit_otherDimension_isAffineAndFindsTheProjection() {
    SplittableRandom random = new SplittableRandom(3);
    double[][] projection = DenseMatrixTest.gaussian(10, 24, random);
    List<Embedding> news = vectors(800, 24, random);

    EmbeddingBridge bridge = EmbeddingBridge.fit(NEW, SHORT, news, mapped(projection, news), 7);

    assertThat(bridge.kind()).isEqualTo(EmbeddingBridge.Kind.AFFINE);
    List<Embedding> others = vectors(50, 24, random);
    assertThat(meanCosine(bridge, others, mapped(projection, others))).isGreaterThan(0.98);
  }

  @Test
  void fit_stretchedVectors_prefersTheAffineMap() {
    SplittableRandom random = new SplittableRandom(4);
    double[][] stretch = new double[24][24];
    for (int i = 0; i < 24; i++) {
      stretch[i][i] = i < 12 ? 10 : 0.5;
    }
    List<Embedding> news = vectors(800, 24, random);

    EmbeddingBridge bridge = EmbeddingBridge.fit(NEW, OLD, news, mapped(stretch, news), 7);

    assertThat(bridge.kind()).isEqualTo(EmbeddingBridge.Kind.AFFINE);
    assertThat(bridge.agreement().cosine()).isGreaterThan(0.97);
  }

  @Test
  void fit_fewerPairsThanDimensions_staysFiniteAndBeatsChance() {
    SplittableRandom random = new SplittableRandom(5);
    EmbedderInfo wideNew = new EmbedderInfo("new-wide", 200);
    EmbedderInfo wideOld = new EmbedderInfo("old-wide", 200);
    double[][] rotation = DenseMatrixTest.orthogonal(200, random);
    List<Embedding> news = vectors(120, 200, random);

    EmbeddingBridge bridge = EmbeddingBridge.fit(wideNew, wideOld, news, mapped(rotation, news), 7);

    // A random vector has about 120/200 of its square in the span of the pairs.
    List<Embedding> others = vectors(50, 200, random);
    assertThat(meanCosine(bridge, others, mapped(rotation, others))).isBetween(0.7, 0.85);
    assertThat(meanCosine(bridge, news, mapped(rotation, news))).isGreaterThan(0.95);
  }

  @Test
  void fit_vectorsAllAlike_staysFinite() {
    List<Embedding> alike = IntStream.range(0, 100).mapToObj(i -> axis(24, 3)).toList();

    EmbeddingBridge bridge = EmbeddingBridge.fit(NEW, OLD, alike, alike, 7);

    assertThat(bridge.map(axis(24, 3)).dot(axis(24, 3))).isCloseTo(1, within(1e-6));
  }

  @Test
  void fit_sameSeed_givesTheSameBridge() {
    SplittableRandom random = new SplittableRandom(6);
    List<Embedding> news = vectors(150, 24, random);
    List<Embedding> olds = vectors(150, 24, random);

    assertThat(EmbeddingBridge.fit(NEW, OLD, news, olds, 3))
        .isEqualTo(EmbeddingBridge.fit(NEW, OLD, news, olds, 3));
  }

  @Test
  void fit_unusablePairs_isRefused() {
    List<Embedding> good = vectors(100, 24, new SplittableRandom(7));
    List<Embedding> fewer = good.subList(0, 99);
    List<Embedding> zero = replaced(good, 41, Embedding.of(new float[24]));
    List<Embedding> shorter = replaced(good, 41, Embedding.of(1, 2));

    assertRefused(ErrorCode.BRIDGE_INVALID, () -> EmbeddingBridge.fit(NEW, OLD, good, fewer, 1))
        .withMessageContaining("100 vectors of 'new-1' and 99 of 'old-1'");
    assertRefused(ErrorCode.BRIDGE_INVALID, () -> EmbeddingBridge.fit(NEW, OLD, fewer, fewer, 1))
        .withMessageContaining("at least 100");
    assertRefused(ErrorCode.ZERO_VECTOR, () -> EmbeddingBridge.fit(NEW, OLD, good, zero, 1))
        .withMessageContaining("vector 42 of 'old-1'");
    assertRefused(
            ErrorCode.DIMENSION_MISMATCH, () -> EmbeddingBridge.fit(NEW, OLD, shorter, good, 1))
        .withMessageContaining("vector 42 has 2 dimensions, expected 24 of 'new-1'");
  }

  @Test
  void create_weightsThatAreNone_isRefused() {
    EmbeddingBridge.Agreement agreement = new EmbeddingBridge.Agreement(1, 1, 1, 1);
    EmbedderInfo one = new EmbedderInfo("one", 1);

    assertRefused(
        ErrorCode.BRIDGE_INVALID,
        () ->
            new EmbeddingBridge(
                one,
                one,
                EmbeddingBridge.Kind.AFFINE,
                100,
                agreement,
                new float[] {Float.NaN},
                new float[1]));
    assertRefused(
        ErrorCode.BRIDGE_INVALID,
        () ->
            new EmbeddingBridge(
                one, one, EmbeddingBridge.Kind.AFFINE, 100, agreement, new float[2], new float[1]));
    assertRefused(
        ErrorCode.BRIDGE_INVALID, () -> new EmbeddingBridge.Agreement(5, Double.NaN, 0, 0));
  }

  @Test
  void map_zeroAndOtherVectors_givesZeroOrRefuses() {
    EmbeddingBridge bridge = turn();

    assertThat(bridge.map(Embedding.of(0, 0))).isEqualTo(Embedding.of(0, 0));
    assertThat(bridge.map(Embedding.of(5, 0))).isEqualTo(Embedding.of(0, 1));
    assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> bridge.map(Embedding.of(1)));
  }

  @Test
  void file_writtenAndRead_isTheSame(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("a.bridge"), BridgeFile.encode(turn()));

    assertThat(BridgeFile.read(file)).isEqualTo(turn());
  }

  @Test
  void file_everyCut_isRefused(@TempDir Path folder) {
    byte[] bytes = BridgeFile.encode(turn());

    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertRefused(ErrorCode.BRIDGE_INVALID, () -> BridgeFile.decode(cut, "a.bridge"))
          .withMessageStartingWith("a.bridge: ");
    }
    assertRefused(
        ErrorCode.BRIDGE_INVALID,
        () -> BridgeFile.decode(Arrays.copyOf(bytes, bytes.length + 1), "a.bridge"));
    assertRefused(ErrorCode.FILE_UNREADABLE, () -> BridgeFile.read(folder.resolve("none")));
  }

  @Test
  void file_anAdapter_isRefused() {
    byte[] adapter = AdapterFile.encode(RandomAdapters.adapter(4, 2, new SplittableRandom(1)));

    assertRefused(ErrorCode.BRIDGE_INVALID, () -> BridgeFile.decode(adapter, "x"))
        .withMessageContaining("attune-bridge");
  }

  @Test
  void embedder_withBridge_standsForTheOldOne() {
    Embedder news = new Axes(new EmbedderInfo("new-2", 2), 0);
    Embedder olds = new Axes(new EmbedderInfo("old-2", 2), 1);

    Embedder bridged = new BridgedEmbedder(news, turn(), olds);

    assertThat(bridged.info()).isEqualTo(olds.info());
    assertThat(bridged.embedQueries(List.of("a", ""))).containsExactly(axis(2, 1), zero());
    assertThat(bridged.embedDocuments(List.of("a"))).containsExactly(axis(2, 1));
  }

  @Test
  void embedder_withoutTheOldOne_refusesDocuments() {
    Embedder bridged = new BridgedEmbedder(new Axes(turn().from(), 0), turn(), null);

    assertThat(bridged.embedQueries(List.of("a"))).containsExactly(axis(2, 1));
    assertRefused(ErrorCode.EMBEDDER_MISSING, () -> bridged.embedDocuments(List.of("a")))
        .withMessageContaining("old-2");
  }

  @Test
  void embedder_ofAnotherModel_isRefused() {
    Embedder other = new Axes(new EmbedderInfo("other", 2), 0);

    assertRefused(ErrorCode.EMBEDDER_MISMATCH, () -> new BridgedEmbedder(other, turn(), null))
        .withMessageContaining("'other'")
        .withMessageContaining("'new-2'");
    assertRefused(
        ErrorCode.EMBEDDER_MISMATCH,
        () -> new BridgedEmbedder(new Axes(turn().from(), 0), turn(), other));
  }

  /** Turns the plane by a quarter. */
  private static EmbeddingBridge turn() {
    return new EmbeddingBridge(
        new EmbedderInfo("new-2", 2),
        new EmbedderInfo("old-2", 2),
        EmbeddingBridge.Kind.ORTHOGONAL,
        123,
        new EmbeddingBridge.Agreement(20, 0.5, 0.25, 0.75),
        new float[] {0, -1, 1, 0},
        new float[2]);
  }

  /** Every text but the empty one is the same unit vector. */
  private record Axes(EmbedderInfo info, int axis) implements Embedder {
    @Override
    public List<Embedding> embedDocuments(List<String> texts) {
      return texts.stream()
          .map(t -> t.isEmpty() ? zero() : EmbeddingBridgeTest.axis(2, axis))
          .toList();
    }

    @Override
    public List<Embedding> embedQueries(List<String> texts) {
      return embedDocuments(texts);
    }
  }

  private static Embedding zero() {
    return Embedding.of(0, 0);
  }

  private static Embedding axis(int dimension, int axis) {
    float[] vector = new float[dimension];
    vector[axis] = 1;
    return Embedding.of(vector);
  }

  private static List<Embedding> replaced(List<Embedding> vectors, int place, Embedding by) {
    List<Embedding> replaced = new ArrayList<>(vectors);
    replaced.set(place, by);
    return replaced;
  }

  private static Embedding moved(Embedding vector, double distance, SplittableRandom random) {
    float[] moved = vector.toArray();
    float[] noise = Embedding.unit(RandomAdapters.vector(moved.length, random)).toArray();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) distance * noise[i];
    }
    return Embedding.unit(moved);
  }

  private static double meanCosine(
      EmbeddingBridge bridge, List<Embedding> news, List<Embedding> olds) {
    return IntStream.range(0, news.size())
        .mapToDouble(i -> bridge.map(news.get(i)).dot(olds.get(i)))
        .average()
        .orElseThrow();
  }

  private static List<Embedding> mapped(double[][] matrix, List<Embedding> vectors) {
    return vectors.stream()
        .map(
            vector -> {
              double[] product = new double[matrix.length];
              for (int r = 0; r < matrix.length; r++) {
                for (int c = 0; c < matrix[r].length; c++) {
                  product[r] += matrix[r][c] * vector.get(c);
                }
              }
              return Embedding.of(product).normalized();
            })
        .toList();
  }

  private static List<Embedding> vectors(int count, int dimension, SplittableRandom random) {
    return IntStream.range(0, count)
        .mapToObj(i -> Embedding.unit(RandomAdapters.vector(dimension, random)))
        .toList();
  }
}
