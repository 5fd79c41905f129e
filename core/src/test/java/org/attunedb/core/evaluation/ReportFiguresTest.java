package org.attunedb.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.CostComparison.Saving;
import org.attunedb.core.evaluation.RecallReport.Subset;
import org.attunedb.core.search.SearchMode;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Curves, rank changes, movers and costs against plain recomputation from the rankings. */
class ReportFiguresTest {
  private static final int DEPTH = 12;
  private static final int COST_K = 5;
  private static final int QUERIES = 50;
  private static final List<Metric> METRICS = List.of(Metric.recall(DEPTH), Metric.mrr(3));
  private static final ReportSettings SETTINGS =
      ReportSettings.defaults().withCostK(COST_K).withMovers(4);

  private final List<EvaluatedQuery> queries = new ArrayList<>();
  private final List<List<String>> before = new ArrayList<>();
  private final List<List<String>> after = new ArrayList<>();

  private void randomise(long seed) {
    Random random = new Random(seed);
    for (int q = 0; q < QUERIES; q++) {
      Map<String, Double> grades = new HashMap<>();
      for (int i = 0; i <= q % 3; i++) {
        grades.put("d" + random.nextInt(20), (double) random.nextInt(3));
      }
      Relevance relevance = Relevance.of(grades);
      queries.add(new EvaluatedQuery("query " + q, relevance, q % 2 == 0, q % 11 != 10));
      before.add(ranking(random));
      after.add(ranking(random));
    }
  }

  /** Ids repeat, and lists are shorter and longer than the depth. */
  private static List<String> ranking(Random random) {
    return random.ints(random.nextInt(40), 0, 20).mapToObj(d -> "d" + d).toList();
  }

  private RecallReport report(long seed) {
    Evaluation evaluation = new Evaluation(queries, METRICS, SETTINGS, seed);
    evaluation.add(SearchMode.VECTOR, false, before);
    evaluation.add(SearchMode.VECTOR, true, after);
    return evaluation.report(Duration.ZERO, "v1", ReportFiguresTest::text);
  }

  private static String text(String id) {
    return "x".repeat(3 + 10 * Integer.parseInt(id.substring(1)));
  }

  private int[] members(Subset subset) {
    return IntStream.range(0, QUERIES)
        .filter(q -> queries.get(q).answerable())
        .filter(q -> queries.get(q).relevance().relevantCount() > 0)
        .filter(q -> subset == Subset.ALL || (subset == Subset.SEEN) == queries.get(q).seen())
        .toArray();
  }

  private static List<String> top(List<String> ranking, int k) {
    List<String> distinct = List.copyOf(new LinkedHashSet<>(ranking));
    return distinct.subList(0, Math.min(k, distinct.size()));
  }

  private double[] recalls(List<List<String>> rankings, Subset subset, int k) {
    return IntStream.of(members(subset))
        .mapToDouble(
            q -> {
              Relevance relevance = queries.get(q).relevance();
              long found = top(rankings.get(q), k).stream().filter(relevance::isRelevant).count();
              return (double) found / relevance.relevantCount();
            })
        .toArray();
  }

  private double[] tokens(List<List<String>> rankings, Subset subset, int k) {
    return IntStream.of(members(subset))
        .mapToDouble(
            q -> top(rankings.get(q), k).stream().mapToInt(id -> (text(id).length() + 3) / 4).sum())
        .toArray();
  }

  private static double mean(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum() / values.length;
  }

  private static double[] minus(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
  }

  @RepeatedTest(5)
  void curves_randomRankings_equalRecallAtEveryCutOff(RepetitionInfo info) {
    randomise(info.getCurrentRepetition());

    RecallReport report = report(1);

    assertThat(report.depth()).isEqualTo(DEPTH);
    for (Subset subset : Subset.values()) {
      for (boolean adapted : new boolean[] {false, true}) {
        RecallCurve curve = report.curve(SearchMode.VECTOR, adapted, subset).orElseThrow();
        assertThat(curve.recall()).hasSize(DEPTH).isSorted();
        for (int k = 1; k <= DEPTH; k++) {
          assertThat(curve.at(k))
              .isCloseTo(mean(recalls(adapted ? after : before, subset, k)), within(1e-12));
        }
        assertThat(curve.at(DEPTH))
            .isEqualTo(
                report.value(SearchMode.VECTOR, adapted, subset, METRICS.getFirst()).orElseThrow());
      }
    }
  }

