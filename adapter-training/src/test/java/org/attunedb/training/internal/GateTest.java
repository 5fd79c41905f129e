package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
  private static final int[] EACH = IntStream.range(0, QUERIES).toArray();
  private static final Gate GATE = new Gate(42);

  @Test
  void tooFew_someQueries_saysHowManyAndHowManyAreNeeded() {
    GateDecision decision = Gate.tooFew(31, 0);

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
  void refusal_everyQueryBetter_isNone() {
    assertThat(refusal(q -> plus(0.1, 0.3, 0.2))).isEmpty();
  }

  @Test
  void success_everyQueryBetter_tellsTheFigures() {
    assertThat(GATE.success(table(q -> BASE), table(q -> plus(0.1, 0.3, 0.2))))
        .contains("recall@10 50.0 % -> 80.0 %")
        .contains("nDCG@10 0.400 -> 0.600")
        .contains("+25.00 points (interval +25.00 to +25.00)");
  }

  @Test
  void metrics_seenAndUnseen_areThoseOfTheTables() {
    Map<String, Double> metrics =
        Gate.metrics(
            "hybrid_",
            table(q -> BASE),
            table(q -> q < SEEN ? plus(0.1, 0.3, 0.2) : plus(0, 0.1, 0)));

    assertMetric(metrics, "hybrid_base_recall@1", 0.3);
    assertMetric(metrics, "hybrid_recall@1", 0.36);
    assertMetric(metrics, "hybrid_base_recall@10", 0.5);
    assertMetric(metrics, "hybrid_recall@10", 0.72);
    assertMetric(metrics, "hybrid_seen_recall@10", 0.8);
    assertMetric(metrics, "hybrid_unseen_base_ndcg@10", 0.4);
    assertMetric(metrics, "hybrid_unseen_recall@10", 0.6);
    assertMetric(metrics, "hybrid_delta_recall@10", 0.22);
  }

  @Test
  void metrics_onlySeenQueries_haveNoFiguresOfUnseenOnes() {
    BitSet seen = new BitSet();
    seen.set(0, QUERIES);
    OutOfFold base = new OutOfFold(all(), qualities(q -> BASE), seen, EACH);
    OutOfFold adapted = new OutOfFold(all(), qualities(q -> plus(0, 0.1, 0.1)), seen, EACH);

    assertThat(GATE.refusal(base, adapted)).isEmpty();
    assertThat(Gate.metrics("", base, adapted))
        .containsKey("seen_recall@10")
        .doesNotContainKeys("unseen_recall@10", "unseen_base_recall@10");
  }

  @Test
  void refusal_nothingChanged_saysThatNoShareHelps() {
    assertThat(refusal(q -> BASE)).get().asString().contains("no share").contains("50.0 %");
  }

  @Test
  void refusal_unseenLoseAsMuchAsTolerated_isNone() {
    assertThat(refusal(q -> q < SEEN ? plus(0, 0.1, 0.1) : plus(0, -0.004, -0.004))).isEmpty();
  }

  @Test
  void refusal_unseenLoseMoreThanTolerated_saysSo() {
    assertThat(refusal(q -> q < SEEN ? plus(0, 0.4, 0.4) : plus(0, -0.01, -0.002)))
        .get()
        .asString()
        .contains("unseen documents");
  }

  @Test
  void refusal_recallAt1FallsAsMuchAsTolerated_isNone() {
    assertThat(refusal(q -> plus(-0.009, 0.1, 0.1))).isEmpty();
  }

  @Test
  void refusal_recallAt1FallsMoreThanTolerated_saysSo() {
    assertThat(refusal(q -> plus(-0.011, 0.4, 0.4))).get().asString().contains("recall@1");
  }

  /** 4 wins against 2 losses of the same size. */
  @Test
  void refusal_gainWithinChance_tellsTheInterval() {
    assertThat(refusal(q -> q < 4 ? plus(0, 0.3, 0.3) : q < 6 ? plus(0, -0.3, -0.3) : BASE))
        .get()
        .asString()
        .containsPattern("\\+0\\.60 points \\(interval -\\d\\.\\d+ to \\+\\d");
  }

  /** The interval of five wins without a loss is above 0, but 2^-4 is more than 5 %. */
  @Test
  void refusal_fewChanges_areJudgedByTheSignTest() {
    assertThat(refusal(q -> q < 5 ? plus(0, 0.5, 0.5) : BASE)).isPresent();
    assertThat(refusal(q -> q < 6 ? plus(0, 0.5, 0.5) : BASE)).isEmpty();
  }

  @Test
  void refusal_smallGainOfEveryQuery_isThereUnlessItReachesTheLeast() {
    assertThat(refusal(q -> plus(0, 0.0049, 0.0049))).get().asString().contains("+0.49 points");
    assertThat(refusal(q -> plus(0, 0.0051, 0.0051))).isEmpty();
  }

  @Test
  void refusal_qualityThatIsNoNumber_isAlwaysThere() {
    assertThat(
            refusal(
                q -> q == 5 ? new Quality(Double.NaN, Double.NaN, Double.NaN) : plus(0, 0.2, 0.2)))
        .isPresent();
  }

  @Test
  void contradiction_gainBeyondChance_isNone() {
    OutOfFold base = table(q -> BASE);

    assertThat(GATE.contradiction(base, table(q -> q % 3 == 0 ? plus(0, 0.3, 0.3) : BASE)))
        .isEmpty();
    assertThat(GATE.contradiction(base, table(q -> q == 0 ? plus(0, 0.3, 0.3) : BASE)))
        .get()
        .asString()
        .contains("don't confirm");
    assertThat(GATE.contradiction(base, table(q -> BASE))).isPresent();
  }

  @Test
  void contradiction_lossOfUnseenOrOfRecallAt1_saysSo() {
    OutOfFold base = table(q -> BASE);

    assertThat(
            GATE.contradiction(
                base, table(q -> q < SEEN ? plus(0, 0.4, 0.4) : plus(0, -0.05, -0.05))))
        .get()
        .asString()
        .contains("get worse");
    assertThat(GATE.contradiction(base, table(q -> plus(-0.05, 0.2, 0.2))))
        .get()
        .asString()
        .contains("get worse");
  }

  /** Ten groups of ten that gain or lose together prove less than a hundred queries. */
  @Test
  void refusal_queriesInGroups_areOnePieceOfEvidence() {
    int[] tens = IntStream.range(0, QUERIES).map(q -> q / 10).toArray();
    BitSet seen = new BitSet();
    seen.set(0, SEEN);
    List<Quality> gains = qualities(q -> q / 10 < 7 ? plus(0, 0.2, 0.2) : plus(0, -0.2, -0.2));
    IntFunction<OutOfFold> results =
        grouped ->
            new OutOfFold(
                all(),
                grouped < 2 ? qualities(q -> BASE) : gains,
                new BitSet(),
                grouped % 2 == 0 ? EACH : tens);

    assertThat(GATE.refusal(results.apply(1), results.apply(3))).isPresent();
    assertThat(GATE.refusal(results.apply(0), results.apply(2))).isEmpty();
  }

  @Test
  void success_sameTable_isTheSameInAnyLocale() {
    OutOfFold base = table(q -> BASE);
    OutOfFold adapted = table(q -> plus(0.1, q % 2 == 0 ? 0.3 : 0, 0.2));
    String first = GATE.success(base, adapted);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));

      assertThat(GATE.success(base, adapted)).isEqualTo(first);
      assertThat(Gate.tooFew(31, 0).reason()).startsWith("31 ");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static Optional<String> refusal(IntFunction<Quality> adapted) {
    return GATE.refusal(table(q -> BASE), table(adapted));
  }

  private static OutOfFold table(IntFunction<Quality> quality) {
    BitSet seen = new BitSet();
    seen.set(0, SEEN);
    return new OutOfFold(all(), qualities(quality), seen, EACH);
  }

  private static List<Integer> all() {
    return IntStream.range(0, QUERIES).boxed().toList();
  }

  private static List<Quality> qualities(IntFunction<Quality> quality) {
    return IntStream.range(0, QUERIES).mapToObj(quality).toList();
  }

  private static Quality plus(double recallAt1, double recallAt10, double ndcgAt10) {
    return new Quality(
        BASE.recallAt1() + recallAt1, BASE.recallAt10() + recallAt10, BASE.ndcgAt10() + ndcgAt10);
  }

  private static void assertMetric(Map<String, Double> metrics, String name, double expected) {
    assertThat(metrics).containsKey(name);
    assertThat(metrics.getOrDefault(name, Double.NaN)).as(name).isEqualTo(expected, within(1e-6));
  }
}
