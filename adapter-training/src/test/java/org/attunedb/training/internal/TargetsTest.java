package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {
  /** Few distinct scores: most columns are tied with others. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 1_000_000})
  void ranks_randomScores_arePlacesInAStableSort(int distinct) {
    SplittableRandom random = new SplittableRandom(distinct);
    int width = 60;
    int offset = 2 * width;
    float[] scores = new float[4 * width];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(distinct) / (float) distinct - 0.5f;
    }
    int[] columns = random.ints(0, width).distinct().limit(20).toArray();

    int[] ranks = new Targets(columns, ones(20)).ranks(scores, offset, width);

    List<Integer> sorted =
        IntStream.range(0, width)
            .boxed()
            .sorted(Comparator.comparing((Integer column) -> -scores[offset + column]))
            .toList();
    assertThat(ranks)
        .containsExactly(IntStream.of(columns).map(column -> sorted.indexOf(column) + 1).toArray());
  }

  @Test
  void ranks_zerosOfBothSigns_areTied() {
    assertThat(new Targets(new int[] {0, 1}, ones(2)).ranks(new float[] {-0f, 0f}, 0, 2))
        .containsExactly(1, 2);
  }

  @Test
  void ranks_scoresThatAreNoNumbers_lookBad() {
    Targets targets = new Targets(new int[] {0, 3}, ones(2));

    assertThat(targets.ranks(new float[] {Float.NaN, 1, 0, Float.NaN}, 0, 4)).containsExactly(4, 4);
    assertThat(targets.ranks(new float[] {0.5f, Float.NaN, Float.NaN, 1}, 0, 4))
        .containsExactly(4, 3);
  }

  @Test
  void share_equalGrades_areEqual() {
    Targets targets = new Targets(new int[] {4, 2, 9, 1}, new double[] {2, 2, 2, 2});

    assertThat(shares(targets)).containsExactly(0.25, 0.25, 0.25, 0.25);
  }

  @Test
  void share_grades_areProportionalAndSumToOne() {
    Targets targets = new Targets(new int[] {4, 2, 9}, new double[] {1, 3, 0.5});

    assertThat(shares(targets)[0]).isEqualTo(1 / 4.5, within(1e-7));
    assertThat(shares(targets)[1]).isEqualTo(3 / 4.5, within(1e-7));
    assertThat(shares(targets)[2]).isEqualTo(0.5 / 4.5, within(1e-7));
    assertThat(IntStream.range(0, 3).mapToDouble(i -> shares(targets)[i]).sum())
        .isEqualTo(1, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MAX_VALUE, 1e-300, Double.MIN_VALUE})
  void share_extremeGrades_sumToOne(double grade) {
    Targets targets = new Targets(new int[] {0, 1}, new double[] {grade, grade});

    assertThat(shares(targets)).containsExactly(0.5, 0.5);
  }

  private static double[] shares(Targets targets) {
    return IntStream.range(0, targets.size()).mapToDouble(targets::share).toArray();
  }

  private static double[] ones(int count) {
    return IntStream.range(0, count).mapToDouble(i -> 1).toArray();
  }
}