  @RepeatedTest(20)
  void costs_randomRankings_equalTryingEveryCutOff(RepetitionInfo info) {
    randomise(100 + info.getCurrentRepetition());

    RecallReport report = report(7);

    for (Subset subset : Subset.values()) {
      double[] base = recalls(before, subset, COST_K);
      Optional<Integer> equal = Optional.empty();
      Optional<Integer> assured = Optional.empty();
      for (int k = DEPTH; k >= 1; k--) {
        double[] adapted = recalls(after, subset, k);
        equal = mean(adapted) >= mean(base) - 1e-12 ? Optional.of(k) : equal;
        double low = PairedBootstrap.of(minus(adapted, base), 0.95, 2_000, 7).low();
        assured = Math.min(low, mean(adapted) - mean(base)) >= -1e-12 ? Optional.of(k) : assured;
      }
      CostComparison cost = report.cost(SearchMode.VECTOR, subset).orElseThrow();
      assertThat(cost.queries()).isEqualTo(base.length);
      assertThat(cost.k()).isEqualTo(COST_K);
      assertThat(cost.recall()).isCloseTo(mean(base), within(1e-12));
      assertThat(cost.tokens()).isCloseTo(mean(tokens(before, subset, COST_K)), within(1e-9));
      assertSaving(cost.equal(), equal, subset);
      assertSaving(cost.assured(), assured, subset);
    }
  }

  private void assertSaving(Optional<Saving> actual, Optional<Integer> k, Subset subset) {
    assertThat(actual.map(Saving::k)).isEqualTo(k);
    actual.ifPresent(
        saving -> {
          double[] saved = minus(tokens(before, subset, COST_K), tokens(after, subset, saving.k()));
          PairedBootstrap interval = PairedBootstrap.of(saved, 0.95, 2_000, 7);
          assertThat(saving.recall())
              .isCloseTo(mean(recalls(after, subset, saving.k())), within(1e-12));
          assertThat(saving.saved()).isCloseTo(mean(saved), within(1e-9));
          assertThat(saving.saved())
              .isCloseTo(mean(tokens(before, subset, COST_K)) - saving.tokens(), within(1e-9));
          assertThat(saving.savedLow()).isEqualTo(interval.low());
          assertThat(saving.savedHigh()).isEqualTo(interval.high());
          assertThat(saving.perThousandQueries(2.5))
              .isCloseTo(mean(saved) * 1_000 * 2.5 / 1e6, within(1e-12));
        });
  }

  @RepeatedTest(5)
  void rankChanges_randomRankings_areTheFirstRelevantRanks(RepetitionInfo info) {
    randomise(300 + info.getCurrentRepetition());

    List<RankChange> changes = report(1).rankChanges(SearchMode.VECTOR);

    assertThat(changes.stream().mapToInt(RankChange::query)).containsExactly(boxed(Subset.ALL));
    for (RankChange change : changes) {
      int q = change.query();
      int was = naiveRank(before, q);
      int is = naiveRank(after, q);
      assertThat(change.before().orElse(DEPTH + 1)).isEqualTo(was);
      assertThat(change.after().orElse(DEPTH + 1)).isEqualTo(is);
      assertThat(change.movement())
          .isCloseTo(Math.log((double) was / is) / Math.log(2), within(1e-12));
      assertThat(change.text()).isEqualTo("query " + q);
      assertThat(change.seen()).isEqualTo(q % 2 == 0);
    }
  }

  private Integer[] boxed(Subset subset) {
    return IntStream.of(members(subset)).boxed().toArray(Integer[]::new);
  }

  private int naiveRank(List<List<String>> rankings, int q) {
    List<String> top = top(rankings.get(q), DEPTH);
    for (int i = 0; i < top.size(); i++) {
      if (queries.get(q).relevance().isRelevant(top.get(i))) {
        return i + 1;
      }
    }
    return DEPTH + 1;
  }

