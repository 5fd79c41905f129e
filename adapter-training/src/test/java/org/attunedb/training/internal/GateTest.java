package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.junit.jupiter.api.Test;

/** Tables of 100 queries, the first 60 of which are seen; base 0.30 / 0.50 / 0.40 throughout. */
class GateTest {
  private static final int QUERIES = 100;
  private static final int SEEN = 60;
  private static final Quality BASE = new Quality(0.30, 0.50, 0.40);
  private static final Gate GATE = new Gate(42);

  @Test
  void tooFew_someQueries_saysHowManyAndHowManyAreNeeded() {
    GateDecision decision = Gate.tooFew(31);

    assertThat(decision.outcome()).isEqualTo(Outcome.TOO_FEW_LABELS);
    assertThat(decision.reason()).contains("31 different").contains("at least 32");
    assertThat(decision.metrics()).isEmpty();
  }

  @Test
  void noHeadroom_goodBase_saysHowGood() {
    GateDecision decision = Gate.noHeadroom(new Quality(0.9, 0.984, 0.95));

    assertThat(decision.outcome()).isEqualTo(Outcome.NO_HEADROOM);
    assertThat(decision.reason()).contains("98.4 %");
    assertThat(decision.metrics()).contains(entry("base_recall@10", 0.984));
  }

  @Test
  void decide_everyQueryBetter_publishesTheBestAlphaWithItsFigures() {
    OutOfFold results = table();
    put(results, 1, q -> plus(0, 0.1, 0.1));
    put(results, 2, q -> plus(0.1, 0.3, 0.2));
    put(results, 3, q -> plus(0, 0.2, 0.2));
    put(results, 4, q -> plus(0, 0.1, 0.2));

    Gate.Verdict verdict = GATE.decide(results);

    assertThat(verdict.alphaIndex()).isEqualTo(2);
    assertThat(verdict.decision().outcome()).isEqualTo(Outcome.PUBLISHED);
    assertThat(verdict.decision().reason())
        .contains("recall@10 50.0 % -> 80.0 %")
        .contains("nDCG@10 0.400 -> 0.600")
        .contains("+25.00 to +25.00 points");
    assertMetric(verdict, "alpha", 0.5);
    assertMetric(verdict, "base_recall@1", 0.3);
    assertMetric(verdict, "recall@1", 0.4);
    assertMetric(verdict, "base_recall@10", 0.5);
    assertMetric(verdict, "recall@10", 0.8);
    assertMetric(verdict, "seen_recall@10", 0.8);
    assertMetric(verdict, "unseen_base_ndcg@10", 0.4);
    assertMetric(verdict, "unseen_ndcg@10", 0.6);
    assertMetric(verdict, "delta_recall@10", 0.3);
  }

  @Test
  void decide_equalAlphas_takesTheSmallest() {
    OutOfFold results = table();
    for (int alpha = 1; alpha < OutOfFold.alphas(); alpha++) {
      put(results, alpha, q -> plus(0, 0.1, 0.1));
    }

    assertThat(GATE.decide(results).alphaIndex()).isEqualTo(1);
  }

  /** Over all queries alpha 1 gains more; over seen and unseen alike alpha 0.25 does. */
  @Test
  void decide_gainOnSeenOnly_countsSeenAndUnseenAlike() {
    OutOfFold results = table();
    put(results, 1, q -> plus(0, 0.1, 0.1));
    put(results, 4, q -> q < SEEN ? plus(0, 0.18, 0.18) : BASE);

    Gate.Verdict verdict = GATE.decide(results);

    assertThat(verdict.alphaIndex()).isEqualTo(1);
    assertThat(verdict.decision().published()).isTrue();
  }

  @Test
  void decide_unseenLoseMoreThanTolerated_takesASmallerAlpha() {
    OutOfFold results = table();
    put(results, 1, q -> q < SEEN ? plus(0, 0.1, 0.1) : plus(0, -0.004, -0.004));
    put(results, 4, q -> q < SEEN ? plus(0, 0.4, 0.4) : plus(0, -0.006, -0.006));

    Gate.Verdict verdict = GATE.decide(results);

    assertThat(verdict.alphaIndex()).isEqualTo(1);
    assertMetric(verdict, "unseen_recall@10", 0.496);
  }

  @Test
  void decide_recallAt1FallsMoreThanTolerated_takesASmallerAlpha() {
    OutOfFold results = table();
    put(results, 3, q -> plus(-0.009, 0.1, 0.1));
    put(results, 4, q -> plus(-0.011, 0.4, 0.4));

    Gate.Verdict verdict = GATE.decide(results);

    assertThat(verdict.alphaIndex()).isEqualTo(3);
    assertMetric(verdict, "recall@1", 0.291);
  }

