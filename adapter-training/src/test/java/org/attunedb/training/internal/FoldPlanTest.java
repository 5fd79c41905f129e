package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldPlanTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void of_randomLabels_putsEveryQueryIntoExactlyOneFold(int folds) {
    List<LabelledQuery> queries = random(1, 200, 150);

    FoldPlan plan = FoldPlan.of(queries, folds, 7);

    List<Integer> heldOut = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      heldOut.addAll(plan.heldOut(fold));
      Set<Integer> both = new HashSet<>(plan.heldOut(fold));
      assertThat(both).doesNotContainAnyElementsOf(plan.training(fold));
      both.addAll(plan.training(fold));
      assertThat(both).hasSize(200);
      for (int query : plan.heldOut(fold)) {
        assertThat(plan.foldOf(query)).isEqualTo(fold);
      }
    }
    assertThat(heldOut)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 200).boxed().toList());
  }

  @Test
  void of_sameSeed_givesTheSameFoldsAndAnotherSeedOthers() {
    List<LabelledQuery> queries = random(2, 200, 150);

    assertThat(folds(FoldPlan.of(queries, 2, 5), 200))
        .isEqualTo(folds(FoldPlan.of(queries, 2, 5), 200))
        .isNotEqualTo(folds(FoldPlan.of(queries, 2, 6), 200));
  }

  @Test
  void of_queriesThatShareNothing_areSpreadEvenlyAndAllUnseen() {
    List<LabelledQuery> queries =
        IntStream.range(0, 101).mapToObj(q -> query(q, new Label(q, 1))).toList();

    FoldPlan plan = FoldPlan.of(queries, 2, 3);

    assertThat(plan.heldOut(0).size()).isBetween(50, 51);
    assertThat(plan.seen(queries).cardinality()).isZero();
  }

  /** 100 documents with 4 queries each. */
  @Test
  void of_groupsOfFour_areKeptTogetherOrDealtOutEvenlyHalfOfThemEach() {
    List<LabelledQuery> queries =
        IntStream.range(0, 400).mapToObj(q -> query(q, new Label(q / 4, 1))).toList();

    FoldPlan plan = FoldPlan.of(queries, 2, 11);

    int together = 0;
    for (int group = 0; group < 100; group++) {
      int first = group * 4;
      long inFoldOne = IntStream.range(first, first + 4).filter(q -> plan.foldOf(q) == 1).count();
      assertThat(inFoldOne).isIn(0L, 2L, 4L);
      together += inFoldOne == 2 ? 0 : 1;
    }
    // Fair coin, 100 throws: five standard deviations.
    assertThat(together).isBetween(25, 75);
    assertThat(plan.seen(queries).cardinality()).isEqualTo(400 - 4 * together);
  }

  /** Query 0 shares row 0 with query 1, which shares row 1 with query 2, and so on. */
  @Test
  void of_queriesLinkedThroughOthers_formOneGroup() {
    List<LabelledQuery> queries = new ArrayList<>();
    for (int chain = 0; chain < 60; chain++) {
      int row = chain * 10;
      queries.add(query(queries.size(), new Label(row, 1)));
      queries.add(query(queries.size(), new Label(row, 1), new Label(row + 1, 2)));
      queries.add(query(queries.size(), new Label(row + 1, 1)));
    }

    for (long seed = 0; seed < 10; seed++) {
      FoldPlan plan = FoldPlan.of(queries, 2, seed);
      int together = 0;
      for (int q = 0; q < queries.size(); q += 3) {
        boolean apart =
            plan.foldOf(q) != plan.foldOf(q + 1) && plan.foldOf(q + 1) != plan.foldOf(q + 2);
        boolean kept =
            plan.foldOf(q) == plan.foldOf(q + 1) && plan.foldOf(q + 1) == plan.foldOf(q + 2);
        assertThat(apart || kept).isTrue();
        together += kept ? 1 : 0;
      }
      assertThat(together).isBetween(10, 50);
    }
  }

  @Test
  void of_rowsSharedOnlyWithGradeZero_formNoGroup() {
    List<LabelledQuery> queries =
        IntStream.range(0, 100)
            .mapToObj(q -> query(q, new Label(1_000, 0), new Label(q, 1)))
            .toList();

    FoldPlan plan = FoldPlan.of(queries, 2, 3);

    // Single queries alternate; a group would be kept together or dealt out from one fold on.
    assertThat(plan.heldOut(0)).hasSize(50);
    assertThat(plan.seen(queries).cardinality()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void seen_randomLabels_isWhatANaiveSearchFinds(long seed) {
    List<LabelledQuery> queries = random(seed, 120, 100);

    FoldPlan plan = FoldPlan.of(queries, 3, seed);

    BitSet expected = new BitSet();
    for (int q = 0; q < queries.size(); q++) {
      for (int other = 0; other < queries.size(); other++) {
        if (plan.foldOf(other) != plan.foldOf(q)
            && !Collections.disjoint(relevant(queries.get(q)), relevant(queries.get(other)))) {
          expected.set(q);
        }
      }
    }
    assertThat(plan.seen(queries)).isEqualTo(expected);
    assertThat(expected.cardinality()).as("both kinds occur").isBetween(1, 119);
  }

  /** All queries about one document: kept together they would leave a fold without training. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5})
  void of_oneGroupOfAllQueries_isDealtOut(long seed) {
    List<LabelledQuery> queries =
        IntStream.range(0, 40).mapToObj(q -> query(q, new Label(0, 1))).toList();

    FoldPlan plan = FoldPlan.of(queries, 2, seed);

    assertThat(plan.heldOut(0)).hasSize(20);
  }

  private static Set<Integer> relevant(LabelledQuery query) {
    Set<Integer> rows = new HashSet<>();
    query.labels().stream().filter(l -> l.grade() > 0).forEach(l -> rows.add(l.row()));
    return rows;
  }

  private static List<Integer> folds(FoldPlan plan, int queries) {
    return IntStream.range(0, queries).mapToObj(plan::foldOf).toList();
  }

  /** One or two relevant rows and one of grade 0 each. */
  private static List<LabelledQuery> random(long seed, int queries, int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    List<LabelledQuery> result = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      int first = random.nextInt(rows);
      List<Label> labels = new ArrayList<>(List.of(new Label(first, 1 + random.nextInt(3))));
      if (random.nextInt(4) == 0) {
        labels.add(new Label((first + 1 + random.nextInt(rows - 2)) % rows, 0.5));
      }
      labels.add(new Label(rows + random.nextInt(5), 0));
      result.add(query(q, labels.toArray(Label[]::new)));
    }
    return result;
  }

  private static LabelledQuery query(int vector, Label... labels) {
    return new LabelledQuery(Embedding.of(1, vector), List.of(labels));
  }
}