  @RepeatedTest(5)
  void movers_randomRankings_areTheExtremesAndWhatPassedThem(RepetitionInfo info) {
    randomise(500 + info.getCurrentRepetition());

    RecallReport report = report(1);

    assertThat(report.risen(SearchMode.VECTOR).stream().map(Mover::change))
        .containsExactlyElementsOf(extremes(report, 1));
    assertThat(report.fallen(SearchMode.VECTOR).stream().map(Mover::change))
        .containsExactlyElementsOf(extremes(report, -1));
    for (Mover mover : report.movers()) {
      int q = mover.change().query();
      List<String> better = top((mover.change().movement() > 0 ? after : before).get(q), DEPTH);
      List<String> worse = top((mover.change().movement() > 0 ? before : after).get(q), DEPTH);
      String answer =
          better.stream().filter(queries.get(q).relevance()::isRelevant).findFirst().orElseThrow();
      int end = worse.contains(answer) ? worse.indexOf(answer) : worse.size();
      List<String> above = better.subList(0, better.indexOf(answer));
      assertThat(mover.answer().id()).isEqualTo(answer);
      assertThat(mover.passed().stream().map(Mover.RankedDocument::id))
          .containsExactlyElementsOf(
              worse.subList(0, end).stream().filter(id -> !above.contains(id)).limit(3).toList());
      assertThat(mover.passed())
          .allSatisfy(
              document -> {
                assertThat(document.before()).isEqualTo(rank(before.get(q), document.id()));
                assertThat(document.after()).isEqualTo(rank(after.get(q), document.id()));
                assertThat(text(document.id())).startsWith(excerpt(document));
              });
    }
  }

  /** A selection sort, so that nothing of the code's own order is used. */
  private static List<RankChange> extremes(RecallReport report, int sign) {
    List<RankChange> left = new ArrayList<>(report.rankChanges());
    List<RankChange> chosen = new ArrayList<>();
    while (chosen.size() < 4) {
      RankChange best = left.getFirst();
      for (RankChange each : left) {
        best = sign * each.movement() > sign * best.movement() ? each : best;
      }
      if (sign * best.movement() <= 0) {
        return chosen;
      }
      chosen.add(best);
      left.remove(best);
    }
    return chosen;
  }

  private static OptionalInt rank(List<String> ranking, String id) {
    int index = top(ranking, DEPTH).indexOf(id);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
  }

  private static String excerpt(Mover.RankedDocument document) {
    return Objects.requireNonNull(document.excerpt()).replace("…", "");
  }

  @Test
  void report_sameSeed_isTheSameReport() {
    randomise(1);

    assertThat(report(3)).isEqualTo(report(3));
    assertThat(report(4).deltas()).isNotEqualTo(report(3).deltas());
    assertThat(report(4).rankChanges()).isEqualTo(report(3).rankChanges());
  }

  @Test
  void report_unanswerableQueries_areCountedApart() {
    randomise(1);

    RecallReport report = report(1);

    int unjudged = (int) queries.stream().filter(q -> q.relevance().relevantCount() == 0).count();
    assertThat(unjudged).isPositive();
    assertThat(report.queries()).isEqualTo(members(Subset.ALL).length);
    assertThat(report.queries() + report.skippedQueries()).isEqualTo(QUERIES);
    assertThat(report.skippedQueries()).isEqualTo(unjudged + report.absentQueries());
    assertThat(report.absentQueries()).isPositive();
  }

  @Test
  void costs_recallOutOfReach_haveNoSaving() {
    queries.add(EvaluatedQuery.of("q", Relevance.of(Map.of("d1", 1.0)), false));
    before.add(List.of("d1"));
    after.add(List.of("d2"));

    CostComparison cost = report(1).cost(SearchMode.VECTOR, Subset.UNSEEN).orElseThrow();

    assertThat(cost.equal()).isEmpty();
    assertThat(cost.assured()).isEmpty();
    assertThat(report(1).cost(SearchMode.VECTOR, Subset.SEEN)).isEmpty();
  }

