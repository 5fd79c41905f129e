package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.attunedb.core.Embedding;
import org.attunedb.core.training.TrainingSet;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;
import org.attunedb.training.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidatesTest {
  /** Rows 10, 20, … 200 are relevant, rows 11, 21, … 201 judged with grade 0. */
  private static final TrainingSet SET =
      new TrainingSet(
          Matrix.zeros(1_000, 2),
          IntStream.rangeClosed(1, 20)
              .mapToObj(q -> query(new Label(10 * q, 1), new Label(10 * q + 1, 0)))
              .toList());

  @ParameterizedTest
  @ValueSource(ints = {1_000, 1_001, Candidates.FULL_CORPUS})
  void of_corpusWithinTheLimit_takesEveryRowInOrder(int limit) {
    assertThat(rows(Candidates.of(SET, 1, limit)))
        .isEqualTo(IntStream.range(0, 1_000).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {41, 100, 998, 999})
  void of_corpusAboveTheLimit_takesJudgedRowsAndASample(int limit) {
    List<Integer> rows = rows(Candidates.of(SET, 1, limit));

    assertThat(rows).hasSize(limit).isSorted().doesNotHaveDuplicates();
    for (int q = 1; q <= 20; q++) {
      assertThat(rows).contains(10 * q, 10 * q + 1);
    }
    assertThat(rows).allSatisfy(row -> assertThat(row).isBetween(0, 999));
  }

  @Test
  void of_confusableRows_areTakenBeforeASample() {
    BitSet confusable = new BitSet();
    confusable.set(500, 540);

    assertThat(rows(Candidates.of(SET, 1, 100, confusable)))
        .hasSize(100)
        .containsAll(IntStream.range(500, 540).boxed().toList());
    assertThat(rows(Candidates.of(SET, 1, 60, confusable)))
        .hasSize(60)
        .containsAll(IntStream.range(500, 520).boxed().toList());
  }

  /** Every row of the rest is as likely: 200 draws of 100 out of 960, expected 12.5 a row. */
  @Test
  void of_manySeeds_samplesUniformly() {
    int[] drawn = new int[1_000];
    for (int seed = 0; seed < 200; seed++) {
      rows(Candidates.of(SET, seed, 100)).forEach(row -> drawn[row]++);
    }

    int[] lowest = IntStream.of(drawn).filter(count -> count < 200).toArray();
    assertThat(lowest).hasSize(960);
    assertThat(IntStream.of(lowest).sum()).isEqualTo(200 * 60);
    assertThat(IntStream.of(lowest).max().orElseThrow()).isLessThan(35);
    assertThat(IntStream.of(lowest).filter(count -> count == 0).count()).isLessThan(5);
  }

  @Test
  void of_sameSeed_samplesTheSameRowsAndAnotherSeedOthers() {
    assertThat(rows(Candidates.of(SET, 5, 100)))
        .isEqualTo(rows(Candidates.of(SET, 5, 100)))
        .isNotEqualTo(rows(Candidates.of(SET, 6, 100)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 39, 40})
  void of_moreJudgedRowsThanTheLimit_takesExactlyThese(int limit) {
    List<Integer> rows =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> rows(Candidates.of(SET, 1, limit)));

    assertThat(rows)
        .isEqualTo(
            IntStream.rangeClosed(1, 20)
                .boxed()
                .flatMap(q -> List.of(10 * q, 10 * q + 1).stream())
                .toList());
  }

  @Test
  void targets_sampled_arePlacesOfTheRelevantRows() {
    Candidates candidates = Candidates.of(SET, 1, 100);

    Targets targets =
        candidates.targets(query(new Label(20, 3), new Label(21, 0), new Label(10, 1)));

    assertThat(targets.size()).isEqualTo(2);
    assertThat(candidates.row(targets.column(0))).isEqualTo(20);
    assertThat(candidates.row(targets.column(1))).isEqualTo(10);
    assertThat(targets.grades()).containsExactly(3, 1);
    assertThat(targets.negatives()).isEqualTo(1);
    assertThat(candidates.row(targets.negative(0))).isEqualTo(21);
  }

  @Test
  void targets_rowThatIsNoCandidate_isRefused() {
    Candidates candidates = Candidates.of(SET, 1, 40);

    assertThatIllegalStateException()
        .isThrownBy(() -> candidates.targets(query(new Label(999, 1))))
        .withMessageContaining("999");
  }

  private static List<Integer> rows(Candidates candidates) {
    return IntStream.range(0, candidates.size()).map(candidates::row).boxed().toList();
  }

  private static LabelledQuery query(Label... labels) {
    return new LabelledQuery(Embedding.of(1, 0), List.of(labels));
  }
}
