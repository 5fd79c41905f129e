package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.core.adapter.ModeProfile;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 40 graded queries over 80 documents of any length, 12 dimensions. */
class HeldOutRanksTest {
  private static final int DIMENSION = 12;
  private static final int DOCUMENTS = 80;
  private static final int QUERIES = 40;

  private final SplittableRandom random = new SplittableRandom(9);
  private final Matrix corpus = Matrix.of(gaussian(DOCUMENTS));
  private final TrainingSet set = new TrainingSet(corpus, queries());
  private final Candidates candidates = Candidates.of(set, 1, Candidates.FULL_CORPUS);
  private final List<Targets> targets = set.queries().stream().map(candidates::targets).toList();
  private final Tensors tensors = newTensors();
  private final List<Integer> all = IntStream.range(0, QUERIES).boxed().toList();

  private Tensors newTensors() {
    PyTorch.start(1, 1);
    return new Tensors(corpus, candidates, set.queries(), Device.cpu());
  }

  @AfterEach
  void close() {
    tensors.close();
  }

  @Test
  void measure_baseVectors_agreesWithMetricsOfASort() {
    List<Quality> measured = ranks(1 << 20).measure(all, (queries, indexes) -> queries);

    for (int q = 0; q < QUERIES; q++) {
      assertQuality(measured.get(q), q, set.queries().get(q).vector());
    }
    assertThat(Quality.mean(measured).recallAt10()).isBetween(0.05, 0.95);
  }

  /** The tensors' formula and the one that searches use are the same. */
  @ParameterizedTest
  @ValueSource(floats = {0, 0.25f, 1})
  void measure_adaptedVectors_agreesWithTheAdapterThatSearchesUse(float alpha) {
    Factors factors = new Factors(DIMENSION, 3, flat(DIMENSION), flat(DIMENSION));
    LowRankAdapter adapter = new LowRankAdapter(factors.weights(constant(alpha), null));

    List<Quality> measured =
        ranks(1 << 20)
            .measure(
                all,
                (queries, indexes) -> factors.adapt(queries, queries.getManager().create(alpha)));

    for (int q = 0; q < QUERIES; q++) {
      assertQuality(measured.get(q), q, adapter.adapt(set.queries().get(q).vector()));
    }
  }

  private static Map<SearchMode, ModeProfile> constant(float alpha) {
    return Map.of(
        SearchMode.VECTOR, ModeProfile.constant(alpha),
        SearchMode.HYBRID, ModeProfile.constant(alpha));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, DOCUMENTS, 3 * DOCUMENTS + 1, QUERIES * DOCUMENTS})
  void measure_inChunks_isTheSameAsAtOnce(int maxScores) {
    AtomicInteger chunks = new AtomicInteger();

    List<Quality> measured =
        ranks(maxScores)
            .measure(
                all,
                (queries, indexes) -> {
                  chunks.incrementAndGet();
                  return queries;
                });

    int perChunk = Math.max(1, maxScores / DOCUMENTS);
    assertThat(chunks.get()).isEqualTo((QUERIES + perChunk - 1) / perChunk);
    assertThat(measured).isEqualTo(ranks(1 << 20).measure(all, (queries, indexes) -> queries));
  }

  @Test
  void measure_someQueries_areThese() {
    List<Quality> whole = ranks(1 << 20).measure(all, (queries, indexes) -> queries);

    assertThat(ranks(2 * DOCUMENTS).measure(List.of(31, 4, 17), (queries, indexes) -> queries))
        .containsExactly(whole.get(31), whole.get(4), whole.get(17));
    assertThat(ranks(1).measure(List.of(), (queries, indexes) -> queries)).isEmpty();
  }

  @Test
  void measure_cancelledBetweenChunks_stops() {
    CancellationToken token = new CancellationToken();
    AtomicInteger chunks = new AtomicInteger();
    HeldOutRanks ranks = new HeldOutRanks(tensors, targets, DOCUMENTS, token, 4 * DOCUMENTS);

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(
            () ->
                ranks.measure(
                    all,
                    (queries, indexes) -> {
                      if (chunks.incrementAndGet() == 3) {
                        token.cancel();
                      }
                      return queries;
                    }));
    assertThat(chunks).hasValue(3);
  }

  @Test
  void mean_ofQualities_isByComponent() {
    Quality mean = Quality.mean(List.of(new Quality(1, 0.5, 0.25), new Quality(0, 1, 0.75)));

    assertThat(mean).isEqualTo(new Quality(0.5, 0.75, 0.5));
    assertThat(mean.objective()).isEqualTo(0.625);
    assertThat(Quality.mean(List.of())).isEqualTo(new Quality(0, 0, 0));
  }

  private HeldOutRanks ranks(int maxScores) {
    return new HeldOutRanks(tensors, targets, DOCUMENTS, new CancellationToken(), maxScores);
  }

  private void assertQuality(Quality actual, int query, Embedding vector) {
    List<String> ranking =
        IntStream.range(0, DOCUMENTS)
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    (Integer d) -> -vector.dot(corpus.embedding(d)) / corpus.embedding(d).norm()))
            .map(String::valueOf)
            .toList();
    Relevance relevance =
        Relevance.of(
            set.queries().get(query).labels().stream()
                .collect(Collectors.toMap(label -> String.valueOf(label.row()), Label::grade)));
    assertThat(actual.recallAt1()).isEqualTo(Metric.recall(1).of(ranking, relevance));
    assertThat(actual.recallAt10()).isEqualTo(Metric.recall(10).of(ranking, relevance));
    assertThat(actual.ndcgAt10()).isEqualTo(Metric.ndcg(10).of(ranking, relevance), within(1e-12));
  }

  private List<LabelledQuery> queries() {
    float[][] vectors = gaussian(QUERIES);
    List<LabelledQuery> queries = new ArrayList<>();
    for (float[] vector : vectors) {
      int count = 1 + random.nextInt(4);
      List<Label> labels =
          random
              .ints(0, DOCUMENTS)
              .distinct()
              .limit(count)
              .mapToObj(row -> new Label(row, 1 + random.nextInt(3)))
              .collect(Collectors.toCollection(ArrayList::new));
      int judgedBad = labels.stream().mapToInt(Label::row).max().orElseThrow();
      if (judgedBad + 1 < DOCUMENTS) {
        labels.add(new Label(judgedBad + 1, 0));
      }
      queries.add(new LabelledQuery(Embedding.of(vector), labels));
    }
    return queries;
  }

  private float[][] gaussian(int rows) {
    float[][] matrix = new float[rows][DIMENSION];
    for (float[] row : matrix) {
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = (float) (3 * random.nextGaussian());
      }
    }
    return matrix;
  }

  /** A matrix of three rows or columns. */
  private float[] flat(int length) {
    float[] matrix = new float[3 * length];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) (0.4 * random.nextGaussian());
    }
    return matrix;
  }
}
