package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.adapter.Logistic;
import org.attunedb.core.adapter.QueryMemory;
import org.attunedb.core.adapter.QueryMemory.Relevant;
import org.attunedb.core.training.CancellationToken;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.Matrix;
import org.junit.jupiter.api.Test;

/** Neighbours against cosines of all pairs, and what is remembered of a training. */
class NeighboursTest {
  private static final int DIMENSION = 8;
  private static final int ROWS = 30;
  private static final Logistic CURVE = new Logistic(6, -3);

  private final SplittableRandom random = new SplittableRandom(2);
  private final Matrix corpus =
      Matrix.of(IntStream.range(0, ROWS).mapToObj(r -> gaussian()).toArray(float[][]::new));

  private float[] gaussian() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private TrainingSet set(int queries) {
    List<LabelledQuery> labelled = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      int row = random.nextInt(ROWS - 1);
      labelled.add(
          new LabelledQuery(
              Embedding.unit(gaussian()),
              List.of(
                  new Label(row, 1 + random.nextInt(3)), new Label(row + 1, random.nextInt(3)))));
    }
    return new TrainingSet(corpus, labelled);
  }

  @Test
  void find_heldOutQueries_haveTheClosestOfTheRemembered() {
    PyTorch.start(1, 1);
    TrainingSet set = set(60);
    Candidates candidates = Candidates.of(set, 1, Candidates.FULL_CORPUS);
    List<Targets> targets = set.queries().stream().map(candidates::targets).toList();
    List<Integer> heldOut = IntStream.range(0, 20).boxed().toList();
    for (int known : new int[] {1, 2, 15, 16, 17, 40}) {
      List<Integer> remembered = IntStream.range(20, 20 + known).boxed().toList();
      try (Tensors tensors = new Tensors(set.corpus(), candidates, set.queries(), Device.cpu())) {
        Neighbours neighbours = new Neighbours(tensors, targets);

        neighbours.find(heldOut, remembered, new CancellationToken());

        for (int q : heldOut) {
          List<Integer> closest =
              remembered.stream()
                  .sorted(Comparator.comparingDouble(r -> -cosine(set, q, r)))
                  .limit(Neighbours.CLOSEST)
                  .toList();
          assertThat(neighbours.closeness(q))
              .isCloseTo(cosine(set, q, closest.getFirst()), within(1e-6));
          assertRecalled(neighbours.recall(q, CURVE), set, q, closest);
        }
      }
    }
  }

  /** For each column the largest of probability times relative grade. */
  private static void assertRecalled(
      ColumnScores recalled, TrainingSet set, int query, List<Integer> closest) {
    TreeMap<Integer, Double> expected = new TreeMap<>();
    for (int neighbour : closest) {
      List<Label> labels = set.queries().get(neighbour).labels();
      double best = labels.stream().mapToDouble(Label::grade).max().orElseThrow();
      for (Label label : labels) {
        if (label.grade() > 0) {
          double score = CURVE.at(cosine(set, query, neighbour)) * label.grade() / best;
          expected.merge(label.row(), score, Math::max);
        }
      }
    }
    assertThat(recalled.columns()).isEqualTo(expected.keySet().stream().mapToInt(c -> c).toArray());
    for (int column = 0; column < ROWS; column++) {
      assertThat((double) recalled.score(column))
          .isCloseTo(expected.getOrDefault(column, 0.0), within(1e-6));
    }
  }

  private static double cosine(TrainingSet set, int a, int b) {
    return set.queries().get(a).vector().dot(set.queries().get(b).vector());
  }

  @Test
  void columnScores_none_hasNoColumnAndNoScore() {
    assertThat(ColumnScores.NONE.columns()).isEmpty();
    assertThat(ColumnScores.NONE.score(3)).isZero();
  }

  @Test
  void memoriesOf_fewQueries_remembersAllInOrder() {
    TrainingSet set = set(50);

    QueryMemory memory = Memories.of(set, CURVE, Logistic.UNKNOWN, 1);

    assertThat(memory.count()).isEqualTo(50);
    assertThat(memory.seen()).isEqualTo(CURVE);
    assertThat(memory.sameDocument()).isEqualTo(Logistic.UNKNOWN);
    for (int q = 0; q < 50; q++) {
      List<Label> labels = set.queries().get(q).labels();
      double best = labels.stream().mapToDouble(Label::grade).max().orElseThrow();
      assertThat(memory.relevant(q))
          .containsExactlyInAnyOrderElementsOf(
              labels.stream()
                  .filter(label -> label.grade() > 0)
                  .map(label -> new Relevant("d" + label.row(), (float) (label.grade() / best)))
                  .toList());
    }
  }

  @Test
  void memoriesOf_oneQuery_remembersIt() {
    assertThat(Memories.of(set(1), CURVE, CURVE, 1).count()).isEqualTo(1);
  }

  @Test
  void memoriesOf_moreQueriesThanAMemoryHolds_remembersASample() {
    int most = QueryMemory.MAX_QUERIES;
    List<LabelledQuery> queries = new ArrayList<>();
    for (int q = 0; q < most + 2_000; q++) {
      // The grade tells which query it was.
      queries.add(
          new LabelledQuery(
              Embedding.unit((float) Math.cos(q), (float) Math.sin(q)),
              List.of(new Label(0, 1_000_000), new Label(1, 1 + q))));
    }
    TrainingSet set = new TrainingSet(Matrix.of(new float[] {1, 0}, new float[] {0, 1}), queries);

    QueryMemory memory = Memories.of(set, CURVE, CURVE, 1);

    assertThat(memory.count()).isEqualTo(most);
    List<Integer> kept =
        IntStream.range(0, most)
            .mapToObj(q -> Math.round(memory.relevant(q).get(1).share() * 1_000_000) - 1)
            .toList();
    assertThat(kept).doesNotHaveDuplicates();
    // A uniform sample leaves out 2,000 / 18,384 of the first thousand, too.
    assertThat(kept.stream().filter(q -> q < 1_000).count()).isBetween(840L, 940L);
    assertThat(Memories.of(set, CURVE, CURVE, 1)).isEqualTo(memory);
    assertThat(Memories.of(set, CURVE, CURVE, 2)).isNotEqualTo(memory);
  }
}
