package org.attunedb.training.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.attunedb.core.evaluation.PairedBootstrap;
import org.attunedb.core.evaluation.SignTest;
import org.attunedb.core.training.GateDecision;
import org.attunedb.core.training.GateDecision.Outcome;
import org.attunedb.training.internal.OutOfFold.Part;

/**
 * Decides for which modes an adapter may be used, from rankings of held-out queries alone.
 *
 * <p>A mode passes if the objective gains at least {@value #MIN_GAIN} and the gain is beyond
 * chance: the lower end of the 95 % paired bootstrap interval is above 0, or, where fewer than
 * {@value #FEW_CHANGES} queries change, the exact sign test says so; if queries about unseen
 * documents lose no more than {@value #UNSEEN_TOLERANCE} of the objective, and if recall@1 falls by
 * no more than {@value #RECALL_AT_1_TOLERANCE}. With enough labels a fifth of them is sealed away
 * from every choice, and must confirm the gain.
 */
final class Gate {
  /** Fewer usable queries can't tell a gain from chance. */
  static final int MIN_QUERIES = 32;

  /** Fewer queries that the adapter in use was not trained on say nothing about it. */
  static final int MIN_SUCCESSION = 20;

  /** From so many queries on a part is sealed. */
  static final int MIN_SEALED = 500;

  /** Above this base recall@10 nothing is left to gain. */
  static final double HEADROOM = 0.97;

  /** A smaller gain may be significant, but is not worth a change of every search. */
  private static final double MIN_GAIN = 0.005;

  private static final double UNSEEN_TOLERANCE = 0.005;
  private static final double RECALL_AT_1_TOLERANCE = 0.01;
  private static final int FEW_CHANGES = 20;

  /**
   * Two-sided, so that a mode passes by chance in one case of forty and one of the two modes in one
   * of twenty.
   */
  private static final double CONFIDENCE = 0.95;

  /** Two-sided, so that either side alone is passed by chance in one case of ten. */
  private static final double SEALED_CONFIDENCE = 0.8;

  /** Fewer groups of queries that share documents can't be resampled. */
  private static final int MIN_GROUPS = 10;

  /** Enough for a stable bound of 2.5 %. */
  private static final int DRAWS = 10_000;

  private final long seed;

  Gate(long seed) {
    this.seed = seed;
  }

  /**
   * The decision on too few labels.
   *
   * @param carried queries that could be learned from, but judge nothing
   */
  static GateDecision tooFew(int queries, int carried) {
    return new GateDecision(
        Outcome.TOO_FEW_LABELS,
        String.format(
            Locale.ROOT,
            "%d usable labelled queries%s, at least %d are needed to tell a gain from chance",
            queries,
            carried == 0
                ? ""
                : " (beside %s that adapters in use were trained on)".formatted(carried),
            MIN_QUERIES),
        Map.of());
  }

  static GateDecision noHeadroom(Quality base) {
    return new GateDecision(
        Outcome.NO_HEADROOM,
        String.format(
            Locale.ROOT,
            "base recall@10 is %.1f %%, which leaves nothing to gain",
            100 * base.recallAt10()),
        Map.of("base_recall@10", base.recallAt10(), "recall@10", base.recallAt10()));
  }

