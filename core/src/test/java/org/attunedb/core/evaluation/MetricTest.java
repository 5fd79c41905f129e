package org.attunedb.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.attunedb.core.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.evaluation.Metric.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {
  private static final double[] GRADES = {0, 0, 0.25, 1, 1, 2, 3};

  @ParameterizedTest
  @EnumSource
  void of_randomRankings_equalsNaiveFormula(Kind kind) {
    Random random = new Random(4711);
    for (int round = 0; round < 10_000; round++) {
      Map<String, Double> grades = randomGrades(random);
      List<String> ranking = randomRanking(random);
      int k = 1 + random.nextInt(35);

      double actual = new Metric(kind, k).of(ranking, Relevance.of(grades));

      assertThat(actual)
          .as("%s@%d of %s, judged %s", kind, k, ranking, grades)
          .isCloseTo(naive(kind, k, ranking, grades), within(1e-12))
          .isBetween(0.0, 1.0);
    }
  }

  // Judged: a=3, b=1, c=0 (explicitly not relevant), d=2; the ranking is x a c d a b.
  @ParameterizedTest
  @CsvSource({
    "RECALL,    1, 0",
    "RECALL,    2, 0.3333333333333333",
    "RECALL,    4, 0.6666666666666666",
    "RECALL,    5, 1", // the second a is skipped, so b moves up to rank 5
    "RECALL,  100, 1",
    "PRECISION, 2, 0.5",
    "PRECISION, 4, 0.5",
    "PRECISION, 5, 0.6",
    "PRECISION, 10, 0.3",
    "HIT,       1, 0",
    "HIT,       2, 1",
    "MRR,       1, 0",
    "MRR,       2, 0.5",
    "MRR,      10, 0.5",
    "NDCG,      1, 0",
    // DCG 3/log2(3) = 1.892789; ideal 3 + 2/log2(3) = 4.261860
    "NDCG,      2, 0.444123",
    // DCG 3/log2(3) + 2/log2(5) + 1/log2(6) = 3.140998; ideal 4.261860 + 1/log2(4) = 4.761860
    "NDCG,      5, 0.659616",
  })
  void of_workedExample_equalsValueByHand(Kind kind, int k, double expected) {
    Relevance relevance = Relevance.of(Map.of("a", 3.0, "b", 1.0, "c", 0.0, "d", 2.0));
    List<String> ranking = List.of("x", "a", "c", "d", "a", "b");

    assertThat(new Metric(kind, k).of(ranking, relevance)).isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void of_repeatedIds_countOnceAtTheirFirstPlace(Kind kind) {
    Relevance relevance = Relevance.of(Map.of("a", 2.0, "b", 1.0));
    Metric metric = new Metric(kind, 3);

    assertThat(metric.of(List.of("a", "a", "a", "x", "b"), relevance))
        .isEqualTo(metric.of(List.of("a", "x", "b"), relevance));
  }

  @ParameterizedTest
  @EnumSource
  void of_emptyRanking_isZero(Kind kind) {
    assertThat(new Metric(kind, 10).of(List.of(), Relevance.of(Map.of("a", 1.0)))).isZero();
  }

  @Test
  void of_rankingByGrade_hasNdcgOfOneAndNeverAbove() {
    Random random = new Random(7);
    for (int round = 0; round < 1_000; round++) {
      Map<String, Double> grades = randomGrades(random);
      List<String> ideal = new ArrayList<>(grades.keySet());
      ideal.sort(
          (a, b) -> Double.compare(grades.getOrDefault(b, 0.0), grades.getOrDefault(a, 0.0)));

      assertThat(Metric.ndcg(1 + random.nextInt(12)).of(ideal, Relevance.of(grades)))
          .isBetween(1 - 1e-15, 1.0);
    }
  }

  @Test
  void of_allGradesScaled_keepsNdcg() {
    // The last scale is near the end of the range: a plain sum of such gains is infinite.
    List<String> ranking = List.of("x", "a", "b", "y", "c");
    double expected =
        Metric.ndcg(10).of(ranking, Relevance.of(Map.of("a", 3.0, "b", 4.0, "c", 4.0)));

    for (double scale : new double[] {0x1p-1000, 0.25, 16, 0x1p1021}) {
      Relevance scaled = Relevance.of(Map.of("a", 3 * scale, "b", 4 * scale, "c", 4 * scale));
      assertThat(Metric.ndcg(10).of(ranking, scaled)).as("scale %s", scale).isEqualTo(expected);
    }
  }

  @Test
  void of_nothingRelevant_isRefused() {
    Relevance none = Relevance.of(Map.of("a", 0.0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.recall(10).of(List.of("a"), none))
        .withMessageContaining("recall@10");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void new_cutOffBelowOne_isRefused(int k) {
    assertRefused(ErrorCode.K_OUT_OF_RANGE, () -> Metric.ndcg(k)).withMessageContaining("" + k);
  }

  @Test
  void label_everyKind_isTheUsualName() {
    assertThat(Kind.values())
        .extracting(kind -> new Metric(kind, 10).label())
        .containsExactly("recall@10", "precision@10", "hit@10", "mrr@10", "ndcg@10");
    assertThat(Metric.mrr(5)).hasToString("mrr@5");
  }

  private static Map<String, Double> randomGrades(Random random) {
    Map<String, Double> grades = new LinkedHashMap<>();
    int judged = 1 + random.nextInt(9);
    for (int i = 0; i < judged; i++) {
      grades.put("d" + random.nextInt(20), GRADES[random.nextInt(GRADES.length)]);
    }
    grades.put("d" + random.nextInt(20), 1.0 + random.nextInt(3));
    return grades;
  }

  private static List<String> randomRanking(Random random) {
    List<String> ranking = new ArrayList<>();
    int length = random.nextInt(31);
    for (int i = 0; i < length; i++) {
      ranking.add("d" + random.nextInt(20));
    }
    return ranking;
  }

  /** The textbook formulas, written over positions instead of in one pass. */
  private static double naive(Kind kind, int k, List<String> ranking, Map<String, Double> grades) {
    List<String> top = ranking.stream().distinct().limit(k).toList();
    List<String> relevant =
        grades.keySet().stream().filter(id -> grades.getOrDefault(id, 0.0) > 0).toList();
    List<String> found = new ArrayList<>(top);
    found.retainAll(relevant);
    return switch (kind) {
      case RECALL -> found.size() / (double) relevant.size();
      case PRECISION -> found.size() / (double) k;
      case HIT -> Collections.disjoint(top, relevant) ? 0 : 1;
      case MRR -> found.isEmpty() ? 0 : 1.0 / (top.indexOf(found.getFirst()) + 1);
      case NDCG -> {
        List<Double> ideal = new ArrayList<>(grades.values());
        ideal.sort(Collections.reverseOrder());
        yield dcg(top.stream().map(id -> grades.getOrDefault(id, 0.0)).toList())
            / dcg(ideal.subList(0, Math.min(k, ideal.size())));
      }
    };
  }

  private static double dcg(List<Double> gains) {
    double sum = 0;
    for (int i = 0; i < gains.size(); i++) {
      sum += gains.get(i) / (Math.log10(i + 2) / Math.log10(2));
    }
    return sum;
  }
}
