package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
    assertThat(decision.reason()).contains("31 usable").contains("at least 32");
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
  void decide_everyQueryBetter_publishesWithItsFigures() {
    GateDecision decision = decide(q -> plus(0.1, 0.3, 0.2));

    assertThat(decision.outcome()).isEqualTo(Outcome.PUBLISHED);
    assertThat(decision.reason())
        .contains("recall@10 50.0 % -> 80.0 %")
        .contains("nDCG@10 0.400 -> 0.600")
        .contains("+25.00 to +25.00 points");
    assertMetric(decision, "alpha_seen", 1);
    assertMetric(decision, "alpha_unseen", 0.5);
    assertMetric(decision, "base_recall@1", 0.3);
    assertMetric(decision, "recall@1", 0.4);
    assertMetric(decision, "base_recall@10", 0.5);
    assertMetric(decision, "recall@10", 0.8);
    assertMetric(decision, "seen_recall@10", 0.8);
    assertMetric(decision, "unseen_base_ndcg@10", 0.4);
    assertMetric(decision, "unseen_ndcg@10", 0.6);
    assertMetric(decision, "delta_recall@10", 0.3);
  }

  @Test
  void decide_noShareChosen_isNoImprovementWithTheBase() {
    GateDecision decision = GATE.decide(choice(0, 0), table(q -> BASE), table(q -> BASE));

    assertThat(decision.outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(decision.reason()).contains("no share").contains("50.0 %");
    assertMetric(decision, "delta_recall@10", 0);
    assertMetric(decision, "alpha_seen", 0);
  }

  @Test
  void decide_unseenLoseAsMuchAsTolerated_isPublished() {
    GateDecision decision = decide(q -> q < SEEN ? plus(0, 0.1, 0.1) : plus(0, -0.004, -0.004));

    assertThat(decision.outcome()).isEqualTo(Outcome.PUBLISHED);
    assertMetric(decision, "unseen_recall@10", 0.496);
    assertMetric(decision, "seen_recall@10", 0.6);
  }

  @Test
  void decide_unseenLoseMoreThanTolerated_isNoImprovement() {
    GateDecision decision = decide(q -> q < SEEN ? plus(0, 0.4, 0.4) : plus(0, -0.01, -0.002));

    assertThat(decision.outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(decision.reason()).contains("unseen documents").contains("50.0 %");
    assertMetric(decision, "unseen_recall@10", 0.49);
  }

  @Test
  void decide_recallAt1FallsAsMuchAsTolerated_isPublished() {
    assertThat(decide(q -> plus(-0.009, 0.1, 0.1)).outcome()).isEqualTo(Outcome.PUBLISHED);
  }

  @Test
  void decide_recallAt1FallsMoreThanTolerated_isNoImprovement() {
    GateDecision decision = decide(q -> plus(-0.011, 0.4, 0.4));

    assertThat(decision.outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(decision.reason()).contains("recall@1").contains("50.0 %");
    assertMetric(decision, "recall@1", 0.289);
  }

  /** 4 wins against 2 losses of the same size. */
  @Test
  void decide_gainWithinChance_isNoImprovementWithTheInterval() {
    GateDecision decision =
        decide(q -> q < 4 ? plus(0, 0.3, 0.3) : q < 6 ? plus(0, -0.3, -0.3) : BASE);

    assertThat(decision.outcome()).isEqualTo(Outcome.NO_IMPROVEMENT);
    assertThat(decision.reason())
        .containsPattern(
            "\\+0\\.60 points, is too small or within chance \\(98 % interval -\\d\\.\\d+ to \\+\\d");
  }

  @Test
  void decide_smallGainOfEveryQuery_isNoImprovementUnlessItReachesTheLeast() {
    assertThat(decide(q -> plus(0, 0.0049, 0.0049)).reason())
        .contains("+0.49 points, is too small");
    assertThat(decide(q -> plus(0, 0.0051, 0.0051)).outcome()).isEqualTo(Outcome.PUBLISHED);
  }

  @Test
  void decide_onlySeenQueries_hasNoFiguresOfUnseenOnes() {
    BitSet seen = new BitSet();
    seen.set(0, QUERIES);
    OutOfFold base = new OutOfFold(qualities(q -> BASE), seen);

    GateDecision decision =
        GATE.decide(choice(1, 1), base, new OutOfFold(qualities(q -> plus(0, 0.1, 0.1)), seen));

    assertThat(decision.outcome()).isEqualTo(Outcome.PUBLISHED);
    assertThat(decision.metrics()).doesNotContainKeys("unseen_recall@10", "unseen_base_recall@10");
  }

  @Test
  void decide_qualityThatIsNoNumber_isNeverPublished() {
    assertThat(
            decide(
                    q ->
                        q == 5
                            ? new Quality(Double.NaN, Double.NaN, Double.NaN)
                            : plus(0, 0.2, 0.2))
                .published())
        .isFalse();
  }

  @Test
  void decide_sameTable_givesTheSameVerdictInAnyLocale() {
    GateDecision first = decide(q -> plus(0.1, q % 2 == 0 ? 0.3 : 0, 0.2));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));

      assertThat(decide(q -> plus(0.1, q % 2 == 0 ? 0.3 : 0, 0.2))).isEqualTo(first);
      assertThat(Gate.tooFew(31).reason()).startsWith("31 ");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void put_someQueries_changesOnlyThemAndNoCopy() {
    OutOfFold base = table(q -> BASE);
    OutOfFold copy = base.copy();

    copy.put(List.of(3, 99), List.of(plus(0, 0.1, 0.1), plus(0, 0.2, 0)));

    double[] differences = copy.differencesFrom(base, Quality::recallAt10);
    assertThat(differences[3]).isEqualTo(0.1, within(1e-12));
    assertThat(differences[99]).isEqualTo(0.2, within(1e-12));
    assertThat(Arrays.stream(differences).sum()).isEqualTo(0.3, within(1e-12));
    assertThat(copy.mean(OutOfFold.Part.SEEN).recallAt10())
        .isEqualTo(0.5 + 0.1 / SEEN, within(1e-12));
    assertThat(base.mean(OutOfFold.Part.ALL).recallAt10()).isEqualTo(0.5, within(1e-12));
  }

  private static GateDecision decide(IntFunction<Quality> adapted) {
    return GATE.decide(choice(1, 0.5f), table(q -> BASE), table(adapted));
  }

  private static CrossFit.Choice choice(float seen, float unseen) {
    return new CrossFit.Choice(seen, unseen, new Calibration(1, 0.5));
  }

  private static OutOfFold table(IntFunction<Quality> quality) {
    BitSet seen = new BitSet();
    seen.set(0, SEEN);
    return new OutOfFold(qualities(quality), seen);
  }

  private static List<Quality> qualities(IntFunction<Quality> quality) {
    return IntStream.range(0, QUERIES).mapToObj(quality).toList();
  }

  private static Quality plus(double recallAt1, double recallAt10, double ndcgAt10) {
    return new Quality(
        BASE.recallAt1() + recallAt1, BASE.recallAt10() + recallAt10, BASE.ndcgAt10() + ndcgAt10);
  }

  private static void assertMetric(GateDecision decision, String name, double expected) {
    assertThat(decision.metrics()).containsKey(name);
    assertThat(decision.metrics().getOrDefault(name, Double.NaN))
        .as(name)
        .isEqualTo(expected, within(1e-6));
  }
}