  /** Why held-out queries don't let a mode pass; empty if they do. */
  Optional<String> refusal(OutOfFold base, OutOfFold adapted) {
    PairedBootstrap gain = interval(base, adapted, Quality::objective, CONFIDENCE);
    if (gain.mean() == 0 && gain.low() == 0 && gain.high() == 0) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "no share of the adapter helps held-out queries (recall@10 %.1f %%) without hurting recall@1 or queries about unseen documents",
              100 * base.mean(Part.ALL).recallAt10()));
    }
    if (!guards(base, adapted)) {
      return Optional.of("recall@1 or queries about unseen documents would get worse");
    }
    if (!isGain(base, adapted, gain)) {
      return Optional.of(
          "the gain on held-out queries, " + points(gain) + ", is too small or chance");
    }
    return Optional.empty();
  }

  private static boolean isBeyondChance(OutOfFold base, OutOfFold adapted, PairedBootstrap gain) {
    SignTest signs = SignTest.of(adapted.differencesFrom(base, Quality::objective));
    return signs.wins() + signs.losses() < FEW_CHANGES
        ? signs.wins() > signs.losses() && signs.pValue() <= 1 - CONFIDENCE
        : gain.low() > 0;
  }

  /**
   * Why sealed queries don't confirm a gain; empty if they do. They were part of no choice, so that
   * a one-sided bound of 90 % is enough; a loss that the guards would not tolerate counts if it is
   * beyond chance by the same bound.
   */
  Optional<String> contradiction(OutOfFold base, OutOfFold adapted) {
    PairedBootstrap gain = interval(base, adapted, Quality::objective, SEALED_CONFIDENCE);
    if (!(gain.low() > 0)) {
      return Optional.of(
          "queries sealed away from every choice don't confirm a gain: " + points(gain));
    }
    if (isCostly(base, adapted)) {
      return Optional.of(
          "recall@1 or queries about unseen documents get worse on queries sealed away from every choice");
    }
    return Optional.empty();
  }

  /**
   * What the comparison with the adapter in use says.
   *
   * @param incumbent its results for queries that it was not trained on
   * @param successor the new adapter's for the same queries
   */
  PairedBootstrap against(OutOfFold incumbent, OutOfFold successor) {
    return interval(incumbent, successor, Quality::objective, SEALED_CONFIDENCE);
  }

  /**
   * Whether a gain over another adapter is worth a change of searches, and beyond chance; a loss
   * that the guards would not tolerate counts if it is beyond chance, too.
   */
  boolean isGain(OutOfFold before, OutOfFold after) {
    PairedBootstrap gain = interval(before, after, Quality::objective, CONFIDENCE);
    return isGain(before, after, gain) && !isCostly(before, after);
  }

  private boolean isCostly(OutOfFold before, OutOfFold after) {
    return isWorse(
            after.of(Part.UNSEEN), before.of(Part.UNSEEN), UNSEEN_TOLERANCE, Quality::objective)
        || isWorse(after, before, RECALL_AT_1_TOLERANCE, Quality::recallAt1);
  }

  private static boolean isGain(OutOfFold before, OutOfFold after, PairedBootstrap gain) {
    return gain.mean() >= MIN_GAIN && isBeyondChance(before, after, gain);
  }

  private boolean isWorse(
      OutOfFold adapted, OutOfFold base, double tolerance, ToDoubleFunction<Quality> value) {
    return !base.isEmpty(Part.ALL)
        && interval(base, adapted, value, SEALED_CONFIDENCE).high() < -tolerance;
  }

  private PairedBootstrap interval(
      OutOfFold base, OutOfFold adapted, ToDoubleFunction<Quality> value, double confidence) {
    return PairedBootstrap.ofGroups(
        adapted.differencesFrom(base, value), groups(adapted), confidence, DRAWS, seed);
  }

  /** Queries on their own where there are too few groups to resample. */
  private static int[] groups(OutOfFold results) {
    int[] groups = results.groups();
    return Arrays.stream(groups).distinct().count() < MIN_GROUPS
        ? IntStream.range(0, groups.length).toArray()
        : groups;
  }

  static String points(PairedBootstrap gain) {
    return String.format(
        Locale.ROOT,
        "%+.2f points (interval %+.2f to %+.2f)",
        100 * gain.mean(),
        100 * gain.low(),
        100 * gain.high());
  }

  /**
   * Whether recall@1 and queries about unseen documents keep their quality. Written as conditions
   * to pass, so that a quality that is not a number does not.
   */
  static boolean guards(OutOfFold base, OutOfFold adapted) {
    double unseenLoss = base.mean(Part.UNSEEN).objective() - adapted.mean(Part.UNSEEN).objective();
    double recallAt1Loss = base.mean(Part.ALL).recallAt1() - adapted.mean(Part.ALL).recallAt1();
    return unseenLoss <= UNSEEN_TOLERANCE && recallAt1Loss <= RECALL_AT_1_TOLERANCE;
  }

  /** A mode's gain in a sentence. */
  String success(OutOfFold base, OutOfFold adapted) {
    return String.format(
        Locale.ROOT,
        "recall@10 %.1f %% -> %.1f %%, nDCG@10 %.3f -> %.3f, mean gain %s",
        100 * base.mean(Part.ALL).recallAt10(),
        100 * adapted.mean(Part.ALL).recallAt10(),
        base.mean(Part.ALL).ndcgAt10(),
        adapted.mean(Part.ALL).ndcgAt10(),
        points(interval(base, adapted, Quality::objective, CONFIDENCE)));
  }

  /** What is written down about a comparison, each name with a prefix. */
  static Map<String, Double> metrics(String prefix, OutOfFold base, OutOfFold adapted) {
    Map<String, Double> metrics = new HashMap<>();
    for (Part part : Part.values()) {
      if (!base.isEmpty(part)) {
        String name = prefix + (part == Part.ALL ? "" : part.name().toLowerCase(Locale.ROOT) + "_");
        put(metrics, name + "base_", base.mean(part));
        put(metrics, name, adapted.mean(part));
      }
    }
    metrics.put(
        prefix + "delta_recall@10",
        adapted.mean(Part.ALL).recallAt10() - base.mean(Part.ALL).recallAt10());
    return metrics;
  }

  /** What is written down about a comparison with the adapter in use. */
  static Map<String, Double> comparison(String prefix, OutOfFold incumbent, OutOfFold successor) {
    Map<String, Double> metrics = new HashMap<>();
    metrics.put(prefix + "succession_queries", (double) successor.queries().size());
    put(metrics, prefix + "succession_incumbent_", incumbent.mean(Part.ALL));
    put(metrics, prefix + "succession_", successor.mean(Part.ALL));
    return metrics;
  }

  private static void put(Map<String, Double> metrics, String prefix, Quality quality) {
    metrics.put(prefix + "recall@1", quality.recallAt1());
    metrics.put(prefix + "recall@10", quality.recallAt10());
    metrics.put(prefix + "ndcg@10", quality.ndcgAt10());
  }
}
