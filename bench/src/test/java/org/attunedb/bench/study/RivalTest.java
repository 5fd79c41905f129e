package org.attunedb.bench.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The recipes on problems small enough to know the answer. */
class RivalTest {
  private static final float HALF = (float) Math.sqrt(0.5);

  /** A query at 45° between the wrong document, which comes first, and the right one. */
  private static DenseCorpus twoDocuments() {
    return new DenseCorpus(List.of("wrong", "right"), new float[][] {{1, 0}, {0, 1}});
  }

  private static VectorLabels copies(int count, float[] query, int row) {
    List<float[]> queries = new ArrayList<>();
    List<int[]> relevant = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      queries.add(query.clone());
      relevant.add(new int[] {row});
    }
    return new VectorLabels(queries, relevant);
  }

  @Test
  void linear_rate_warmsUpAndFallsToZero() {
    // 40 steps: 4 of warm-up from 0, then 36 down.
    assertThat(LinearRival.rate(0, 40)).isZero();
    assertThat(LinearRival.rate(2, 40)).isCloseTo(1e-5, within(1e-12));
    assertThat(LinearRival.rate(4, 40)).isCloseTo(2e-5, within(1e-12));
    assertThat(LinearRival.rate(22, 40)).isCloseTo(1e-5, within(1e-12));
    assertThat(LinearRival.rate(40, 40)).isZero();
  }

  @Test
  void linear_clip_shortensOnlyLongGradients() {
    float[] tall = {30, 40};
    float[] small = {0.3f, 0.4f};

    LinearRival.clip(tall);
    LinearRival.clip(small);

    assertThat(tall).containsExactly(new float[] {0.6f, 0.8f}, within(1e-6f));
    assertThat(small).containsExactly(0.3f, 0.4f);
  }

  /**
   * Two labels, one batch, four steps of which no warm-up: all gradients keep their sign, so that
   * every weight that one reaches moves by about the sum of the rates, 2e-5·(4+3+2+1)/4.
   */
  @Test
  void linear_twoLabels_movesTowardsItsDocumentBySumOfTheRates() {
    VectorLabels labels =
        new VectorLabels(
            List.of(new float[] {HALF, HALF}, new float[] {1, 0}),
            List.of(new int[] {1}, new int[] {0}));

    float[] moved =
        new LinearRival().fit(twoDocuments(), labels, 1).query().apply(new float[] {0, 1});

    double sum = 2e-5 * (4 + 3 + 2 + 1) / 4;
    // The column of the second component: away from document 0, towards document 1, and decay.
    assertThat((double) moved[0]).isCloseTo(-sum, within(2e-6));
    assertThat((double) moved[1]).isCloseTo(1 + sum - 0.01 * sum, within(2e-6));
  }

  @Test
  void linear_noLabels_isTheIdentity() {
    float[] query = {0.6f, 0.8f};

    Rival.Fitted fitted =
        new LinearRival().fit(twoDocuments(), new VectorLabels(List.of(), List.of()), 1);

    assertThat(fitted.query().apply(query)).containsExactly(query);
  }

  @Test
  void triplet_separableLabels_putsTheRelevantDocumentFirst() {
    float[] query = {0.75f, 0.66f};
    Rival rival = new TripletRival(0.3, 200, 4, 1, 0);

    Rival.Fitted fitted = rival.fit(twoDocuments(), copies(8, query, 1), 3);

    float[] adapted = fitted.query().apply(query);
    double ahead =
        Losses.cosine(adapted, new float[] {0, 1}) - Losses.cosine(adapted, new float[] {1, 0});
    assertThat(ahead).as("stops at the margin").isCloseTo(0.3, within(0.05));
    assertThat(fitted.rank(List.of(query), 1)).containsExactly(List.of("right"));
  }

  /** One epoch over two labels in one batch is one step: the learning rate for every weight. */
  @Test
  void triplet_oneStep_movesByTheLearningRate() {
    Rival rival = new TripletRival(0.3, 1, 8, 1, 0);

    Rival.Fitted fitted = rival.fit(twoDocuments(), copies(2, new float[] {HALF, HALF}, 1), 3);

    assertThat(fitted.query().apply(new float[] {1, 0}))
        .containsExactly(new float[] {1 - 1e-3f, 1e-3f}, within(1e-6f));
  }

  /** Every label is right at the start, so that no epoch is better. */
  @Test
  void triplet_validated_fallsBackToTheIdentityWhereNothingHelps() {
    float[] query = {1, 0};

    Rival.Fitted fitted = TripletRival.validated().fit(twoDocuments(), copies(20, query, 0), 3);

    assertThat(fitted.query().apply(query)).as("already right").containsExactly(query);
  }

  @Test
  void triplet_mrr_isTheMeanOfReciprocalRanks() {
    VectorLabels labels =
        new VectorLabels(
            List.of(new float[] {1, 0}, new float[] {1, 0}), List.of(new int[] {0}, new int[] {1}));

    assertThat(TripletRival.mrr(LinearMap.identity(2), twoDocuments(), labels)).isEqualTo(0.75);
  }

  @Test
  void nudge_directions_areUnitSumsOfTheQueriesOfEachDocument() {
    VectorLabels labels =
        new VectorLabels(
            List.of(new float[] {1, 0}, new float[] {0, 1}, new float[] {0, 1}),
            List.of(new int[] {5}, new int[] {5, 2}, new int[] {2}));

    var directions = NudgeRival.directions(labels, 2);

    assertThat(directions).containsOnlyKeys(2, 5);
    assertThat(directions.get(5)).containsExactly(new float[] {HALF, HALF}, within(1e-6f));
    assertThat(directions.get(2)).containsExactly(0, 1);
  }

  @Test
  void nudge_move_chordEndsWhereTheGeometrySays() {
    float[] document = {1, 0};
    float[] direction = {0, 1};

    // A chord of 1 spans 60°.
    assertThat(NudgeRival.move(document, direction, 1))
        .containsExactly(new float[] {0.5f, (float) Math.sqrt(0.75)}, within(1e-6f));
    assertThat(NudgeRival.move(document, direction, 0)).containsExactly(1, 0);
    assertThat(NudgeRival.move(document, direction, 1.5))
        .as("not beyond the direction")
        .containsExactly(new float[] {0, 1}, within(1e-6f));
    assertThat(NudgeRival.move(document, document, 1)).containsExactly(1, 0);
  }

  /** No point of the sphere within the chord has a larger inner product with the direction. */
  @Test
  void nudge_move_randomVectors_isNotBeatenByRandomSearch() {
    Random random = new Random(9);
    for (int round = 0; round < 20; round++) {
      float[] document = randomUnit(random);
      float[] direction = randomUnit(random);
      double gamma = 0.2 + random.nextDouble();

      float[] moved = NudgeRival.move(document, direction, gamma);

      assertThat(Vectors.norm(moved)).isCloseTo(1, within(1e-5));
      assertThat(distance(moved, document)).isLessThan(gamma + 1e-5);
      for (int i = 0; i < 5_000; i++) {
        float[] other = document.clone();
        Vectors.add(other, (float) (2 * gamma * random.nextDouble()), randomUnit(random));
        other = Vectors.unit(other);
        if (distance(other, document) <= gamma) {
          assertThat(Vectors.dot(other, direction))
              .isLessThan(Vectors.dot(moved, direction) + 1e-5);
        }
      }
    }
  }

  @Test
  void nudge_repeatedQueries_movesTheirDocumentFirst_andLeavesTheQueryAlone() {
    float[] query = {0.8f, 0.6f};

    Rival.Fitted fitted = new NudgeRival().fit(twoDocuments(), copies(20, query, 1), 3);

    assertThat(fitted.query().apply(query)).isSameAs(query);
    assertThat(fitted.rank(List.of(query), 1)).containsExactly(List.of("right"));
    assertThat(fitted.corpus().row(0)).as("has no query").containsExactly(1, 0);
  }

  /** The same query wants another document each time: moving some never helps the others. */
  @Test
  void nudge_validationWithoutGain_movesNothing() {
    float[][] rows = new float[10][11];
    List<String> ids = new ArrayList<>();
    List<float[]> queries = new ArrayList<>();
    List<int[]> relevant = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows[i][i] = 0.8f;
      rows[i][10] = 0.6f;
      ids.add("doc-" + i);
      float[] query = new float[11];
      query[10] = 1;
      queries.add(query);
      relevant.add(new int[] {i});
    }

    Rival.Fitted fitted =
        new NudgeRival().fit(new DenseCorpus(ids, rows), new VectorLabels(queries, relevant), 3);

    for (int i = 0; i < 10; i++) {
      assertThat(fitted.corpus().row(i)).containsExactly(rows[i]);
    }
  }

  private static float[] randomUnit(Random random) {
    float[] vector = new float[3];
    for (int i = 0; i < 3; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return Vectors.unit(vector);
  }

  private static double distance(float[] a, float[] b) {
    float[] difference = a.clone();
    Vectors.add(difference, -1, b);
    return Vectors.norm(difference);
  }
}
