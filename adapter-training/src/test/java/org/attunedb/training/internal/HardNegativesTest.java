package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.Matrix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 9,000 rows, which are read in three parts, and 30 queries with a relevant and a judged row. */
class HardNegativesTest {
  private static final int ROWS = 9_000;
  private static final int QUERIES = 30;
  private static final int DIMENSION = 6;

  /** Nearly the same as row 0, which is relevant to query 0. */
  private static final int COPY = 8_999;

  private final SplittableRandom random = new SplittableRandom(5);
  private final float[][] rows = new float[ROWS][];
  private final List<LabelledQuery> queries = new ArrayList<>();

  @BeforeEach
  void fill() {
    PyTorch.start(1, 1);
    for (int row = 0; row < ROWS; row++) {
      rows[row] = vector();
    }
    rows[COPY] = rows[0].clone();
    rows[COPY][0] += 0.01f;
    for (int q = 0; q < QUERIES; q++) {
      float[] near = rows[q].clone();
      near[0] += 0.3f;
      queries.add(
          new LabelledQuery(Embedding.of(near), List.of(new Label(q, 1), new Label(100 + q, 0))));
    }
  }

  @Test
  void mine_manyRows_areTheNearestThatNobodyJudged() {
    TrainingSet set = new TrainingSet(Matrix.of(rows), queries);

    BitSet mined = new HardNegatives(Device.cpu(), new CancellationToken()).mine(set, 1);

    assertThat(mined).isEqualTo(naive());
    assertThat(mined.get(COPY)).isFalse();
    assertThat(mined.cardinality()).isBetween(100, 20 * QUERIES);
  }

  @Test
  void mine_cancelled_ends() {
    TrainingSet set = new TrainingSet(Matrix.of(rows), queries);
    CancellationToken cancelled = new CancellationToken();
    cancelled.cancel();

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> new HardNegatives(Device.cpu(), cancelled).mine(set, 1));
  }

  private BitSet naive() {
    BitSet expected = new BitSet();
    for (int q = 0; q < QUERIES; q++) {
      Embedding query = queries.get(q).vector();
      Embedding relevant = Embedding.of(rows[q]);
      int own = q;
      IntStream.range(0, ROWS)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer row) -> -cosine(query, row)))
          .limit(20)
          .filter(row -> row != own && row != 100 + own)
          .filter(row -> cosine(relevant, row) < 0.95)
          .forEach(expected::set);
    }
    return expected;
  }

  private double cosine(Embedding a, int row) {
    Embedding b = Embedding.of(rows[row]);
    return a.normalized().dot(b.normalized());
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