  @Test
  void decide_noEligibleAlpha_saysWhatTheWholeAdapterDoes() {
    OutOfFold results = table();
    for (int alpha = 1; alpha < OutOfFold.alphas(); alpha++) {
      put(results, alpha, q -> q < SEEN ? plus(-0.1, 0.1, 0.1) : plus(-0.1, -0.2, -0.1));
    }

    Gate.Verdict verdict = GATE.decide(results);

    assertThat(verdict.alphaIndex()).isZero();
    assertThat(verdict.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(verdict.decision().reason())
        .contains("recall@10 50.0 % -> 48.0 %")
        .contains("recall@1 30.0 % -> 20.0 %")
        .contains("recall@10 of unseen 50.0 % -> 30.0 %");
    assertMetric(verdict, "delta_recall@10", 0);
    assertMetric(verdict, "alpha", 0);
  }

  @Test
  void decide_noMeasuredAlpha_isNoImprovement() {
    Gate.Verdict verdict = GATE.decide(table());

    assertThat(verdict.alphaIndex()).isZero();
    assertThat(verdict.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
  }

  /** 4 wins against 2 losses of the same size. */
  @Test
  void decide_gainWithinChance_isNoImprovementWithTheInterval() {
    OutOfFold results = table();
    put(results, 4, q -> q < 4 ? plus(0, 0.3, 0.3) : q < 6 ? plus(0, -0.3, -0.3) : BASE);

    Gate.Verdict verdict = GATE.decide(results);

    assertThat(verdict.alphaIndex()).isZero();
    assertThat(verdict.decision().outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(verdict.decision().reason())
        .containsPattern(
            "\\+0\\.60 points, is within chance \\(90 % interval -\\d\\.\\d+ to \\+\\d");
    assertMetric(verdict, "alpha", 1);
  }

  @Test
  void decide_onlySeenQueries_usesTheMeanOfAll() {
    BitSet seen = new BitSet();
    seen.set(0, QUERIES);
    OutOfFold results = new OutOfFold(base(), seen);
    put(results, 2, q -> plus(0, 0.1, 0.1));

    Gate.Verdict verdict = GATE.decide(results);

    assertThat(verdict.alphaIndex()).isEqualTo(2);
    assertThat(verdict.decision().metrics()).doesNotContainKey("unseen_recall@10");
  }

  @Test
  void decide_qualityThatIsNoNumber_isNeverPublished() {
    OutOfFold results = table();
    for (int alpha = 1; alpha < OutOfFold.alphas(); alpha++) {
      put(
          results,
          alpha,
          q -> q == 5 ? new Quality(Double.NaN, Double.NaN, Double.NaN) : plus(0, 0.2, 0.2));
    }

    assertThat(GATE.decide(results).decision().published()).isFalse();
  }

  @Test
  void decide_sameTable_givesTheSameVerdictInAnyLocale() {
    OutOfFold results = table();
    put(results, 2, q -> plus(0.1, q % 2 == 0 ? 0.3 : 0, 0.2));
    Gate.Verdict first = GATE.decide(results);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));

      assertThat(GATE.decide(results)).isEqualTo(first);
      assertThat(Gate.tooFew(31).reason()).startsWith("31 ");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static OutOfFold table() {
    BitSet seen = new BitSet();
    seen.set(0, SEEN);
    return new OutOfFold(base(), seen);
  }

  private static List<Quality> base() {
    return IntStream.range(0, QUERIES).mapToObj(q -> BASE).toList();
  }

  private static void put(OutOfFold results, int alpha, IntFunction<Quality> quality) {
    results.put(
        alpha,
        IntStream.range(0, QUERIES).boxed().toList(),
        IntStream.range(0, QUERIES).mapToObj(quality).toList());
  }

  private static Quality plus(double recallAt1, double recallAt10, double ndcgAt10) {
    return new Quality(
        BASE.recallAt1() + recallAt1, BASE.recallAt10() + recallAt10, BASE.ndcgAt10() + ndcgAt10);
  }

  private static void assertMetric(Gate.Verdict verdict, String name, double expected) {
    assertThat(verdict.decision().metrics()).containsKey(name);
    assertThat(verdict.decision().metrics().getOrDefault(name, Double.NaN))
        .as(name)
        .isEqualTo(expected, within(1e-9));
  }
}