  @Test
  void movers_documentWithoutText_haveNoExcerptAndCostNothing() {
    queries.add(EvaluatedQuery.of(null, Relevance.of(Map.of("d1", 1.0)), true));
    Evaluation evaluation = new Evaluation(queries, METRICS, SETTINGS, 1);
    evaluation.add(SearchMode.VECTOR, false, List.of(List.of("d2", "d1")));
    evaluation.add(SearchMode.VECTOR, true, List.of(List.of("d1", "d2")));

    RecallReport report = evaluation.report(Duration.ZERO, "v1", id -> null);

    Mover mover = report.risen(SearchMode.VECTOR).getFirst();
    assertThat(mover.change().text()).isNull();
    assertThat(mover.change().movement()).isEqualTo(1);
    assertThat(mover.answer().excerpt()).isNull();
    assertThat(mover.passed()).hasSize(1);
    assertThat(report.cost(SearchMode.VECTOR, Subset.ALL).orElseThrow().tokens()).isZero();
  }

  @Test
  void excerpt_longText_isCutBetweenCodePoints() {
    queries.add(EvaluatedQuery.of("q", Relevance.of(Map.of("d1", 1.0)), true));
    Evaluation evaluation = new Evaluation(queries, METRICS, SETTINGS, 1);
    evaluation.add(SearchMode.VECTOR, false, List.of(List.of("d2")));
    evaluation.add(SearchMode.VECTOR, true, List.of(List.of("d1")));

    RecallReport report = evaluation.report(Duration.ZERO, "v1", id -> "𝄞".repeat(161));

    assertThat(report.movers().getFirst().answer().excerpt()).isEqualTo("𝄞".repeat(160) + "…");
  }

  @Test
  void approximateTokens_isAQuarterOfTheCodePointsRoundedUp() {
    assertThat(ReportSettings.approximateTokens("")).isZero();
    assertThat(ReportSettings.approximateTokens("a")).isEqualTo(1);
    assertThat(ReportSettings.approximateTokens("abcd")).isEqualTo(1);
    assertThat(ReportSettings.approximateTokens("abcde")).isEqualTo(2);
    assertThat(ReportSettings.approximateTokens("𝄞𝄞𝄞𝄞")).isEqualTo(1);
  }

  @Test
  void delta_ofFewChanges_saysSo() {
    for (int changed : new int[] {0, 19, 20}) {
      queries.clear();
      before.clear();
      after.clear();
      for (int q = 0; q < 40; q++) {
        queries.add(EvaluatedQuery.of("q", Relevance.of(Map.of("d1", 1.0)), true));
        before.add(List.of("d2", "d1"));
        after.add(q < changed ? List.of("d1") : List.of("d2", "d1"));
      }

      RecallReport.Delta delta =
          report(1).delta(SearchMode.VECTOR, Subset.ALL, Metric.mrr(3)).orElseThrow();

      assertThat(delta.improved()).isEqualTo(changed);
      assertThat(delta.worsened()).isZero();
      assertThat(delta.changedFew()).isEqualTo(changed < 20);
    }
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> SETTINGS.withCostK(0))
        .withMessageContaining("is 0, expected at least 1");
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> SETTINGS.withMovers(-1))
        .withMessageContaining("is -1, expected at least 0");
  }

  @Test
  void report_negativeTokens_isRefused() {
    randomise(2);
    Evaluation evaluation = new Evaluation(queries, METRICS, SETTINGS.withTokens(text -> -1), 1);
    evaluation.add(SearchMode.VECTOR, false, before);
    evaluation.add(SearchMode.VECTOR, true, after);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluation.report(Duration.ZERO, "v1", ReportFiguresTest::text))
        .withMessageContaining("returned -1");
  }

  @Test
  void add_outOfOrder_isRefused() {
    randomise(1);
    Evaluation evaluation = new Evaluation(queries, METRICS, SETTINGS, 1);

    assertThatIllegalStateException()
        .isThrownBy(() -> evaluation.add(SearchMode.VECTOR, false, 0, List.of()));
    evaluation.begin(SearchMode.VECTOR, false);
    evaluation.add(SearchMode.VECTOR, false, 0, List.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluation.add(SearchMode.VECTOR, false, 0, List.of()));
    assertThatIllegalStateException()
        .isThrownBy(() -> evaluation.report(Duration.ZERO))
        .withMessageContaining("VECTOR");
  }
}
