package org.attunedb.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.RecallReport.Delta;
import org.attunedb.core.evaluation.RecallReport.Row;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Metric RECALL = Metric.recall(2);
  private static final Metric MRR = Metric.mrr(2);
  private static final Duration TIME = Duration.ofMillis(12);

  // Query 2 has nothing relevant and is skipped; queries 0 and 3 are seen.
  private static final List<Relevance> JUDGED =
      List.of(
          Relevance.of(Map.of("a", 1.0)),
          Relevance.of(Map.of("b", 1.0, "c", 1.0)),
          Relevance.of(Map.of("d", 0.0)),
          Relevance.of(Map.of("e", 2.0)));
  private static final List<List<String>> BEFORE =
      List.of(List.of("x", "a"), List.of("b", "y"), List.of("d"), List.of("x", "y", "e"));
  private static final List<List<String>> AFTER =
      List.of(List.of("a", "x"), List.of("y", "x"), List.of("d"), List.of("e"));

  @Test
  void report_workedExample_equalsMeansByHand() {
    RecallReport report = both(SearchMode.VECTOR, seen(0, 3)).report(TIME);

    assertThat(report.queries()).isEqualTo(3);
    assertThat(report.skippedQueries()).isEqualTo(1);
    assertThat(report.embeddingTime()).isEqualTo(TIME);
    assertThat(report.rows())
        .containsExactlyInAnyOrder(
            row(false, Subset.ALL, 3, 1.5 / 3, 1.5 / 3),
            row(false, Subset.SEEN, 2, 0.5, 0.25),
            row(false, Subset.UNSEEN, 1, 0.5, 1),
            row(true, Subset.ALL, 3, 2.0 / 3, 2.0 / 3),
            row(true, Subset.SEEN, 2, 1, 1),
            row(true, Subset.UNSEEN, 1, 0, 0));
  }

  @Test
  void report_twoWays_deltaIsAdaptedMinusBase() {
    RecallReport report = both(SearchMode.HYBRID, seen(0, 3)).report(TIME);

    assertThat(report.deltas()).hasSize(6).allMatch(d -> d.mode() == SearchMode.HYBRID);
    assertThat(delta(report, Subset.ALL, RECALL).delta()).isCloseTo(0.5 / 3, within(1e-12));
    assertThat(delta(report, Subset.SEEN, MRR).delta()).isCloseTo(0.75, within(1e-12));
    assertThat(delta(report, Subset.UNSEEN, MRR))
        .isEqualTo(new Delta(SearchMode.HYBRID, Subset.UNSEEN, MRR, -1, -1, -1, 0, 1, 1));
  }

  @Test
  void report_randomRankings_agreesWithMetricsAndStatisticsOneByOne() {
    Random random = new Random(99);
    int queries = 60;
    List<Relevance> judged = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      judged.add(Relevance.of(Map.of("d" + random.nextInt(9), (double) random.nextInt(3))));
    }
    BitSet seen = BitSet.valueOf(new long[] {random.nextLong()});
    List<List<String>> before = randomRankings(random, queries);
    List<List<String>> after = randomRankings(random, queries);
    Metric metric = Metric.ndcg(5);
    Evaluation evaluation = evaluation(judged, seen, List.of(RECALL, metric), 17);
    evaluation.add(SearchMode.VECTOR, true, after);
    evaluation.add(SearchMode.VECTOR, false, before);

    RecallReport report = evaluation.report(TIME);

    for (Subset subset : Subset.values()) {
      int[] members =
          IntStream.range(0, queries)
              .filter(q -> judged.get(q).relevantCount() > 0)
              .filter(q -> subset == Subset.ALL || seen.get(q) == (subset == Subset.SEEN))
              .toArray();
      double[] differences =
          IntStream.of(members)
              .mapToDouble(
                  q ->
                      metric.of(after.get(q), judged.get(q))
                          - metric.of(before.get(q), judged.get(q)))
              .toArray();
      double mean =
          IntStream.of(members)
              .mapToDouble(q -> metric.of(before.get(q), judged.get(q)))
              .average()
              .orElseThrow();
      PairedBootstrap interval = PairedBootstrap.of(differences, 0.95, 2_000, 17);

      assertThat(report.value(SearchMode.VECTOR, false, subset, metric))
          .hasValueSatisfying(value -> assertThat(value).isCloseTo(mean, within(1e-12)));
      assertThat(delta(report, subset, metric))
          .isEqualTo(
              new Delta(
                  SearchMode.VECTOR,
                  subset,
                  metric,
                  interval.mean(),
                  interval.low(),
                  interval.high(),
                  SignTest.of(differences).wins(),
                  SignTest.of(differences).losses(),
                  SignTest.of(differences).pValue()));
    }
    assertThat(report.skippedQueries()).isPositive();
    assertThat(report.queries() + report.skippedQueries()).isEqualTo(queries);
  }

  @Test
  void report_nothingSeen_hasEmptyRowAndNoDelta() {
    RecallReport report = both(SearchMode.VECTOR, seen(2)).report(TIME);

    assertThat(report.row(SearchMode.VECTOR, true, Subset.SEEN))
        .hasValue(new Row(SearchMode.VECTOR, true, Subset.SEEN, 0, Map.of()));
    assertThat(report.value(SearchMode.VECTOR, true, Subset.SEEN, RECALL)).isEmpty();
    assertThat(report.deltas()).extracting(Delta::subset).doesNotContain(Subset.SEEN);
    assertThat(report.row(SearchMode.VECTOR, true, Subset.UNSEEN).orElseThrow().queries())
        .isEqualTo(3);
  }

  @Test
  void report_everyQuerySkipped_hasNoValues() {
    Evaluation evaluation = evaluation(List.of(Relevance.of(Map.of())), seen(), List.of(RECALL), 1);
    evaluation.add(SearchMode.KEYWORD, false, List.of(List.of("a")));
    evaluation.add(SearchMode.KEYWORD, true, List.of(List.of("a")));

    RecallReport report = evaluation.report(TIME);

    assertThat(report.queries()).isZero();
    assertThat(report.skippedQueries()).isEqualTo(1);
    assertThat(report.rows()).allSatisfy(row -> assertThat(row.values()).isEmpty());
    assertThat(report.deltas()).isEmpty();
  }

  @Test
  void report_oneWayOnly_hasNoDelta() {
    Evaluation evaluation = evaluation(JUDGED, seen(0), List.of(RECALL), 1);
    evaluation.add(SearchMode.KEYWORD, false, BEFORE);
    evaluation.add(SearchMode.VECTOR, true, AFTER);

    RecallReport report = evaluation.report(TIME);

    assertThat(report.deltas()).isEmpty();
    assertThat(report.row(SearchMode.KEYWORD, false, Subset.ALL)).isPresent();
    assertThat(report.row(SearchMode.KEYWORD, true, Subset.ALL)).isEmpty();
    assertThat(report.row(SearchMode.HYBRID, false, Subset.ALL)).isEmpty();
  }

  @Test
  void report_seenSetChangedLater_keepsItsCopy() {
    BitSet seen = seen(0);
    Evaluation evaluation = both(SearchMode.VECTOR, seen);

    seen.set(0, 4);

    assertThat(evaluation.report(TIME).row(SearchMode.VECTOR, false, Subset.SEEN))
        .hasValueSatisfying(row -> assertThat(row.queries()).isEqualTo(1));
  }

  @Test
  void report_manyMetrics_keepsTheirOrder() {
    List<Metric> metrics = IntStream.rangeClosed(1, 20).mapToObj(Metric::recall).toList();
    Evaluation evaluation = evaluation(JUDGED, seen(0), metrics, 1);
    evaluation.add(SearchMode.VECTOR, false, BEFORE);

    assertThat(evaluation.report(TIME).rows())
        .allSatisfy(row -> assertThat(List.copyOf(row.values().keySet())).isEqualTo(metrics));
  }

  @Test
  void add_otherNumberOfRankings_isRefused() {
    Evaluation evaluation = evaluation(JUDGED, seen(), List.of(RECALL), 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluation.add(SearchMode.VECTOR, false, BEFORE.subList(0, 3)))
        .withMessageContaining("3 rankings for 4 queries");
  }

  private static Evaluation both(SearchMode mode, BitSet seen) {
    Evaluation evaluation = evaluation(JUDGED, seen, List.of(RECALL, MRR), 1);
    evaluation.add(mode, false, BEFORE);
    evaluation.add(mode, true, AFTER);
    return evaluation;
  }

  private static Evaluation evaluation(
      List<Relevance> judged, BitSet seen, List<Metric> metrics, long seed) {
    List<EvaluatedQuery> queries =
        IntStream.range(0, judged.size())
            .mapToObj(q -> EvaluatedQuery.of("query " + q, judged.get(q), seen.get(q)))
            .toList();
    return new Evaluation(queries, metrics, ReportSettings.defaults(), seed);
  }

  private static BitSet seen(int... queries) {
    BitSet seen = new BitSet();
    IntStream.of(queries).forEach(seen::set);
    return seen;
  }

  private static Row row(
      boolean adapter, Subset subset, int queries, double recall, double reciprocalRank) {
    return new Row(
        SearchMode.VECTOR, adapter, subset, queries, Map.of(RECALL, recall, MRR, reciprocalRank));
  }

  private static Delta delta(RecallReport report, Subset subset, Metric metric) {
    return report.deltas().stream()
        .filter(d -> d.subset() == subset && d.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static List<List<String>> randomRankings(Random random, int queries) {
    List<List<String>> rankings = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      rankings.add(random.ints(6, 0, 9).mapToObj(d -> "d" + d).toList());
    }
    return rankings;
  }
}
